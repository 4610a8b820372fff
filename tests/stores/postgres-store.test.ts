import { createServer } from 'node:net';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { type ChannelStore, InvalidInputError } from '@channelkit/core';
import { createPostgresStore } from '@channelkit/store-postgres';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresStoreWith } from '../../packages/store-postgres/src/postgres-store.js';
import { defaultTimeouts } from '../../packages/store-postgres/src/postgres-timeouts.js';
import { createTestDatabase, type TestDatabase } from '../postgres/create-test-database.js';
import { begin, clear, everyDue, idOf, newChannel, newOperation } from './fixtures.js';
import { queryPostgres } from './query-postgres.js';
import { type ExecutedQuery, spyOnPool } from './spy-on-pool.js';

const refused = { ambiguous: false, error: 'refused' };

describe('createPostgresStore', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  const stores: ChannelStore[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url });
    const store = createPostgresStore({ connectionString: database.url });
    await store.migrate();
    await store.close();
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await pool.end();
    await database.drop();
  });
  const openStore = () => {
    const store = createPostgresStore({ connectionString: database.url });
    stores.push(store);
    return store;
  };
  const query = (sql: string) => queryPostgres(database.url, sql);

  it.each([
    ['off', 'on'],
    ['local', 'on'],
    ['remote_apply', 'remote_apply'],
  ])('commits what it decides with at least on, where the database says %s', async (given, effective) => {
    await query(
      `alter database "${new URL(database.url).pathname.slice(1)}" set synchronous_commit = ${given}`,
    );
    await query('create table at_commit (what text, setting text)');
    await query(`create function note_setting() returns trigger language plpgsql as $$ begin
      insert into at_commit values (tg_table_name || ' ' || tg_op, current_setting('synchronous_commit'));
      return null; end $$`);
    for (const table of ['operations', 'channels']) {
      await query(`create constraint trigger note after insert or update on ${table}
        deferrable initially deferred for each row execute function note_setting()`);
    }
    const store = createPostgresStore({ pool });
    await begin(store, 1);
    const change = { from: newChannel(1).phoneNumber, phoneNumber: '+14155550199', vendorDate: null };
    await store.switchCandidate({ id: idOf(1), token: 1 }, change);
    await store.attachChannel(newChannel(1, { phoneNumber: '+14155550199' }), clear);
    await begin(store, 2, { leaseMs: 0 });
    await store.takeOverOperation({ id: idOf(2), token: 1, leaseOwner: 'next', leaseMs: 90_000 });
    await store.disposeNumber({ id: idOf(2), token: 2 }, newChannel(2), refused);
    await store.startRelease(idOf(1));
    await store.completeRelease(idOf(1));

    const settings = await query('select what, setting from at_commit');
    expect(settings).toHaveLength(11);
    expect(new Set(settings.map(({ setting }) => setting))).toEqual(new Set([effective]));
    const { rows } = await pool.query('show synchronous_commit');
    expect(rows).toEqual([{ synchronous_commit: given }]);
  });

  it('begins, attaches and disposes in one round trip each', async () => {
    const executed: ExecutedQuery[] = [];
    const store = createPostgresStore({ pool: spyOnPool(pool, executed) });
    const roundTrips: number[] = [];
    for (const write of [
      () => begin(store, 1),
      () => store.attachChannel(newChannel(1), clear),
      () => begin(store, 2),
      () => store.disposeNumber({ id: idOf(2), token: 1 }, newChannel(2), refused),
    ]) {
      executed.length = 0;
      await write();
      roundTrips.push(executed.length);
    }
    expect(roundTrips).toEqual([1, 1, 1, 1]);
  });

  it('does not close a pool that was handed over', async () => {
    const store = createPostgresStore({ pool });
    await begin(store, 1);
    await store.close();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(pool.totalCount).toBe(pool.idleCount);
  });

  it('reads numbers whatever the app has told pg about types', async () => {
    const { BOOL, INT8, INT4, TIMESTAMPTZ } = pg.types.builtins;
    const types = [BOOL, INT8, INT4, TIMESTAMPTZ];
    const before = types.map((oid) => pg.types.getTypeParser(oid) as (text: string) => unknown);
    for (const oid of types) pg.types.setTypeParser(oid, (text) => `${text}!`);
    try {
      const store = createPostgresStore({ pool });
      const operation = await begin(store, 1);
      expect(operation).toMatchObject({ token: 1, ambiguous: false, attempts: 0 });
      expect(operation.settlesAt - operation.leaseExpiresAt).toBe(1_200_000);
      const attached = await store.attachChannel(newChannel(1), clear);
      expect(attached).toMatchObject({ outcome: 'attached', record: { channel: { isMock: false } } });
      expect((await store.getChannel(idOf(1)))?.channel.createdAt.getTime()).toBeGreaterThan(1.7e12);
    } finally {
      for (const [index, oid] of types.entries()) {
        pg.types.setTypeParser(oid, before[index] ?? ((text) => text));
      }
    }
  });

  it('goes by the clock of the server', async () => {
    const store = openStore();
    const [row] = await query('select (extract(epoch from clock_timestamp()) * 1000)::float8 as now');
    const { readAt, leaseExpiresAt } = await begin(store, 1);
    expect(readAt).toBeGreaterThanOrEqual(Math.floor(Number(row?.['now'])));
    expect(leaseExpiresAt - readAt).toBe(90_000);
    expect(Number.isInteger(readAt)).toBe(true);
  });

  it('does not wait for a lock for ever, and has changed nothing', async () => {
    const store = createPostgresStoreWith({ pool }, { ...defaultTimeouts, lockMs: 50 });
    await begin(store, 1);
    const other = await pool.connect();
    await other.query('begin');
    await other.query('select * from operations for update');
    await expect(store.attachChannel(newChannel(1), clear)).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('55P03') as string,
    });
    await other.query('rollback');
    other.release();
    expect((await store.attachChannel(newChannel(1), clear)).outcome).toBe('attached');
  });

  it('has the server end a statement on a connection of its own', async () => {
    await query(`create function slow() returns trigger language plpgsql as
      $$ begin perform pg_sleep(60); return new; end $$`);
    await query('create trigger slow before insert on operations for each row execute function slow()');
    const store = createPostgresStoreWith(
      { connectionString: database.url },
      { ...defaultTimeouts, statementMs: 50 },
    );
    stores.push(store);
    await expect(store.beginOperation(newOperation(1))).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('57014') as string,
    });
  });

  it('begins each key once where transactions are serializable', async () => {
    await query(
      `alter database "${new URL(database.url).pathname.slice(1)}" set default_transaction_isolation = 'serializable'`,
    );
    const store = openStore();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => store.beginOperation(newOperation(n, { idempotencyKey: 'one' }))),
    );
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual([
      'begun',
      'key_held',
      'key_held',
      'key_held',
    ]);
  });

  it.each(['40001', '40P01'])(
    'makes a write again that the server undid for another one (%s)',
    async (state) => {
      await query('create sequence tries');
      await query(`create function conflict() returns trigger language plpgsql as $$ begin
      if nextval('tries') < 3 then raise exception 'conflict' using errcode = '${state}'; end if;
      return new; end $$`);
      await query(
        'create trigger conflict before insert on operations for each row execute function conflict()',
      );
      expect((await openStore().beginOperation(newOperation(1))).outcome).toBe('begun');
      expect(await query('select last_value::int from tries')).toEqual([{ last_value: 3 }]);
    },
  );

  it('passes over the rows that somebody else is taking', async () => {
    const store = openStore();
    for (const n of [1, 2]) {
      await begin(store, n, { leaseMs: 0 });
      await begin(store, n + 10);
      await store.disposeNumber({ id: idOf(n + 10), token: 1 }, newChannel(n + 10), refused);
    }
    const other = await pool.connect();
    await other.query('begin');
    await other.query(`select * from operations where id = '${idOf(1)}' for update`);
    await other.query(`select * from channels where id = '${idOf(11)}' for update`);
    const operations = await store.takeDueOperations({ ...everyDue, leaseOwner: 'recovery' });
    expect(operations.map(({ id }) => id)).toEqual([idOf(2)]);
    const channels = await store.takeDueReleases(everyDue);
    expect(channels.map(({ channel }) => channel.id)).toEqual([idOf(12)]);
    await other.query('rollback');
    other.release();
  });

  it('says that the pool has no connection left', async () => {
    const small = new pg.Pool({ connectionString: database.url, max: 1, connectionTimeoutMillis: 1_500 });
    const store = createPostgresStore({ pool: small });
    const client = await small.connect();
    await expect(store.beginOperation(newOperation(1))).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('could not be reached') as string,
    });
    client.release();
    expect((await store.beginOperation(newOperation(1))).outcome).toBe('begun');
    await small.end();
  });

  it('says that the server has no connection left', async () => {
    const role = `few_${new URL(database.url).pathname.slice(-12)}`;
    await query(`create role ${role} login password 'few' connection limit 0`);
    try {
      const url = new URL(database.url);
      url.username = role;
      url.password = 'few';
      const store = createPostgresStore({ connectionString: url.href });
      stores.push(store);
      await expect(store.getOperation('x')).rejects.toMatchObject({
        code: 'store_unavailable',
        message: expect.stringContaining('53300') as string,
      });
    } finally {
      await query(`drop role ${role}`);
    }
  });

  it('refuses where the server refuses: a database that is not there', async () => {
    const missing = new URL(database.url);
    missing.pathname = '/not_there';
    const first = createPostgresStore({ connectionString: missing.href });
    await expect(first.migrate()).rejects.toMatchObject({ code: 'store_rejected' });
    await first.close();
  });

  it('says that a server which may only be read cannot do it now', async () => {
    const readOnly = new pg.Pool({
      connectionString: database.url,
      options: '-c default_transaction_read_only=on',
    });
    const store = createPostgresStore({ pool: readOnly });
    await expect(store.beginOperation(newOperation(1))).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('25006') as string,
    });
    expect(readOnly.totalCount).toBe(0);
    await readOnly.end();
  });

  it('uses a connection no more whose server may only be read since, and writes on another', async () => {
    const small = new pg.Pool({ connectionString: database.url, max: 1 });
    const store = createPostgresStore({ pool: small });
    await small.query('set default_transaction_read_only = on');
    expect((await store.beginOperation(newOperation(1))).outcome).toBe('begun');
    await small.query('set default_transaction_read_only = on');
    await expect(store.takeDueOperations({ ...everyDue, leaseOwner: 'recovery' })).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect(await store.takeDueOperations({ ...everyDue, leaseOwner: 'recovery' })).toEqual([]);
    await small.end();
  });

  it('rolls an attach back whose row is refused', async () => {
    const store = openStore();
    await begin(store, 1);
    const nonsense = newChannel(1, { type: 'fax' as 'sms' });
    await expect(store.attachChannel(nonsense, clear)).rejects.toMatchObject({ code: 'store_rejected' });
    expect((await store.getOperation(idOf(1)))?.state).toBe('purchasing');
  });

  it('refuses a value that PostgreSQL cannot keep', async () => {
    const store = openStore();
    await expect(begin(store, 1, { request: 'with \0 inside' })).rejects.toMatchObject({
      code: 'store_rejected',
    });
  });
});

describe('createPostgresStore, without a server', () => {
  it('says that it cannot be reached, and keeps the password to itself', async () => {
    const password = 'p@ss/word:secret';
    const url = `postgres://app:${encodeURIComponent(password)}@127.0.0.1:${await freePort()}/app`;
    const pool = new pg.Pool({ connectionString: url });
    for (const store of [createPostgresStore({ connectionString: url }), createPostgresStore({ pool })]) {
      const error: unknown = await store.migrate().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'store_unavailable', mayOwnNumber: 'no' });
      const text = inspect(error, { depth: Infinity, showHidden: true });
      expect(text).toContain('ECONNREFUSED');
      expect(text).not.toContain(password);
      expect(text).not.toContain(encodeURIComponent(password));
      await store.close();
    }
    await pool.end();
  });

  it('gives up on a server that does not say a word', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const store = createPostgresStoreWith(
      { connectionString: `postgres://app@127.0.0.1:${port}/app` },
      { ...defaultTimeouts, connectMs: 50 },
    );
    await expect(store.getOperation('x')).rejects.toMatchObject({ code: 'store_unavailable' });
    await store.close();
    server.close();
  });

  it.each([undefined, null, 7, {}])('refuses %j for a pool at once', (pool) => {
    expect(() => createPostgresStore({ pool: pool as pg.Pool })).toThrow(InvalidInputError);
  });

  it.each([undefined, '', ' ', 7, 'postgres://app:secret@[', 'postgres://app:secret@host:port/x'])(
    'refuses %j for a connection string at once, without repeating it',
    (connectionString) => {
      let thrown: unknown;
      try {
        createPostgresStore({ connectionString: connectionString as string });
      } catch (error) {
        thrown = error;
      }
      expect(InvalidInputError.isInstance(thrown)).toBe(true);
      expect(inspect(thrown, { depth: Infinity, showHidden: true })).not.toContain('app:secret');
    },
  );
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}
