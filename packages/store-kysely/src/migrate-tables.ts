import { StoreError } from '@channelkit/core';
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { createTables } from './create-tables.js';
import type { ReadContext } from './find-channel.js';
import type { StoreDialect } from './store-dialect.js';
import type { Tables } from './tables.js';

/** The app may keep its own migrations with Kysely in the same database, under Kysely's own names. */
const MIGRATION_TABLE = 'channelkit_migration';
const LOCK_TABLE = 'channelkit_migration_lock';

/**
 * Creates or upgrades the tables, in one transaction that no other process migrates beside.
 *
 * @throws {@link StoreError} `store_rejected` when the database was written by a newer version, or holds tables of these
 * names that are not ours; nothing has been changed.
 */
export async function migrateTables({ db, dialect }: ReadContext): Promise<void> {
  const migrations = listMigrations(dialect);
  if (await isUpToDate(db, dialect, migrations)) return;
  await dialect.migrating(async (connection) => {
    if (await isUpToDate(connection, dialect, migrations)) return;
    const schema = await dialect.findSchema(connection);
    const migrator = new Migrator({
      db: connection,
      provider: { getMigrations: () => Promise.resolve(migrations) },
      migrationTableName: MIGRATION_TABLE,
      migrationLockTableName: LOCK_TABLE,
      ...(schema === null ? {} : { migrationTableSchema: schema }),
      disableTransactions: true,
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw asThrown(error);
  });
}

/** Kysely's migrator returns what a migration threw. */
function asThrown(error: unknown): Error {
  return error instanceof Error ? error : new Error('A migration failed without an error.', { cause: error });
}

/** In the order they run; what has been published is never changed, only added to. */
function listMigrations(dialect: StoreDialect): Record<string, Migration> {
  return { '0001_create_tables': { up: (db: Kysely<Tables>) => createTables({ db, dialect }) } };
}

async function isUpToDate(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  migrations: Record<string, Migration>,
): Promise<boolean> {
  if ((await dialect.findColumns(db, MIGRATION_TABLE)).length === 0) return false;
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)}`.execute(db);
  const newer = rows.map(({ name }) => name).filter((name) => !Object.hasOwn(migrations, name));
  if (newer.length > 0) {
    throw new StoreError({
      code: 'store_rejected',
      message:
        `The tables were made by a newer version of Channelkit than this one (it ran ${newer.join(', ')}). ` +
        'Upgrade this app; nothing was changed.',
    });
  }
  return rows.length === Object.keys(migrations).length;
}
