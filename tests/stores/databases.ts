import { join } from 'node:path';
import type { ChannelStore } from '@channelkit/core';
import { createPostgresStore } from '@channelkit/store-postgres';
import { createSqliteStore } from '@channelkit/store-sqlite';
import Database from 'better-sqlite3';
import { createTestDatabase } from '../postgres/create-test-database.js';
import { queryPostgres } from './query-postgres.js';
import { createTemporaryFolder } from './temporary-folder.js';

/** An empty database, and ways to it. */
export interface EmptyDatabase {
  /** A file name or a connection string. */
  readonly location: string;
  /** Opens one more store on it; all are closed with the database. */
  openStore(): ChannelStore;
  /** Runs one statement of SQL past the stores. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** Both kinds of database, to run the same test on each. */
export const databases: readonly {
  readonly kind: 'sqlite' | 'postgres';
  readonly create: () => Promise<EmptyDatabase>;
}[] = [
  { kind: 'sqlite', create: () => Promise.resolve(createSqliteFile()) },
  { kind: 'postgres', create: createPostgresDatabase },
];

function createSqliteFile(): EmptyDatabase {
  const folder = createTemporaryFolder();
  const location = join(folder.path, 'channels.db');
  const stores: ChannelStore[] = [];
  return {
    location,
    openStore: () => remember(stores, createSqliteStore({ filename: location })),
    query: (sql) => new Promise((resolve) => resolve(querySqlite(location, sql))),
    async drop() {
      await Promise.all(stores.map((store) => store.close()));
      folder.remove();
    },
  };
}

async function createPostgresDatabase(): Promise<EmptyDatabase> {
  const database = await createTestDatabase();
  const { url } = database;
  const stores: ChannelStore[] = [];
  return {
    location: url,
    openStore: () => remember(stores, createPostgresStore({ connectionString: url })),
    query: (sql) => queryPostgres(url, sql),
    async drop() {
      await Promise.all(stores.map((store) => store.close()));
      await database.drop();
    },
  };
}

function remember(stores: ChannelStore[], store: ChannelStore): ChannelStore {
  stores.push(store);
  return store;
}

function querySqlite(filename: string, sql: string): Record<string, unknown>[] {
  const database = new Database(filename);
  try {
    const statement = database.prepare(sql);
    if (statement.reader) return statement.all() as Record<string, unknown>[];
    statement.run();
    return [];
  } finally {
    database.close();
  }
}
