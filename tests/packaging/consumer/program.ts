/** An app as a reader of the README writes it: compiled and run on the packed packages by `../consumer.test.ts`. */
import { createMockProvider } from '@channelkit/adapter-mock';
import { createTwilioProvider, createTwilioProviderFromEnv } from '@channelkit/adapter-twilio';
import {
  type Channel,
  ChannelError,
  type ChannelStore,
  createChannels,
  type NumberProvider,
  provisionChannel,
} from '@channelkit/core';
import { formatPhoneNumber, resolveCountry } from '@channelkit/core/phone';
import * as testing from '@channelkit/core/testing';
import { createPostgresStore } from '@channelkit/store-postgres';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';

const provider: NumberProvider = createMockProvider({ seed: 1 });
const store = createSqliteStore({ filename: 'program.db' });
await store.migrate();

const channel: Channel = await provisionChannel({
  provider,
  store: store satisfies ChannelStore,
  request: { country: 'USA', type: 'sms', name: 'Support', capabilities: { sms: true } },
});
const channels = createChannels({ provider, store });
const failure: unknown = await channels.provision({ country: 'Atlantis' }).catch((error: unknown) => error);

const exported = [
  createTwilioProvider,
  createTwilioProviderFromEnv,
  createPostgresStore,
  startTwilioSimulator,
  testing,
];
const outcome = {
  status: channel.status,
  code: ChannelError.isInstance(failure) ? failure.code : null,
  country: resolveCountry('USA').isoCountry,
  formatted: formatPhoneNumber(channel.phoneNumber, 'e164') === channel.phoneNumber,
  present: exported.map((value) => typeof value),
};
process.stdout.write(JSON.stringify(outcome));
await store.close();
