import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '@channelkit/core';
import type { SqliteDatabase } from './sqlite-database.js';
import { sqliteCode } from './sqlite-error.js';

/** How long somebody else may keep the file while it is being switched to a write-ahead log. */
const SWITCH_TIMEOUT_MS = 10_000;
const SWITCH_RETRY_MS = 20;

/** SQLite's number for `synchronous = FULL`. */
const FULL = 2;

/**
 * Sees to it that an acknowledged commit survives a crash of the machine: a write-ahead log, synced at every commit.
 *
 * An SQLite in memory has neither, and keeps nothing: it is let be.
 *
 * @throws {@link StoreError} when the database is read-only, inside a transaction, or does not take the setting.
 */
export async function makeDurable(database: SqliteDatabase): Promise<void> {
  refuseUnusable(database);
  if (database.memory) return;
  await switchToWal(database);
  // better-sqlite3 is built to fall back to NORMAL whenever a file with a write-ahead log is opened.
  if (readSynchronous(database) < FULL) database.pragma('synchronous = FULL');
  else database.pragma(`synchronous = ${readSynchronous(database)}`);
  if (readSynchronous(database) < FULL) {
    throw rejected(`The database ${database.name} does not take synchronous = FULL: a commit could be lost.`);
  }
}

function refuseUnusable(database: SqliteDatabase): void {
  if (!database.open) {
    throw new StoreError({
      code: 'store_unavailable',
      message: `The database ${database.name} that was handed over is closed.`,
    });
  }
  if (database.readonly) throw rejected(`The database ${database.name} was opened read-only.`);
  refuseInsideTransaction(database);
}

/** Refuses a database inside somebody's transaction: a rollback would erase the evidence of a purchase. */
export function refuseInsideTransaction(database: SqliteDatabase): void {
  if (!database.inTransaction) return;
  throw rejected(
    `The database ${database.name} is inside a transaction of the app: a rollback would erase what the store wrote. ` +
      'End the transaction first, or give the store a connection of its own.',
  );
}

async function switchToWal(database: SqliteDatabase): Promise<void> {
  const deadline = performance.now() + SWITCH_TIMEOUT_MS;
  for (;;) {
    try {
      if (readJournalMode(database) === 'wal') return;
      database.pragma('journal_mode = WAL');
      if (readJournalMode(database) === 'wal') return;
      throw rejected(
        `The database ${database.name} does not take a write-ahead log (its journal mode stays ` +
          `${readJournalMode(database)}): keep it on a local disk.`,
      );
    } catch (error) {
      // This switch does not wait for others as a statement does.
      if (!sqliteCode(error).startsWith('SQLITE_BUSY') || performance.now() > deadline) throw error;
      await sleep(SWITCH_RETRY_MS);
    }
  }
}

function readJournalMode(database: SqliteDatabase): string {
  return String(database.pragma('journal_mode', { simple: true }));
}

function readSynchronous(database: SqliteDatabase): number {
  return Number(database.pragma('synchronous', { simple: true }));
}

function rejected(message: string): StoreError {
  return new StoreError({ code: 'store_rejected', message });
}
