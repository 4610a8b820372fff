import { StoreError } from '@channelkit/core';
import {
  type ClockedTables,
  type Lockable,
  type StoreDialect,
  type Tables,
  withDecided,
} from '@channelkit/store-kysely';
import {
  type Kysely,
  PostgresAdapter,
  PostgresDialect,
  type QueryCreator,
  type RawBuilder,
  sql,
} from 'kysely';
import { sqlState, translatePostgresError } from './postgres-error.js';
import type { PostgresTimeouts } from './postgres-timeouts.js';

/** What {@link createPostgresDialect} is made of. */
export interface PostgresDialectOptions {
  /** The same database with more time for each statement. */
  readonly migrationDb: Kysely<Tables>;
  readonly timeouts: PostgresTimeouts;
  /** What must never be in an error. */
  readonly secrets: readonly string[];
}

/** Says to PostgreSQL which processes keep out of each other's way; any number that is always the same. */
const MIGRATION_LOCK = 7_311_862_445_130_241n;

/** Creates what is special about PostgreSQL. */
export function createPostgresDialect(options: PostgresDialectOptions): StoreDialect {
  const { migrationDb, timeouts, secrets } = options;
  const clock = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`.as('now');
  const reading: StoreDialect['reading'] = (db) =>
    db.with(
      (cte) => cte('clock').materialized(),
      (query) => query.selectNoFrom(clock),
    );
  const settings = [
    setLocally('synchronous_commit', atLeastOn).as('durability'),
    setLocally('lock_timeout', sql.lit(`${timeouts.lockMs}ms`)).as('patience'),
  ] as const;
  const writing: StoreDialect['writing'] = (db) =>
    db.with(
      (cte) => cte('clock').materialized(),
      (query) => query.selectNoFrom([clock, ...settings]),
    ) as unknown as QueryCreator<ClockedTables>;

  return {
    momentType: 'timestamptz(3)',
    toMoment: (time) => sql<string>`to_timestamp((${time}) / 1000.0)::timestamptz(3)`,
    fromMoment: (column) => sql<number>`(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`,
    fromLegacyMoment: (column) =>
      sql<number | null>`(extract(epoch from ${sql.ref(column)}::timestamptz) * 1000)::bigint`,

    reading,
    writing,
    takingRows: <Query extends Lockable>(query: Query) => query.forUpdate().skipLocked() as Query,
    async linkWrites(db, { decide, follow }) {
      const { rows } = await db.executeQuery(follow(withDecided(writing(db), decide)).compile());
      return rows;
    },

    isUniqueViolation: (error) => sqlState(error) === '23505',
    translate: (error) => translatePostgresError(error, secrets),

    migrating: (work) =>
      migrationDb.connection().execute(async (connection) => {
        await sql`begin`.execute(connection);
        try {
          await prepareMigration(connection, timeouts);
          await work(connection);
          await sql`commit`.execute(connection);
        } catch (error) {
          await rollBack(connection);
          throw error;
        }
      }),
    findSchema,
    async findColumns(db, table) {
      const { rows } = await sql<{ name: string }>`
        select attname::text as name from pg_attribute
        where attrelid = to_regclass(quote_ident(current_schema()) || '.' || quote_ident(${table}))
          and attnum > 0 and not attisdropped
        order by attnum`.execute(db);
      return rows.map((row) => row.name);
    },
    async lockTable(db, table) {
      await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(db);
    },
  };
}

/** PostgreSQL for Kysely, with the locking of migrations left to {@link createPostgresDialect}. */
export class MigratedPostgresDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new UnlockedAdapter();
  }
}

/** Kysely's own lock outlives a transaction, and letting go of it fails in one that has failed. */
class UnlockedAdapter extends PostgresAdapter {
  override acquireMigrationLock(): Promise<void> {
    return Promise.resolve();
  }

  override releaseMigrationLock(): Promise<void> {
    return Promise.resolve();
  }
}

/** `on`, or what is stronger and was set by whoever runs the database. */
const atLeastOn = sql<string>`case current_setting('synchronous_commit')
  when 'remote_apply' then 'remote_apply' else 'on' end`;

/** Changes a setting until the end of the transaction, which may be the statement. */
function setLocally(name: string, value: RawBuilder<string>): RawBuilder<string> {
  return sql<string>`set_config(${sql.lit(name)}, ${value}, true)`;
}

async function prepareMigration(db: Kysely<Tables>, timeouts: PostgresTimeouts): Promise<void> {
  const patience = sql.lit(`${timeouts.migrationMs}ms`);
  await sql`select ${setLocally('synchronous_commit', atLeastOn)},
    ${setLocally('statement_timeout', patience)}, ${setLocally('lock_timeout', patience)},
    ${setLocally('TimeZone', sql.lit('UTC'))}`.execute(db);
  await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(db);
}

async function rollBack(db: Kysely<Tables>): Promise<void> {
  try {
    await sql`rollback`.execute(db);
  } catch {
    // The connection is gone, and with it the transaction; what matters is what went wrong before.
  }
}

async function findSchema(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ name: string | null }>`select current_schema()::text as name`.execute(db);
  const name = rows[0]?.name ?? null;
  if (name !== null) return name;
  throw new StoreError({
    code: 'store_rejected',
    message:
      'There is no schema to create the tables in: none of those in the search_path exists. Nothing was changed.',
  });
}
