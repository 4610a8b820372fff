import type { Operation } from '@channelkit/core';
import type { Selectable } from 'kysely';
import { now } from './clock.js';
import type { OperationsTable } from './tables.js';

/** What to select, or to return, so that {@link toOperation} can read it. */
export const operationColumns = [
  'id',
  'idempotency_key',
  'fingerprint',
  'request',
  'provider',
  'account_id',
  'phone_number',
  'state',
  'lease_owner',
  'lease_expires_at',
  'token',
  'ambiguous',
  'settles_at',
  'vendor_date',
  'absent_at',
  'next_check_at',
  'attempts',
  'last_error',
  now.as('read_at'),
] as const;

/** A row selected with {@link operationColumns}. */
export type OperationRow = Omit<
  Selectable<OperationsTable>,
  'claimed_number' | 'created_at' | 'updated_at'
> & { readonly read_at: number };

/** Reads an operation from its row. */
export function toOperation(row: OperationRow): Operation {
  return {
    id: row.id,
    idempotencyKey: row.idempotency_key,
    fingerprint: row.fingerprint,
    request: row.request,
    provider: row.provider,
    accountId: row.account_id,
    phoneNumber: row.phone_number,
    state: row.state,
    leaseOwner: row.lease_owner,
    leaseExpiresAt: row.lease_expires_at,
    token: row.token,
    ambiguous: Boolean(row.ambiguous),
    settlesAt: row.settles_at,
    vendorDate: row.vendor_date,
    absentAt: row.absent_at,
    attempts: row.attempts,
    lastError: row.last_error,
    readAt: row.read_at,
  };
}
