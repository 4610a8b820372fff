import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelStore } from '@channelkit/core';
import { createPostgresStore } from '@channelkit/store-postgres';
import { createSqliteStore } from '@channelkit/store-sqlite';
import Database from 'better-sqlite3';
import pg from 'pg';
import { createTestDatabase } from '../postgres/create-test-database.js';

/** The stores that every behaviour is tested on. */
export const STORE_KINDS = ['sqlite', 'postgres'] as const;
/** One of {@link STORE_KINDS}. */
export type StoreKind = (typeof STORE_KINDS)[number];

/** A row of `channels`, as a stranger reads it. */
export interface ChannelFact {
  readonly id: string;
  readonly phone_number: string;
  readonly status: string;
  readonly provider_number_id: string;
}

/** A row of `operations`, as a stranger reads it. */
export interface OperationFact {
  readonly id: string;
  readonly state: string;
  readonly phone_number: string;
  readonly claimed_number: string | null;
}

/** A migrated store on an empty database, and a second way into that database. */
export interface OpenStore {
  readonly store: ChannelStore;
  rows(): Promise<{ channels: ChannelFact[]; operations: OperationFact[] }>;
  /** Makes everything in the database older by so much; nothing to do where the store goes by the given clock. */
  letTimePass(milliseconds: number): Promise<void>;
  /** Empties the tables, for the next run. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a store of that kind on a database of its own. */
export function openStore(kind: StoreKind, now: () => number): Promise<OpenStore> {
  return kind === 'sqlite' ? openSqlite(now) : openPostgres();
}

const CHANNELS = 'select id, phone_number, status, provider_number_id from channels order by created_at, id';
const OPERATIONS = 'select id, state, phone_number, claimed_number from operations order by id';

async function openSqlite(now: () => number): Promise<OpenStore> {
  const folder = mkdtempSync(join(tmpdir(), 'channelkit-'));
  const filename = join(folder, 'channels.db');
  const store = createSqliteStore({ filename, now });
  await store.migrate();
  const reader = new Database(filename, { readonly: true });
  return {
    store,
    rows: () =>
      Promise.resolve({
        channels: reader.prepare<[], ChannelFact>(CHANNELS).all(),
        operations: reader.prepare<[], OperationFact>(OPERATIONS).all(),
      }),
    letTimePass: () => Promise.resolve(),
    clear: () => {
      const writer = new Database(filename);
      writer.exec('delete from channels; delete from operations');
      writer.close();
      return Promise.resolve();
    },
    close: async () => {
      reader.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function openPostgres(): Promise<OpenStore> {
  const { url, drop } = await createTestDatabase();
  const store = createPostgresStore({ connectionString: url });
  await store.migrate();
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  return {
    store,
    rows: async () => ({
      channels: (await pool.query<ChannelFact>(CHANNELS)).rows,
      operations: (await pool.query<OperationFact>(OPERATIONS)).rows,
    }),
    letTimePass: async (milliseconds) => {
      await pool.query(
        `update operations set lease_expires_at = lease_expires_at - $1, settles_at = settles_at - $1,
           next_check_at = next_check_at - $1, absent_at = absent_at - $1`,
        [Math.round(milliseconds)],
      );
      await pool.query(
        `update channels set release_after = release_after - $1, next_release_at = next_release_at - $1,
           created_at = created_at - $1 * interval '1 millisecond'`,
        [Math.round(milliseconds)],
      );
    },
    clear: async () => {
      await pool.query('truncate channels, operations');
    },
    close: async () => {
      await pool.end();
      await store.close();
      await drop();
    },
  };
}
