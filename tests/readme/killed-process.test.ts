import { once } from 'node:events';
import path from 'node:path';
import { createTwilioProvider } from '@channelkit/adapter-twilio';
import {
  type ChannelStore,
  type NumberProvider,
  provisionChannel,
  recoverOperations,
} from '@channelkit/core';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { startTwilioSimulator, type TwilioSimulator } from '@channelkit/twilio-simulator';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProgramFolder, type ProgramFolder } from './run-program.js';

const keyed = { country: 'USA', type: 'sms', idempotencyKey: 'order-4711' } as const;
const unkeyed = { country: 'USA', type: 'sms' } as const;

const PROGRAM = `
import { createTwilioProviderFromEnv } from '@channelkit/adapter-twilio';
import { provisionChannel } from '@channelkit/core';
import { createSqliteStore } from '@channelkit/store-sqlite';

const store = createSqliteStore({ filename: 'channels.db' });
await store.migrate();
const request = JSON.parse(process.argv[2]);
await provisionChannel({ provider: createTwilioProviderFromEnv(), store, request });
`;

let programs: ProgramFolder;
let simulator: TwilioSimulator;
let provider: NumberProvider;
let store: ChannelStore;
beforeEach(async () => {
  programs = await createProgramFolder();
  simulator = await startTwilioSimulator();
  const { accountSid, authToken, url: baseUrl } = simulator;
  provider = createTwilioProvider({ accountSid, authToken, baseUrl });
  store = createSqliteStore({ filename: path.join(programs.folder, 'channels.db') });
  return async () => {
    await store.close();
    await simulator.close();
    await programs.remove();
  };
});

describe('a process killed after the purchase took effect', () => {
  it('is recovered to its channel when the request had a key', async () => {
    await killWhileBuying(keyed);

    expect(await recoverOperations({ provider, store })).toMatchObject({ adopted: 1, released: 0 });
    const [owned] = simulator.owned();
    expect((await store.listChannels()).channels).toMatchObject([
      { status: 'active', phoneNumber: owned?.phoneNumber, twilioSid: owned?.sid },
    ]);
    expect(simulator.paidPurchases()).toBe(1);
  });

  it('gets that very channel when the same key comes back', async () => {
    await killWhileBuying(keyed);

    const channel = await provisionChannel({ provider, store, request: keyed });
    expect(channel).toMatchObject({ status: 'active', phoneNumber: simulator.owned()[0]?.phoneNumber });
    expect(simulator.paidPurchases()).toBe(1);
  });

  it('has its number given back when the request had no key', async () => {
    await killWhileBuying(unkeyed);

    expect(await recoverOperations({ provider, store })).toMatchObject({ adopted: 0, released: 1 });
    expect(simulator.owned()).toEqual([]);
    expect((await store.listChannels()).channels).toMatchObject([{ status: 'released' }]);
  });
});

/** Kills a process of its own once its number is bought, and makes what it left older than any purchase takes to land. */
async function killWhileBuying(request: object): Promise<void> {
  const bought = new Promise<void>((resolve) => {
    const match = () => (resolve(), true);
    simulator.fault({ operation: 'purchase', kind: 'hang', when: 'after-effect', match });
  });
  const file = await programs.write('program.mjs', PROGRAM);
  const child = programs.start([file, JSON.stringify(request)], {
    TWILIO_ACCOUNT_SID: simulator.accountSid,
    TWILIO_AUTH_TOKEN: simulator.authToken,
    TWILIO_BASE_URL: simulator.url,
  });
  const exited = once(child, 'exit');
  await Promise.race([bought, exited]);
  child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(simulator.owned()).toHaveLength(1);

  const database = new Database(path.join(programs.folder, 'channels.db'));
  expect(database.prepare('select state from operations').all()).toEqual([{ state: 'purchasing' }]);
  expect(database.prepare('select * from channels').all()).toEqual([]);
  database.exec('update operations set lease_expires_at = 0, settles_at = 0, next_check_at = 0');
  database.close();
}
