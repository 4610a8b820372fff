import { cleanCause, StoreError } from '@channelkit/core';
import type { StoreFailure } from '@channelkit/store-kysely';

/** Says what an error of `pg` means, with the secrets blotted out of it. */
export function translatePostgresError(error: unknown, secrets: readonly string[]): StoreFailure {
  const state = sqlState(error);
  const { code, message } = describe(error, state, secrets);
  return {
    error: new StoreError({ code, message, cause: cleanCause(error, secrets) }),
    isAnswerLost: isConnectionUnusable(error) && !isNeverSent(error),
    isConflict: CONFLICTS.includes(state),
  };
}

/** The SQLSTATE that the server gave an error; empty when it was not the server that gave it. */
export function sqlState(error: unknown): string {
  const isServerError = error instanceof Error && 'severity' in error && 'code' in error;
  return isServerError && typeof error.code === 'string' ? error.code : '';
}

/** Whether the connection that an error came from is of no more use: the next is asked on another. */
export function isConnectionUnusable(error: unknown): boolean {
  const state = sqlState(error);
  const isFatal = error instanceof Error && 'severity' in error && error.severity !== 'ERROR';
  return state === '' || isFatal || UNUSABLE.some((prefix) => state.startsWith(prefix));
}

/** Only reading is allowed: after a failover a pool still has connections to what is now a standby. */
const READ_ONLY = '25006';

/** Codes after which nothing more is asked on a connection. */
const UNUSABLE = ['08', '57P', READ_ONLY];

/** Serialization failure and deadlock: the server has undone the statement. */
const CONFLICTS = ['40001', '40P01'];

/** Codes after which the same may well work a little later, though the server answered. */
const PASSING = [
  ...['08', '57P', '40', '53300', '53200', READ_ONLY],
  /* statement and lock timeouts */ ...['57014', '55P03', '25P03'],
];

/** No connection was had, so nothing was asked. */
const neverSent = new WeakSet<Error>();

/** Notes that an error came before anything was asked. */
export function markNeverSent(error: unknown): void {
  if (error instanceof Error) neverSent.add(error);
}

function isNeverSent(error: unknown): boolean {
  return error instanceof Error && neverSent.has(error);
}

interface Meaning {
  readonly code: StoreError['code'];
  readonly message: string;
}

function describe(error: unknown, state: string, secrets: readonly string[]): Meaning {
  const reason = reasonOf(cleanCause(error, secrets));
  if (state === '42P01' && /"(operations|channels)"/.test(reason)) {
    return rejected('The database has no tables yet. Call store.migrate() once before using the store.');
  }
  if (state === '2BP01') {
    return rejected(
      `The table channels cannot be upgraded: something of the app depends on it (${detailOf(error)}). ` +
        'Drop that, migrate, and create it again; nothing was changed.',
    );
  }
  if (PASSING.some((prefix) => state.startsWith(prefix))) {
    return unavailable(`PostgreSQL cannot do it now: ${reason} (${state}).`);
  }
  if (state !== '') return rejected(`PostgreSQL refused: ${reason} (${state}).`);
  return unavailable(
    isNeverSent(error)
      ? `PostgreSQL could not be reached: ${reason}.`
      : `The connection to PostgreSQL was lost before it answered: ${reason}.`,
  );
}

/** Where a host has several addresses, the error of all of them together has a code but no message. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function detailOf(error: unknown): string {
  return error instanceof Error && 'detail' in error && typeof error.detail === 'string' ? error.detail : '';
}

function rejected(message: string): Meaning {
  return { code: 'store_rejected', message };
}

function unavailable(message: string): Meaning {
  return { code: 'store_unavailable', message };
}
