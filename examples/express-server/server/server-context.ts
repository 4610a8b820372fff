import type { Channels, ChannelStore } from '@channelkit/core';
import type { Logger } from 'pino';
import type { OperationsInDoubt } from './operations-in-doubt.js';
import type { PurchasesUnderWay } from './purchases-under-way.js';
import type { Settings } from './read-settings.js';

/** What the routes work with. */
export interface ServerContext {
  readonly settings: Settings;
  readonly channels: Channels;
  readonly store: ChannelStore;
  readonly mode: 'mock' | 'twilio';
  readonly logger: Logger;
  readonly doubts: OperationsInDoubt;
  readonly purchases: PurchasesUnderWay;
  readonly isStopping: () => boolean;
}
