import type { ChannelStore } from '../channel-store.js';
import { channelVerbs } from './memory-store/channels.js';
import { operationVerbs } from './memory-store/operations.js';
import { atomically, type MemoryTables } from './memory-store/tables.js';

/** What {@link createMemoryStore} can be told. */
export interface MemoryStoreOptions {
  /** The clock the store goes by, in milliseconds since 1970. Default: that of the process. */
  readonly now?: () => number;
}

/**
 * Creates a store that keeps every promise of `ChannelStore` but one: nothing outlives the process. It is for tests, and
 * to be read beside the interface; a number bought through it is forgotten when the process ends, and still paid for.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): ChannelStore {
  return createMemoryStoreOn({
    operations: new Map(),
    channels: new Map(),
    now: options.now ?? (() => Date.now()),
  });
}

/** Creates a memory store on tables that somebody else can look into. */
export function createMemoryStoreOn(tables: MemoryTables): ChannelStore {
  return {
    specVersion: 'v1',
    migrate: atomically(() => undefined),
    close: atomically(() => undefined),
    ...operationVerbs(tables),
    ...channelVerbs(tables),
  };
}
