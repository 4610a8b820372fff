import { createPostgresStore } from '@channelkit/store-postgres';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../postgres/create-test-database.js';
import { databases, type EmptyDatabase } from './databases.js';
import { begin, idOf } from './fixtures.js';
import { queryPostgres } from './query-postgres.js';

describe.each(databases)('migrate, in $kind', ({ create }) => {
  let database: EmptyDatabase;
  beforeEach(async () => {
    database = await create();
  });
  afterEach(() => database.drop());

  it('refuses a database that a newer version has upgraded', async () => {
    const store = database.openStore();
    await store.migrate();
    await database.query(
      `insert into channelkit_migration values ('0002_of_the_future', '2030-01-01T00:00:00.000Z')`,
    );
    await expect(database.openStore().migrate()).rejects.toMatchObject({
      code: 'store_rejected',
      message: expect.stringMatching(/made by a newer version of Channelkit.*0002_of_the_future/) as string,
    });
  });

  it('keeps out of the way of the app’s own migrations with Kysely', async () => {
    await database.query('create table kysely_migration (name varchar(255), timestamp varchar(255))');
    await database.query(`insert into kysely_migration values ('0000_of_the_app', 'then')`);
    await database.openStore().migrate();
    expect(await database.query('select name from kysely_migration')).toEqual([{ name: '0000_of_the_app' }]);
  });

  it('refuses a status, a type and a state that the code does not know', async () => {
    const store = database.openStore();
    await store.migrate();
    await begin(store, 1);
    await expect(database.query(`update operations set state = 'unheard'`)).rejects.toThrow(
      /operations_state/,
    );
    const columns =
      'id, name, phone_number, country_code, type, status, iso_country, provider, provider_number_id, ' +
      'voice, sms, mms, is_mock, metadata, release_attempts, created_at, updated_at';
    const rest = `'US', 'mock', 'n1', true, true, true, true, '{}', 0, '2024-01-01', '2024-01-01'`;
    const insert = (type: string, status: string) =>
      database.query(
        `insert into channels (${columns}) values ('a', 'a', 'a', '+1', '${type}', '${status}', ${rest})`,
      );
    await expect(insert('fax', 'active')).rejects.toThrow(/channels_type/);
    await expect(insert('sms', 'pending')).rejects.toThrow(/channels_status/);
    await insert('sms', 'active');
  });

  it('asks for migrate() where there are no tables', async () => {
    await expect(begin(database.openStore(), 1)).rejects.toMatchObject({
      code: 'store_rejected',
      message: expect.stringContaining('Call store.migrate()') as string,
    });
  });
});

describe('migrate, in a schema of PostgreSQL', () => {
  it('creates the tables in the first schema of the search path, whatever others hold', async () => {
    const database = await createTestDatabase();
    const { url } = database;
    try {
      for (const tenant of ['tenant_a', 'tenant_b']) {
        await queryPostgres(url, `create schema ${tenant}`);
        const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${tenant}` });
        const store = createPostgresStore({ pool });
        await store.migrate();
        await begin(store, 1);
        expect((await store.getOperation(idOf(1)))?.token).toBe(1);
        await pool.end();
      }
      const tables = await queryPostgres(
        url,
        `select schemaname as schema, tablename as table from pg_tables where schemaname like 'tenant%' and tablename = 'channels' order by 1`,
      );
      expect(tables).toEqual([
        { schema: 'tenant_a', table: 'channels' },
        { schema: 'tenant_b', table: 'channels' },
      ]);
    } finally {
      await database.drop();
    }
  });

  it('refuses where there is no schema to create tables in', async () => {
    const database = await createTestDatabase();
    const { url } = database;
    const pool = new pg.Pool({ connectionString: url, options: '-c search_path=nowhere' });
    try {
      await expect(createPostgresStore({ pool }).migrate()).rejects.toMatchObject({
        code: 'store_rejected',
        message: expect.stringContaining('no schema') as string,
      });
    } finally {
      await pool.end();
      await database.drop();
    }
  });
});
