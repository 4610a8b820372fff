import { join } from 'node:path';
import type { ChannelStore } from '@channelkit/core';
import { createPostgresStore } from '@channelkit/store-postgres';
import { createSqliteStore, type SqliteDatabase } from '@channelkit/store-sqlite';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../postgres/create-test-database.js';
import { begin, clear, everyDue, idOf, newChannel, newOperation } from './fixtures.js';
import { type ExecutedQuery, spyOnPool } from './spy-on-pool.js';
import { createTemporaryFolder } from './temporary-folder.js';

/** A look-up of the protocol, and the indexes that it goes by, as PostgreSQL names them. */
interface LookUp {
  readonly name: string;
  readonly indexes: readonly string[];
  readonly run: (store: ChannelStore) => Promise<unknown>;
}

const guard = { id: idOf(1), token: 1 };
const lease = { leaseOwner: 'recovery', leaseMs: 90_000 };

const lookUps: readonly LookUp[] = [
  {
    name: 'beginOperation, when the key is held',
    indexes: ['operations_pkey', 'operations_key'],
    run: (store) => store.beginOperation(newOperation(90, { idempotencyKey: 'key-1' })),
  },
  {
    name: 'beginOperation, when the number is held',
    indexes: ['operations_pkey', 'operations_claim'],
    run: (store) =>
      store.beginOperation(
        newOperation(90, { idempotencyKey: null, phoneNumber: newChannel(1).phoneNumber }),
      ),
  },
  {
    name: 'switchCandidate, when the number is held',
    indexes: ['operations_pkey', 'operations_claim'],
    run: (store) =>
      store.switchCandidate(guard, {
        from: newChannel(1).phoneNumber,
        phoneNumber: newChannel(2).phoneNumber,
        vendorDate: null,
      }),
  },
  {
    name: 'switchCandidate',
    indexes: ['operations_pkey'],
    run: (store) =>
      store.switchCandidate(guard, {
        from: newChannel(1).phoneNumber,
        phoneNumber: '+14155550100',
        vendorDate: null,
      }),
  },
  {
    name: 'takeOverOperation',
    indexes: ['operations_pkey'],
    run: (store) => store.takeOverOperation({ ...guard, ...lease }),
  },
  { name: 'setSettlesAt', indexes: ['operations_pkey'], run: (store) => store.setSettlesAt(guard, 5) },
  {
    name: 'failOperation',
    indexes: ['operations_pkey', 'channels_pkey'],
    run: (store) => store.failOperation(idle, 'refused'),
  },
  {
    name: 'deferOperation',
    indexes: ['operations_pkey'],
    run: (store) =>
      store.deferOperation(guard, { ambiguous: false, absent: true, readAt: 0, delayMs: 5, error: null }),
  },
  {
    name: 'takeDueOperations',
    indexes: ['operations_due', 'operations_pkey'],
    run: (store) => store.takeDueOperations({ ...everyDue, leaseOwner: 'recovery' }),
  },
  {
    name: 'attachChannel, when there is nothing to attach to',
    indexes: ['operations_pkey', 'channels_pkey'],
    run: (store) => store.attachChannel(newChannel(91), clear),
  },
  {
    name: 'disposeNumber',
    indexes: ['operations_pkey'],
    run: (store) => store.disposeNumber(idle, newChannel(92), { ...clear, error: 'refused' }),
  },
  {
    name: 'startRelease',
    indexes: ['channels_pkey', 'operations_pkey'],
    run: (store) => store.startRelease(idOf(2)),
  },
  {
    name: 'takeDueReleases',
    indexes: ['channels_due', 'channels_pkey'],
    run: (store) => store.takeDueReleases(everyDue),
  },
  {
    name: 'deferRelease',
    indexes: ['channels_pkey'],
    run: (store) => store.deferRelease(idOf(2), { delayMs: 5, error: 'refused' }),
  },
  {
    name: 'completeRelease',
    indexes: ['channels_pkey', 'operations_pkey'],
    run: (store) => store.completeRelease(idOf(2)),
  },
  {
    name: 'recordReleasing, when the number has a row',
    indexes: ['channels_number'],
    run: (store) => store.recordReleasing(newChannel(93, newChannel(3)), 5),
  },
  { name: 'assignAccount', indexes: ['channels_pkey'], run: (store) => store.assignAccount(idOf(3), 'AC2') },
  { name: 'getOperation', indexes: ['operations_pkey'], run: (store) => store.getOperation(idOf(1)) },
  {
    name: 'findOperationByKey',
    indexes: ['operations_key'],
    run: (store) => store.findOperationByKey('key-1'),
  },
  { name: 'getChannel', indexes: ['channels_pkey'], run: (store) => store.getChannel(idOf(3)) },
  {
    name: 'findChannelByNumber',
    indexes: ['channels_number'],
    run: (store) => store.findChannelByNumber('twilio', newChannel(3).providerNumberId),
  },
  {
    name: 'listChannels',
    indexes: ['channels_newest'],
    run: (store) => store.listChannels({ limit: 1, status: 'active' }),
  },
  {
    name: 'listChannels, the second page',
    indexes: ['channels_newest'],
    run: async (store) => {
      const { nextCursor } = await store.listChannels({ limit: 1 });
      return store.listChannels({ cursor: nextCursor ?? '' });
    },
  },
];

/** A guard that no operation satisfies. */
const idle = { id: idOf(99), token: 1 };

describe('createSqliteStore', () => {
  const folder = createTemporaryFolder();
  const executed: ExecutedQuery[] = [];
  let database: Database.Database;
  let store: ChannelStore;
  beforeAll(async () => {
    database = new Database(join(folder.path, 'channels.db'));
    store = createSqliteStore({ database: spyOnSqlite(database, executed) });
    await fill(store);
  });
  afterAll(() => {
    database.close();
    folder.remove();
  });

  it.each(lookUps)('looks rows up by an index: $name', async ({ indexes, run }) => {
    executed.length = 0;
    await run(store);
    const steps = executed.flatMap((query) => explainSqlite(database, query));

    const touching = steps.filter((step) => /^(SCAN|SEARCH) (operations|own|channels)\b/.test(step));
    expect(touching.filter((step) => !step.includes(' INDEX '))).toEqual([]);
    expect(new Set(touching.map(indexOf))).toEqual(new Set(indexes.map((name) => sqliteNames[name] ?? name)));
  });
});

describe('createPostgresStore', () => {
  const executed: ExecutedQuery[] = [];
  let testDatabase: TestDatabase;
  let pool: pg.Pool;
  let store: ChannelStore;
  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    pool = new pg.Pool({ connectionString: testDatabase.url });
    store = createPostgresStore({ pool: spyOnPool(pool, executed) });
    await fill(store);
    await multiply(pool);
  });
  afterAll(async () => {
    await pool.end();
    await testDatabase.drop();
  });

  it.each(lookUps)('looks rows up by an index: $name', async ({ indexes, run }) => {
    executed.length = 0;
    await run(store);
    const plans = await explainPostgres(pool, executed);

    expect(plans.filter((line) => /Seq Scan on (operations|channels)/.test(line))).toEqual([]);
    const used = plans.flatMap(
      (line) =>
        /(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)/.exec(line)?.[1] ?? [],
    );
    expect(new Set(used)).toEqual(new Set(indexes));
  });
});

async function fill(store: ChannelStore): Promise<void> {
  await store.migrate();
  for (const n of [1, 2, 3, 4]) await begin(store, n);
  for (const n of [2, 3, 4]) await store.attachChannel(newChannel(n), clear);
}

/** Makes the tables so long that it matters which index is taken: PostgreSQL chooses by what it knows of the rows. */
async function multiply(pool: pg.Pool): Promise<void> {
  await pool.query(`
    insert into operations select (jsonb_populate_record(operations, jsonb_build_object(
        'id', 'copy-' || n, 'idempotency_key', 'copy-' || n, 'claimed_number', 'copy-' || n))).*
      from operations, generate_series(1, 3000) as n where id = '${idOf(1)}'`);
  const columns =
    'id, name, phone_number, country_code, type, status, created_at, iso_country, provider, account_id, ' +
    'provider_number_id, voice, sms, mms, is_mock, metadata, updated_at, released_at, release_after, ' +
    'next_release_at, release_attempts, last_error';
  await pool.query(`
    insert into channels (${columns})
      select ${columns.replace(/^id/, `'copy-' || n`).replace('status', `'releasing'`).replace('provider_number_id', `'copy-' || n`).replace('next_release_at', '0')}
      from channels, generate_series(1, 3000) as n where id = '${idOf(3)}'`);
  await pool.query('analyze');
}

/** What SQLite calls the indexes behind the constraints of a table, in their order. */
const sqliteNames: Readonly<Record<string, string>> = {
  operations_pkey: 'sqlite_autoindex_operations_1',
  operations_claim: 'sqlite_autoindex_operations_2',
  channels_pkey: 'sqlite_autoindex_channels_1',
  channels_number: 'sqlite_autoindex_channels_2',
};

/** The same database, noting what it is asked to execute. */
function spyOnSqlite(database: Database.Database, executed: ExecutedQuery[]): SqliteDatabase {
  return {
    name: database.name,
    open: true,
    memory: false,
    readonly: false,
    get inTransaction() {
      return database.inTransaction;
    },
    pragma: (source, options) => database.pragma(source, options),
    close: () => database.close(),
    prepare(text) {
      const statement = database.prepare(text);
      const note = (parameters: readonly unknown[]) => executed.push({ text, values: parameters.flat() });
      return {
        reader: statement.reader,
        readonly: statement.readonly,
        all(...parameters) {
          note(parameters);
          return statement.all(...parameters);
        },
        run(...parameters) {
          note(parameters);
          return statement.run(...parameters);
        },
        iterate: (...parameters) => statement.iterate(...parameters),
        safeIntegers: (toggle) => statement.safeIntegers(toggle),
      };
    },
  };
}

function explainSqlite(database: Database.Database, { text, values }: ExecutedQuery): string[] {
  const rows = database.prepare(`explain query plan ${text}`).all(values) as { detail: string }[];
  return rows.map(({ detail }) => detail);
}

function indexOf(step: string): string {
  return /INDEX (\w+)/.exec(step)?.[1] ?? step;
}

async function explainPostgres(pool: pg.Pool, statements: readonly ExecutedQuery[]): Promise<string[]> {
  const client = await pool.connect();
  try {
    // The tables are too small for an index to pay off: without this the planner would read them whole.
    await client.query('set enable_seqscan = off');
    // Planned once for every value of its parameters: a partial index is of use only where its predicate is spelt out.
    await client.query('set plan_cache_mode = force_generic_plan');
    const lines: string[] = [];
    for (const { text, values } of statements) {
      const literals = values.map((value) =>
        value === null ? 'null' : pg.escapeLiteral(String(value as string | number)),
      );
      await client.query(`prepare explained as ${text}`);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain execute explained${literals.length === 0 ? '' : `(${literals.join(', ')})`}`,
      );
      await client.query('deallocate explained');
      lines.push(...rows.map((row) => row['QUERY PLAN']));
    }
    return lines;
  } finally {
    client.release(true);
  }
}
