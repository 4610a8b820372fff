import { type BeginOutcome, type NewOperation, StoreError } from '@channelkit/core';
import { sql } from 'kysely';
import { fromNow, now } from './clock.js';
import type { ReadContext } from './find-channel.js';
import { operationColumns, toOperation } from './operation-row.js';

/** How often a claim is tried again whose rival is gone each time one looks who it was. */
export const MAX_RIVALS = 5;

/** Inserts an operation, or finds out what is in its way. */
export async function beginOperation(
  { db, dialect }: ReadContext,
  operation: NewOperation,
): Promise<BeginOutcome> {
  for (let rivals = 0; ; rivals += 1) {
    const row = await dialect
      .writing(db)
      .insertInto('operations')
      .values(newOperationValues(operation))
      .onConflict((conflict) => conflict.doNothing())
      .returning(operationColumns)
      .executeTakeFirst();
    if (row !== undefined) return { outcome: 'begun', operation: toOperation(row) };

    const rival = await findRival({ db, dialect }, operation);
    if (rival !== null) return rival;
    if (rivals === MAX_RIVALS) throw neverBegun(operation.id);
  }
}

/** Finds what kept an operation from being inserted; `null` when it is gone by now. */
async function findRival(
  { db, dialect }: ReadContext,
  operation: NewOperation,
): Promise<BeginOutcome | null> {
  const operations = () => dialect.reading(db).selectFrom('operations');
  const own = await operations().select(operationColumns).where('id', '=', operation.id).executeTakeFirst();
  if (own !== undefined) {
    const isOurs = own.lease_owner === operation.leaseOwner && own.token === 1 && own.state === 'purchasing';
    if (isOurs) return { outcome: 'begun', operation: toOperation(own) };
  }
  if (operation.idempotencyKey !== null) {
    const holder = await operations()
      .select('id')
      .where('idempotency_key', '=', operation.idempotencyKey)
      .where('state', '<>', sql.lit('failed'))
      .executeTakeFirst();
    if (holder !== undefined) return { outcome: 'key_held' };
  }
  const claimant = await operations()
    .select('id')
    .where('provider', '=', operation.provider)
    .where('account_id', '=', operation.accountId)
    .where('claimed_number', '=', operation.phoneNumber)
    .executeTakeFirst();
  return claimant === undefined ? null : { outcome: 'number_held' };
}

function neverBegun(id: string): StoreError {
  return new StoreError({
    code: 'store_rejected',
    message: `Operation ${id} could not be written: something is in its way that holds neither its key nor its number.`,
  });
}

function newOperationValues(operation: NewOperation) {
  return {
    id: operation.id,
    idempotency_key: operation.idempotencyKey,
    fingerprint: operation.fingerprint,
    request: operation.request,
    provider: operation.provider,
    account_id: operation.accountId,
    phone_number: operation.phoneNumber,
    claimed_number: operation.phoneNumber,
    state: 'purchasing' as const,
    lease_owner: operation.leaseOwner,
    lease_expires_at: fromNow(operation.leaseMs),
    token: 1,
    ambiguous: sql.lit(false),
    settles_at: fromNow(Math.round(operation.leaseMs) + Math.round(operation.settleMs)),
    vendor_date: operation.vendorDate,
    absent_at: null,
    next_check_at: now,
    attempts: 0,
    last_error: null,
    created_at: now,
    updated_at: now,
  };
}
