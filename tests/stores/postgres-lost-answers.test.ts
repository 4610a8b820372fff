import type { ChannelStore } from '@channelkit/core';
import { createPostgresStore } from '@channelkit/store-postgres';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresStoreWith } from '../../packages/store-postgres/src/postgres-store.js';
import { defaultTimeouts } from '../../packages/store-postgres/src/postgres-timeouts.js';
import { createTestDatabase, type TestDatabase } from '../postgres/create-test-database.js';
import { begin, clear, everyDue, idOf, newChannel, newOperation } from './fixtures.js';
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.js';
import { queryPostgres } from './query-postgres.js';

const guard = { id: idOf(1), token: 1 };
const refused = { ambiguous: false, error: 'refused' };

describe('createPostgresStore, when a connection is lost', () => {
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let store: ChannelStore;
  beforeEach(async () => {
    database = await createTestDatabase();
    proxy = await startPostgresProxy(database.url);
    store = createPostgresStore({ connectionString: proxy.url });
    await store.migrate();
  });
  afterEach(async () => {
    await store.close();
    await proxy.close();
    await database.drop();
  });
  const query = (sql: string) => queryPostgres(database.url, sql);

  it('has begun an operation whose answer was lost', async () => {
    proxy.strike('drop-answer', 'insert into "operations"');
    const answer = await store.beginOperation(newOperation(1));
    expect(answer).toMatchObject({ outcome: 'begun', operation: { id: idOf(1), token: 1 } });
    expect(proxy.struck()).toBe(1);
    expect(await query('select count(*)::int as count from operations')).toEqual([{ count: 1 }]);
  });

  it('begins an operation whose statement was lost', async () => {
    proxy.strike('drop-query', 'insert into "operations"');
    expect((await store.beginOperation(newOperation(1))).outcome).toBe('begun');
    expect(proxy.struck()).toBe(1);
  });

  it('has attached a number whose answer was lost', async () => {
    await begin(store, 1);
    proxy.strike('drop-answer', 'insert into "channels"');
    const answer = await store.attachChannel(newChannel(1), clear);
    expect(answer).toMatchObject({ outcome: 'already_decided', record: { channel: { status: 'active' } } });
    expect(proxy.struck()).toBe(1);
  });

  it('has disposed of a number whose answer was lost', async () => {
    await begin(store, 1);
    proxy.strike('drop-answer', 'insert into "channels"');
    const answer = await store.disposeNumber(guard, newChannel(1), refused);
    expect(answer).toMatchObject({ outcome: 'disposed', record: { channel: { status: 'releasing' } } });
    expect(proxy.struck()).toBe(1);
  });

  it('has lost a dispose against an attach in between, whatever became of its own answer', async () => {
    await begin(store, 1);
    proxy.strike('drop-query', 'insert into "channels"');
    const other = createPostgresStore({ connectionString: database.url });
    await other.attachChannel(newChannel(1), clear);
    expect(await store.disposeNumber(guard, newChannel(1), refused)).toEqual({ outcome: 'lost' });
    expect((await store.getChannel(idOf(1)))?.channel.status).toBe('active');
    await other.close();
  });

  it('has released a channel whose answer was lost', async () => {
    await begin(store, 1);
    await store.attachChannel(newChannel(1), clear);
    proxy.strike('drop-answer', 'update "channels"');
    expect((await store.startRelease(idOf(1)))?.channel.status).toBe('releasing');
    proxy.strike('drop-answer', 'update "channels"');
    expect((await store.completeRelease(idOf(1)))?.channel.status).toBe('released');
    expect(proxy.struck()).toBe(2);
    expect(await query('select claimed_number from operations')).toEqual([{ claimed_number: null }]);
  });

  it('reads again what it could not read', async () => {
    await begin(store, 1);
    proxy.strike('drop-answer', 'from "operations"');
    expect((await store.getOperation(idOf(1)))?.token).toBe(1);
    expect(proxy.struck()).toBe(1);
  });

  it('says that it does not know when the second answer is lost too', async () => {
    proxy.strike('drop-answer', 'insert into "operations"', 2);
    await expect(store.beginOperation(newOperation(1))).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringMatching(/connection to PostgreSQL was lost before it answered/) as string,
    });
    expect(proxy.struck()).toBe(2);
    expect((await store.beginOperation(newOperation(1))).outcome).toBe('begun');
  });

  it('does not make a write again that would say something else the second time', async () => {
    await begin(store, 1, { leaseMs: 0 });
    proxy.strike('drop-answer', 'update "operations"');
    await expect(store.takeDueOperations({ ...everyDue, leaseOwner: 'recovery' })).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect((await store.getOperation(idOf(1)))?.token).toBe(2);
  });

  it('outlives the end of a connection that nobody uses', async () => {
    await begin(store, 1);
    const others = 'from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
    const ended = await query(
      `select pg_terminate_backend(pid) ${others} and backend_type = 'client backend'`,
    );
    expect(ended.length).toBeGreaterThan(0);
    while ((await query(`select pid ${others} and backend_type = 'client backend'`)).length > 0);
    // By the time that this is answered the pool has heard of it.
    await query('select 1');
    expect((await store.getOperation(idOf(1)))?.token).toBe(1);
  });

  it('attaches although the server ended the connection while it waited', async () => {
    await begin(store, 1);
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query('begin');
    await other.query('select * from operations for update');
    const attached = store.attachChannel(newChannel(1), clear);
    for (const ended of [1, 2]) {
      const waiting = await waitForRow(other, waitingBackends);
      if (ended === 1) await other.query('select pg_terminate_backend($1)', [waiting['pid']]);
      else await other.query('rollback');
    }
    expect((await attached).outcome).toBe('attached');
    await other.end();
  });

  it('stops waiting for a server that has gone silent, and uses that connection no more', async () => {
    const hasty = createPostgresStoreWith(
      { connectionString: proxy.url },
      { ...defaultTimeouts, queryMs: 1_500 },
    );
    await begin(hasty, 1);
    proxy.strike('swallow-answer', 'insert into "operations"', 2);
    await expect(hasty.beginOperation(newOperation(2))).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(proxy.struck()).toBe(2);
    expect((await hasty.beginOperation(newOperation(2))).outcome).toBe('begun');
    await hasty.close();
  });
});

const waitingBackends = `select pid from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into "channels"%'`;

async function waitForRow(client: pg.Client, sql: string): Promise<Record<string, unknown>> {
  for (;;) {
    // Within a transaction the view of who does what is otherwise the one of the first look.
    await client.query('select pg_stat_clear_snapshot()');
    const { rows } = await client.query<Record<string, unknown>>(sql);
    if (rows[0] !== undefined) return rows[0];
  }
}
