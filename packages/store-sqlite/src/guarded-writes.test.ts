import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelStore, NewChannel, NewOperation } from '@channelkit/core';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStore } from './sqlite-store.js';

/** What the contract of a store cannot bring about from outside: rows and refusals that only the database can make. */

const NOW = 1_700_000_000_000;
const operation: NewOperation = {
  id: '01920000-0000-7000-8000-000000000001',
  idempotencyKey: null,
  fingerprint: 'fingerprint',
  request: '{}',
  provider: 'mock',
  accountId: 'account',
  phoneNumber: '+14155550123',
  vendorDate: null,
  leaseOwner: 'me',
  leaseMs: 1_000,
  settleMs: 1_000,
};
const channel: NewChannel = {
  id: operation.id,
  name: 'Channel',
  phoneNumber: operation.phoneNumber,
  countryCode: '+1',
  isoCountry: 'US',
  type: 'sms',
  capabilities: { voice: true, sms: true, mms: false },
  isMock: true,
  provider: 'mock',
  accountId: 'account',
  providerNumberId: 'PN1',
  metadata: {},
};
const guard = { id: operation.id, token: 1 };

describe('the writes of an SQLite store', () => {
  let folder: string;
  let database: Database.Database;
  let store: ChannelStore;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'channelkit-sqlite-'));
    const filename = join(folder, 'channels.db');
    store = createSqliteStore({ filename, now: () => NOW });
    await store.migrate();
    database = new Database(filename);
  });
  afterEach(async () => {
    database.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const edit = (statement: string) => void database.exec(statement);
  const refuse = (what: string) =>
    edit(`create trigger refuse before ${what} begin select raise(abort, 'refused, for the test'); end`);
  const refused = { name: 'StoreError', code: 'store_rejected' };

  it.each([
    ['was taken over since', 'token = 2'],
    ['is of somebody else', "lease_owner = 'another'"],
  ])('do not take an operation for their own that %s', async (_case, change) => {
    await store.beginOperation(operation);
    edit(`update operations set ${change}`);
    expect(await store.beginOperation(operation)).toEqual({ outcome: 'number_held' });
  });

  it('refuse an operation whose id is on record and holds nothing', async () => {
    await store.beginOperation(operation);
    edit("update operations set state = 'failed', claimed_number = null");
    await expect(store.beginOperation(operation)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining(operation.id) as string,
    });
  });

  it('find a number held although an operation that failed had the key', async () => {
    const failed = { ...operation, id: '01920000-0000-7000-8000-000000000002', idempotencyKey: 'key' };
    await store.beginOperation({ ...failed, phoneNumber: '+14155550999' });
    await store.failOperation({ id: failed.id, token: 1 }, 'No.');
    await store.beginOperation({ ...operation, idempotencyKey: null });

    const again = { ...operation, id: '01920000-0000-7000-8000-000000000003', idempotencyKey: 'key' };
    expect(await store.beginOperation(again)).toEqual({ outcome: 'number_held' });
  });

  it('say again that an operation was ended', async () => {
    await store.beginOperation(operation);
    expect(await store.failOperation(guard, 'No.')).toBe(true);
    expect(await store.failOperation(guard, 'No.')).toBe(true);
  });

  it('say nothing of the sort about one that was ended otherwise', async () => {
    await store.beginOperation(operation);
    await store.attachChannel(channel, { ambiguous: false });
    expect(await store.failOperation(guard, 'No.')).toBe(false);
  });

  it('take no refusal for a number that is held', async () => {
    await store.beginOperation(operation);
    refuse('update on operations');
    const candidate = { from: operation.phoneNumber, phoneNumber: '+14155550124', vendorDate: null };
    await expect(store.switchCandidate(guard, candidate)).rejects.toMatchObject(refused);
  });

  it('take no refusal for a decision of somebody else', async () => {
    await store.beginOperation(operation);
    refuse('insert on channels');
    await expect(store.attachChannel(channel, { ambiguous: false })).rejects.toMatchObject(refused);
    await expect(
      store.disposeNumber(guard, channel, { ambiguous: false, error: 'No.' }),
    ).rejects.toMatchObject(refused);
  });

  it('take no refusal for a number that is on record', async () => {
    await store.recordReleasing(channel, NOW);
    refuse('insert on channels');
    await expect(store.recordReleasing(channel, NOW)).rejects.toMatchObject(refused);
  });

  it('take due operations in the order in which they were due', async () => {
    const ids = ['1', '2', '3'].map((last) => `01920000-0000-7000-8000-00000000000${last}`);
    for (const [index, id] of ids.entries()) {
      await store.beginOperation({ ...operation, id, phoneNumber: `+1415555012${index}` });
      edit(
        `update operations set lease_expires_at = ${NOW - 100}, next_check_at = ${NOW - index} where id = '${id}'`,
      );
    }
    const due = { provider: 'mock', accountId: 'account', leaseOwner: 'me', leaseMs: 1_000, limit: 3 };
    const taken = await store.takeDueOperations(due);
    expect(taken.map(({ id }) => id)).toEqual([...ids].reverse());
  });

  it('begin to give back a number that was lost', async () => {
    await store.recordReleasing(channel, NOW);
    edit("update channels set status = 'lost', release_after = null, next_release_at = null");
    expect(await store.startRelease(channel.id)).toMatchObject({
      channel: { status: 'releasing' },
      releaseAfter: NOW,
    });
  });

  it('say whose a row is that did not say so, once', async () => {
    await store.recordReleasing(channel, NOW);
    edit('update channels set account_id = null');
    expect(await store.assignAccount(channel.id, 'account')).toBe(true);
    expect(await store.assignAccount(channel.id, 'another')).toBe(false);
    expect((await store.getChannel(channel.id))?.accountId).toBe('account');
  });
});
