import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, postgresUrl } from './create-test-database.js';

describe('createTestDatabase', () => {
  it('gives each caller an empty database of its own', async () => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    try {
      await query(first.url, 'CREATE TABLE mine (id int)');

      expect(await query(first.url, countOfTables)).toEqual([{ tables: 1 }]);
      expect(await query(second.url, countOfTables)).toEqual([{ tables: 0 }]);
    } finally {
      await Promise.all([first.drop(), second.drop()]);
    }
  });

  it('runs on a server of the oldest supported major version or newer', async () => {
    const [row] = await query(
      await postgresUrl(),
      "SELECT current_setting('server_version_num')::int AS version",
    );

    expect(row?.['version']).toBeGreaterThanOrEqual(150_000);
  });

  it('drops the database under open connections, and again', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    const ended = new Promise((resolve) => client.once('end', resolve));
    await client.connect();

    await database.drop();
    await database.drop();

    await ended;
    expect(errors[0]).toMatchObject({ code: '57P01' });
    await expect(query(database.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });
});

const countOfTables = "SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'public'";

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
