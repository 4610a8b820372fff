import { cleanCause, StoreError } from '@channelkit/core';
import type { StoreFailure } from '@channelkit/store-kysely';

/** Says what an error of better-sqlite3 means, about the database of that name. */
export function translateSqliteError(error: unknown, name: string): StoreFailure {
  const { code, message } = describe(error, name);
  return {
    error: new StoreError({ code, message, cause: cleanCause(error) }),
    isAnswerLost: false,
    isConflict: false,
  };
}

/** The code that SQLite gave an error, such as `SQLITE_BUSY`; empty when it gave none. */
export function sqliteCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

interface Meaning {
  readonly code: StoreError['code'];
  readonly message: string;
}

function describe(error: unknown, name: string): Meaning {
  const code = sqliteCode(error);
  const known = meanings.find(([prefix]) => code.startsWith(prefix));
  if (known !== undefined) return known[1](name, error);
  const reason = error instanceof Error ? error.message : '';
  if (/directory does not exist/.test(reason)) {
    return rejected(`There is no folder for the database ${name}. Create the folder first.`);
  }
  if (code.startsWith('SQLITE_')) return rejected(`The database ${name} refused: ${reason}.`);
  return unavailable(`The database ${name} could not be used${reason === '' ? '' : `: ${reason}`}.`);
}

/** By the beginning of SQLite's code, so that extended codes are covered; the first that fits counts. */
const meanings: readonly (readonly [string, (name: string, error: unknown) => Meaning])[] = [
  ['SQLITE_BUSY', (name) => unavailable(`The database ${name} is kept busy by somebody else. Try again.`)],
  ['SQLITE_LOCKED', (name) => unavailable(`The database ${name} is locked by this process. Try again.`)],
  ['SQLITE_IOERR', (name) => unavailable(`The disk under the database ${name} failed to read or write.`)],
  [
    'SQLITE_NOTADB',
    (name) => rejected(`${name} is not an SQLite database, or it is encrypted. Nothing was changed.`),
  ],
  [
    'SQLITE_CANTOPEN',
    (name) =>
      rejected(
        `The database ${name} cannot be opened: it is a folder, or this process may not write to it or to its folder.`,
      ),
  ],
  [
    'SQLITE_READONLY',
    (name) => rejected(`The database ${name} cannot be written to: the file or its folder is read-only.`),
  ],
  ['SQLITE_FULL', (name) => rejected(`The disk under the database ${name} is full.`)],
  ['SQLITE_CORRUPT', (name) => rejected(`The database ${name} is damaged.`)],
  [
    'SQLITE_ERROR',
    (name, error) =>
      error instanceof Error && /^no such table: (main\.)?(operations|channels)$/.test(error.message)
        ? rejected(
            `The database ${name} has no tables yet. Call store.migrate() once before using the store.`,
          )
        : rejected(
            `The database ${name} refused: ${error instanceof Error ? error.message : 'no reason given'}.`,
          ),
  ],
];

function rejected(message: string): Meaning {
  return { code: 'store_rejected', message };
}

function unavailable(message: string): Meaning {
  return { code: 'store_unavailable', message };
}
