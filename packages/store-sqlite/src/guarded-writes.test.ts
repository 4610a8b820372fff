import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelStore, NewChannel, NewOperation } from '@channelkit/core';
import { createKyselyStore, type StoreDialect, type Tables } from '@channelkit/store-kysely';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteDialect } from './sqlite-dialect.js';
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
const another = '01920000-0000-7000-8000-000000000009';

const dispose = (store: ChannelStore, given: Partial<NewChannel> = {}, token = 1) =>
  store.disposeNumber({ ...guard, token }, { ...channel, ...given }, { ambiguous: false, error: 'No.' });

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

  it('take no refusal for a decision of somebody else although the number is on record', async () => {
    await store.recordReleasing({ ...channel, id: another }, NOW);
    await store.beginOperation(operation);
    refuse('insert on channels');
    await expect(store.attachChannel(channel, { ambiguous: false })).rejects.toMatchObject(refused);
  });

  it('find a row with the id of the operation, whatever its number', async () => {
    await store.recordReleasing({ ...channel, providerNumberId: 'PN2' }, NOW);
    await store.beginOperation(operation);
    expect(await store.attachChannel(channel, { ambiguous: false })).toMatchObject({
      outcome: 'already_decided',
      record: { channel: { providerNumberId: 'PN2' } },
    });
    expect(await dispose(store)).toEqual({ outcome: 'lost' });
  });

  it('dispose of a number once: who asks again, and is told nothing of a lost answer, has lost', async () => {
    await store.beginOperation(operation);
    expect(await dispose(store)).toMatchObject({ outcome: 'disposed' });
    expect(await dispose(store)).toEqual({ outcome: 'lost' });
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

/** SQLite loses no answers; the same writes on a server do. Here the dialect loses them, and says what happened instead. */
describe('a decision whose answer was lost', () => {
  let database: Database.Database;
  let other: ChannelStore;
  let store: ChannelStore;
  /** Stands in for the next decision: given what makes it, does so or not, and its answer is lost. */
  let lose: ((decide: () => Promise<unknown>) => Promise<unknown>) | null;
  beforeEach(async () => {
    database = new Database(':memory:');
    other = createSqliteStore({ database, now: () => NOW });
    await other.migrate();
    await other.beginOperation(operation);
    lose = null;
    store = createStoreOn(database, (dialect) => ({
      ...dialect,
      async linkWrites(db, writes) {
        if (lose === null) return dialect.linkWrites(db, writes);
        const happens = lose;
        lose = null;
        await happens(() => dialect.linkWrites(db, writes));
        throw new LostAnswer();
      },
      translate: (error) => ({
        ...dialect.translate(error),
        isAnswerLost: error instanceof LostAnswer,
      }),
    }));
  });
  afterEach(() => database.close());
  const edit = (statement: string) => void database.exec(statement);

  it('was made: the number is found on record as being given back', async () => {
    lose = (decide) => decide();
    expect(await dispose(store)).toMatchObject({
      outcome: 'disposed',
      record: { channel: { id: operation.id, status: 'releasing' }, lastError: 'No.' },
    });
    expect(lose).toBeNull();
  });

  it('was not made, and is made the second time', async () => {
    lose = () => Promise.resolve();
    expect(await dispose(store)).toMatchObject({ outcome: 'disposed' });
  });

  it('was attached: the channel stands', async () => {
    lose = (decide) => decide();
    expect(await store.attachChannel(channel, { ambiguous: false })).toMatchObject({
      outcome: 'already_decided',
      record: { channel: { status: 'active' } },
    });
  });

  it('was not made, and has lost against an attach in between', async () => {
    // Another operation that failed by the first holder of its lease says nothing about this one.
    await other.beginOperation({ ...operation, id: another, phoneNumber: '+14155550999' });
    await other.failOperation({ id: another, token: 1 }, 'No.');
    lose = () => other.attachChannel(channel, { ambiguous: false });
    expect(await dispose(store)).toEqual({ outcome: 'lost' });
  });

  it('was not made, and has lost against whoever took the operation over and gave the number back', async () => {
    lose = () => {
      edit('update operations set token = 2');
      return dispose(other, {}, 2);
    };
    expect(await dispose(store)).toEqual({ outcome: 'lost' });
  });

  it('was not made, and has lost where the operation was ended without a number', async () => {
    lose = () => other.failOperation(guard, 'No.');
    expect(await dispose(store)).toEqual({ outcome: 'lost' });
  });

  it('was not made, and has lost where the operation was ended with another number id', async () => {
    lose = () => dispose(other, { providerNumberId: 'PN2' });
    expect(await dispose(store)).toEqual({ outcome: 'lost' });
  });
});

describe('a switch to a number that another operation has claimed', () => {
  const candidate = { from: operation.phoneNumber, phoneNumber: '+14155550124', vendorDate: null };
  let database: Database.Database;
  beforeEach(() => {
    database = new Database(':memory:');
  });
  afterEach(() => database.close());

  it('is made where the other one lets go of the number before one has looked who it was', async () => {
    const store = createStoreOn(database, (dialect) => ({
      ...dialect,
      isUniqueViolation(error) {
        database.exec(`update operations set claimed_number = null where id = '${another}'`);
        return dialect.isUniqueViolation(error);
      },
    }));
    await store.migrate();
    await store.beginOperation(operation);
    await store.beginOperation({ ...operation, id: another, phoneNumber: candidate.phoneNumber });
    expect(await store.switchCandidate(guard, candidate)).toBe('switched');
  });
});

class LostAnswer extends Error {}

/** A store on a database in memory, with the dialect changed for a test. */
function createStoreOn(
  database: Database.Database,
  change: (dialect: StoreDialect) => StoreDialect,
): ChannelStore {
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  const dialect = createSqliteDialect({
    db,
    name: database.name,
    open: () => Promise.resolve(database),
    now: () => NOW,
    onOwnTransaction: () => undefined,
  });
  return createKyselyStore({ db, dialect: change(dialect), close: () => Promise.resolve() });
}
