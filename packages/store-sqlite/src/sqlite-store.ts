import { type ChannelStore, InvalidInputError } from '@channelkit/core';
import { createKyselyStore, type Tables } from '@channelkit/store-kysely';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { makeDurable, refuseInsideTransaction } from './make-durable.js';
import type { SqliteDatabase } from './sqlite-database.js';
import { createSqliteDialect } from './sqlite-dialect.js';

/** How long a statement waits for another connection that is writing. */
const BUSY_TIMEOUT_MS = 10_000;

/** Where the channels are kept, and the clock. */
export type SqliteStoreOptions = (
  | {
      /** The file, created if it is missing; `:memory:` keeps nothing, for tests. */
      readonly filename: string;
    }
  | {
      /** A better-sqlite3 database of the app, which is not closed with the store. */
      readonly database: SqliteDatabase;
    }
) & {
  /** Milliseconds since 1970. Default: the clock of this machine. */
  readonly now?: () => number;
};

/**
 * Creates a store in an SQLite file, through better-sqlite3.
 *
 * The file is opened at the first use, so that what is wrong with it rejects rather than throws. It is switched to a
 * write-ahead log, and every connection to `synchronous = FULL`, a handed-over one included: an acknowledged commit
 * survives a crash. A handed-over connection must not be inside a transaction of the app while the store writes, which is
 * refused, nor be written to by the app until `migrate()` has resolved.
 *
 * @throws InvalidInputError when neither a file name nor a database is given.
 *
 * @example
 * ```ts
 * const store = createSqliteStore({ filename: 'channels.db' });
 * await store.migrate();
 * ```
 */
export function createSqliteStore(options: SqliteStoreOptions): ChannelStore {
  const source = readOptions(options);
  let opened: Promise<SqliteDatabase> | undefined;
  const open = () =>
    (opened ??= openDatabase(source).catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
  let isOwnTransaction = false;

  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: async () => {
        const database = await open();
        return {
          prepare(statementSource: string) {
            const statement = database.prepare(statementSource);
            if (!statement.readonly && !isOwnTransaction) refuseInsideTransaction(database);
            statement.safeIntegers(false);
            return statement;
          },
          close: () => {
            if (source.kind === 'file') database.close();
          },
        };
      },
    }),
  });
  const dialect = createSqliteDialect({
    db,
    name: source.kind === 'file' ? source.filename : source.database.name,
    open,
    now: options.now ?? Date.now,
    onOwnTransaction: (phase) => (isOwnTransaction = phase === 'begins'),
  });
  return createKyselyStore({ db, dialect, close: () => db.destroy() });
}

type Source =
  | { readonly kind: 'file'; readonly filename: string }
  | { readonly kind: 'database'; readonly database: SqliteDatabase };

function readOptions(options: SqliteStoreOptions): Source {
  if ('database' in options) {
    const { database } = options;
    if (isDatabase(database)) return { kind: 'database', database };
    throw invalid('database', 'must be a database of better-sqlite3');
  }
  const { filename } = options;
  if (typeof filename === 'string' && filename.trim() !== '') return { kind: 'file', filename };
  throw invalid('filename', 'must be the path of a file, or a database must be handed over');
}

function isDatabase(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'prepare' in value && 'pragma' in value;
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError({ issues: [{ path, message }] });
}

async function openDatabase(source: Source): Promise<SqliteDatabase> {
  if (source.kind === 'database') {
    await makeDurable(source.database);
    return source.database;
  }
  const database: SqliteDatabase = new Database(source.filename, { timeout: BUSY_TIMEOUT_MS });
  try {
    await makeDurable(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
