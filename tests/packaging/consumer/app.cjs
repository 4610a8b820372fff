'use strict';
/** A CommonJS app: run on the packed packages by `../consumer.test.ts`. */
const { createMockProvider } = require('@channelkit/adapter-mock');
const { createTwilioProvider } = require('@channelkit/adapter-twilio');
const { provisionChannel } = require('@channelkit/core');
const { resolveCountry } = require('@channelkit/core/phone');
const testing = require('@channelkit/core/testing');
const { createPostgresStore } = require('@channelkit/store-postgres');
const { createSqliteStore } = require('@channelkit/store-sqlite');
const { startTwilioSimulator } = require('@channelkit/twilio-simulator');

async function main() {
  const store = createSqliteStore({ filename: 'app.db' });
  await store.migrate();
  const channel = await provisionChannel({
    provider: createMockProvider(),
    store,
    request: { country: 'GB', type: 'voice' },
  });
  const exported = [createTwilioProvider, createPostgresStore, startTwilioSimulator, testing];
  const outcome = {
    status: channel.status,
    country: resolveCountry('United Kingdom').isoCountry,
    present: exported.map((value) => typeof value),
  };
  process.stdout.write(JSON.stringify(outcome));
  await store.close();
}

void main();
