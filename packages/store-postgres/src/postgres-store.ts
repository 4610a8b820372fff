import { type ChannelStore, InvalidInputError } from '@channelkit/core';
import { createKyselyStore, type Tables } from '@channelkit/store-kysely';
import { Kysely } from 'kysely';
import pg from 'pg';
import { guardPool } from './guarded-pool.js';
import { createPostgresDialect, MigratedPostgresDialect } from './postgres-dialect.js';
import type { PostgresPool } from './postgres-pool.js';
import { defaultTimeouts, type PostgresTimeouts } from './postgres-timeouts.js';

/** Where the channels are kept. */
export type PostgresStoreOptions =
  | {
      /** `postgres://user:password@host:5432/database` */
      readonly connectionString: string;
    }
  | {
      /** A pool of the app, from `pg`, which is not closed with the store. */
      readonly pool: PostgresPool;
    };

/**
 * Creates a store in a PostgreSQL database (15 or newer), through `pg`.
 *
 * Nothing is connected to before the first use. Leases go by the clock of the server, and every write is durable once it
 * resolves, whatever `synchronous_commit` the database has. No call waits for ever: a lock for 3 s, an answer for
 * 4.5 s. With a connection string the server also ends a statement after 4 s, by start-up parameters that some poolers
 * refuse; hand over a pool there, whose own time limits apply besides.
 *
 * @throws InvalidInputError when neither a connection string nor a pool is given.
 *
 * @example
 * ```ts
 * const store = createPostgresStore({ connectionString: 'postgres://localhost/app' });
 * await store.migrate();
 * ```
 */
export function createPostgresStore(options: PostgresStoreOptions): ChannelStore {
  return createPostgresStoreWith(options, defaultTimeouts);
}

/** The same with other time limits. */
export function createPostgresStoreWith(
  options: PostgresStoreOptions,
  timeouts: PostgresTimeouts,
): ChannelStore {
  const { pool, end, secrets } = 'pool' in options ? handedOver(options.pool) : ownPool(options, timeouts);
  const connectWith = (queryTimeoutMs: number) =>
    new Kysely<Tables>({
      dialect: new MigratedPostgresDialect({
        pool: guardPool(pool, queryTimeoutMs, () => Promise.resolve()),
      }),
    });
  const db = connectWith(timeouts.queryMs);
  const migrationDb = connectWith(timeouts.migrationMs);
  const dialect = createPostgresDialect({ migrationDb, timeouts, secrets });
  return createKyselyStore({ db, dialect, close: end });
}

interface Source {
  readonly pool: PostgresPool;
  /** Closes what was opened here. */
  readonly end: () => Promise<void>;
  readonly secrets: readonly string[];
}

function ownPool({ connectionString }: { connectionString: string }, timeouts: PostgresTimeouts): Source {
  const password = readPassword(connectionString);
  const pool = new pg.Pool({
    connectionString,
    connectionTimeoutMillis: timeouts.connectMs,
    statement_timeout: timeouts.statementMs,
    lock_timeout: timeouts.lockMs,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // The pool has dropped that connection by then, and makes a new one when it is needed; unheard, it would end the process.
  pool.on('error', () => undefined);
  return { pool, end: () => pool.end(), secrets: password === null ? [] : [password] };
}

function handedOver(pool: PostgresPool): Source {
  if (!isPool(pool)) throw invalid('pool', 'must be a pool of pg');
  const options: unknown = 'options' in pool ? pool.options : undefined;
  return { pool, end: () => Promise.resolve(), secrets: secretsOf(options) };
}

/** The password is in the pool's options, in one of two places. */
function secretsOf(options: unknown): string[] {
  if (typeof options !== 'object' || options === null) return [];
  const given = 'password' in options && typeof options.password === 'string' ? [options.password] : [];
  if (!('connectionString' in options) || typeof options.connectionString !== 'string') return given;
  try {
    const password = new pg.Client({ connectionString: options.connectionString }).password;
    return typeof password === 'string' ? [...given, password] : given;
  } catch {
    return given;
  }
}

/** Reads the password as `pg` will, which is also how a string that it cannot read comes to light now and not later. */
function readPassword(connectionString: unknown): string | null {
  if (typeof connectionString === 'string' && connectionString.trim() !== '') {
    try {
      const { password } = new pg.Client({ connectionString });
      return typeof password === 'string' ? password : null;
    } catch {
      // Its error holds the whole string, password and all.
    }
  }
  throw invalid(
    'connectionString',
    'must be like postgres://user:password@host:5432/database, or a pool must be handed over',
  );
}

function isPool(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'connect' in value;
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError({ issues: [{ path, message }] });
}
