import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPostgresStore } from '@channelkit/store-postgres';
import { createSqliteStore } from '@channelkit/store-sqlite';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase } from '../postgres/create-test-database.js';
import { begin, clear, newChannel } from '../stores/fixtures.js';
import { buildWorker, type Patch } from './build-worker.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'channelkit-durability-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the connection of an SQLite store', () => {
  it('has a write-ahead log and syncs it at every commit, also when the file is opened again', async () => {
    for (let opening = 0; opening < 2; opening += 1) {
      const pragma = vi.spyOn(Database.prototype, 'pragma');
      const store = createSqliteStore({ filename: join(folder, 'channels.db') });
      await store.migrate();
      const [connection] = pragma.mock.contexts as Database.Database[];
      pragma.mockRestore();

      expect(connection?.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(connection?.pragma('synchronous', { simple: true })).toBe(2);
      await store.close();
    }
  });
});

describe('a commit of an SQLite store', () => {
  const reason = whyNotTraced();
  if (reason !== null) process.stdout.write(`\nThe syncs of a commit are not counted: ${reason}\n`);

  it.skipIf(reason !== null && process.env['CI'] !== 'true')(
    'is on the disk before its promise resolves',
    async () => {
      expect(reason).toBeNull();
      const some = expect.toSatisfy((syncs: number) => syncs >= 1) as number;
      expect(await syncsOfWrites()).toEqual({ W1: [some, some], W2: [some], dispose: [some] });
    },
  );

  it.skipIf(reason !== null)(
    'is seen not to be, where the store is content with synchronous = NORMAL',
    async () => {
      const folder = 'packages/store-sqlite/src';
      const syncs = await syncsOfWrites([
        { folder, replace: 'const FULL = 2;', with: 'const FULL = 1;' },
        {
          folder,
          replace: 'else database.pragma(`synchronous = ${readSynchronous(database)}`);',
          with: "else database.pragma('synchronous = NORMAL');",
        },
      ]);
      expect(syncs).toEqual({ W1: [0, 0], W2: [0], dispose: [0] });
    },
  );
});

describe('a commit of a PostgreSQL store', () => {
  it('waits for the disk although the database is set not to', async () => {
    const { url, drop } = await createTestDatabase();
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    try {
      await pool.query(
        `do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$`,
      );
      const store = createPostgresStore({ connectionString: url });
      await store.migrate();
      await pool.query('create table seen (what text, setting text)');
      await pool.query(`create function note() returns trigger language plpgsql as $$ begin
        insert into seen values (tg_op || ' ' || tg_table_name, current_setting('synchronous_commit'));
        return null; end $$`);
      for (const table of ['operations', 'channels']) {
        await pool.query(
          `create trigger note after insert or update on ${table} for each row execute function note()`,
        );
      }

      await begin(store, 1);
      await store.attachChannel(newChannel(1), clear);
      const guard = await begin(store, 2);
      await store.disposeNumber(guard, newChannel(2), { ...clear, error: 'for the test' });
      await store.close();

      const { rows } = await pool.query<{ what: string; setting: string }>('select what, setting from seen');
      expect(rows.map(({ what }) => what).sort()).toEqual([
        'INSERT channels',
        'INSERT channels',
        'INSERT operations',
        'INSERT operations',
        'UPDATE operations',
        'UPDATE operations',
      ]);
      expect(new Set(rows.map((row) => row.setting))).toEqual(new Set(['on']));
      // Anybody else's write is seen to be what the database is set to.
      const other = new pg.Client({ connectionString: url });
      await other.connect();
      await other.query("update operations set last_error = 'x'");
      await other.end();
      const others = await pool.query<{ setting: string }>("select setting from seen where setting <> 'on'");
      expect(others.rows.map((row) => row.setting)).toEqual(['off', 'off']);
    } finally {
      await pool.end();
      await drop();
    }
  });
});

function whyNotTraced(): string | null {
  try {
    execFileSync('strace', ['-e', 'trace=fsync', 'true'], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `strace cannot be run here (${error instanceof Error ? error.message.split('\n')[0] : 'unknown'}).`;
  }
}

/** How many syncs ended well between the beginning of each write and the moment its promise resolved. */
async function syncsOfWrites(patches: readonly Patch[] = []): Promise<Record<string, number[]>> {
  const script = await buildWorker(patches, 'tests/crash/durability-process.ts');
  const trace = join(folder, 'trace');
  try {
    const flags = ['-f', '-e', 'trace=fsync,fdatasync,write', '-s', '40', '-o', trace];
    await promisify(execFile)('strace', [...flags, process.execPath, script.path, join(folder, 'traced.db')]);
  } finally {
    script.remove();
  }
  const syncs: Record<string, number[]> = {};
  let count = 0;
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    // A call during which another thread made one stands on two lines.
    if (/\b(fsync|fdatasync)(\(| resumed>).* = 0$/.test(line)) count += 1;
    const marker = /write\(1, "(\w+) (begins|resolved)/.exec(line);
    if (marker?.[2] === 'begins') count = 0;
    const name = marker?.[1];
    if (name !== undefined && marker?.[2] === 'resolved') (syncs[name] ??= []).push(count);
  }
  return syncs;
}
