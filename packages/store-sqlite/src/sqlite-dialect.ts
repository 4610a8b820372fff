import { type StoreDialect, type Tables, withDecided } from '@channelkit/store-kysely';
import { type CompiledQuery, type Kysely, sql } from 'kysely';
import { refuseInsideTransaction } from './make-durable.js';
import type { SqliteDatabase } from './sqlite-database.js';
import { sqliteCode, translateSqliteError } from './sqlite-error.js';

/** What {@link createSqliteDialect} is made of. */
export interface SqliteDialectOptions {
  readonly db: Kysely<Tables>;
  readonly name: string;
  /** Resolves to the database, opened and durable. */
  readonly open: () => Promise<SqliteDatabase>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told while the transaction that the database is in is the store's own. */
  readonly onOwnTransaction: (phase: 'begins' | 'over') => void;
}

/** Creates what is special about SQLite. */
export function createSqliteDialect({
  db,
  name,
  open,
  now,
  onOwnTransaction,
}: SqliteDialectOptions): StoreDialect {
  const clocked = (creator: Kysely<Tables>) =>
    creator.with(
      (cte) => cte('clock').materialized(),
      (query) => query.selectNoFrom(sql<number>`cast(${now()} as bigint)`.as('now')),
    );
  return {
    momentType: 'text',
    toMoment: (time) => sql<string>`strftime('%Y-%m-%d %H:%M:%f', (${time}) / 1000.0, 'unixepoch')`,
    fromMoment: (column) =>
      sql<number>`cast(round(unixepoch(${sql.ref(column)}, 'subsec') * 1000) as integer)`,
    fromLegacyMoment: (column) =>
      sql<number | null>`case when typeof(${sql.ref(column)}) = 'text'
        then cast(round(unixepoch(${sql.ref(column)}, 'subsec') * 1000) as integer) end`,

    reading: clocked,
    writing: clocked,
    // One writer at a time: what one statement takes, no other sees untaken.
    takingRows: (query) => query,

    async linkWrites(connection, { decide, reread, follow }) {
      const decision = decide(clocked(connection)).compile();
      const consequence = follow(withDecided(clocked(connection), reread)).compile();
      // Without an `await` between them: on a connection that was handed over, the app's own statements would otherwise
      // get in between, and be part of this transaction.
      return connection.connection().execute(async () => {
        const database = await open();
        return writeTogether(database, decision, consequence);
      });
    },

    isUniqueViolation: (error) =>
      ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'].includes(sqliteCode(error)),
    translate: (error) => translateSqliteError(error, name),

    migrating: (work) =>
      db.connection().execute(async (connection) => {
        const database = await open();
        refuseInsideTransaction(database);
        const foreignKeys = Number(database.pragma('foreign_keys', { simple: true }));
        // Dropping the app's old table would otherwise delete what refers to it.
        database.pragma('foreign_keys = OFF');
        onOwnTransaction('begins');
        try {
          await inTransaction(connection, database, work);
        } finally {
          onOwnTransaction('over');
          database.pragma(`foreign_keys = ${foreignKeys}`);
        }
      }),
    findSchema: () => Promise.resolve(null),
    async findColumns(connection, table) {
      const { rows } = await sql<{
        name: string;
      }>`select name from pragma_table_xinfo(${table})`.execute(connection);
      return rows.map((row) => row.name);
    },
    lockTable: () => Promise.resolve(),
  };
}

/** Makes the second write only when the first changed a row; both, or neither. */
function writeTogether<Row>(
  database: SqliteDatabase,
  decision: CompiledQuery,
  consequence: CompiledQuery<Row>,
): readonly Row[] {
  refuseInsideTransaction(database);
  database.prepare('begin immediate').run();
  try {
    const rows = run(database, decision).length === 0 ? [] : run(database, consequence);
    database.prepare('commit').run();
    return rows;
  } catch (error) {
    if (database.inTransaction) database.prepare('rollback').run();
    throw error;
  }
}

function run<Row>(database: SqliteDatabase, query: CompiledQuery<Row>): Row[] {
  const statement = database.prepare(query.sql);
  statement.safeIntegers(false);
  return statement.all(query.parameters) as Row[];
}

/** Takes the right to write at once: a transaction that reads first would fail under contention, however long it waits. */
async function inTransaction(
  connection: Kysely<Tables>,
  database: SqliteDatabase,
  work: (db: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  await sql`begin immediate`.execute(connection);
  try {
    await work(connection);
    await sql`commit`.execute(connection);
  } catch (error) {
    if (database.inTransaction) await sql`rollback`.execute(connection);
    throw error;
  }
}
