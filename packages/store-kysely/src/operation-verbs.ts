import {
  type BeginOutcome,
  type ChannelStore,
  type NewOperation,
  type OperationGuard,
  StoreError,
} from '@channelkit/core';
import { type Kysely, sql } from 'kysely';
import type { StoreCalls } from './call-store.js';
import { fromNow, milliseconds, now } from './clock.js';
import { operationColumns, toOperation } from './operation-row.js';
import type { StoreDialect } from './store-dialect.js';
import type { Tables } from './tables.js';

/** How often an operation is inserted whose rival is gone each time one looks who it was. */
const MAX_RIVALS = 5;

/** What the verbs of the protocol are made of. */
export interface VerbContext {
  readonly db: Kysely<Tables>;
  readonly dialect: StoreDialect;
  readonly calls: StoreCalls;
}

type OperationVerbs = Pick<
  ChannelStore,
  | 'beginOperation'
  | 'switchCandidate'
  | 'takeOverOperation'
  | 'setSettlesAt'
  | 'failOperation'
  | 'deferOperation'
  | 'takeDueOperations'
>;

/** Creates the verbs that write to an operation alone. */
export function createOperationVerbs({ db, dialect, calls }: VerbContext): OperationVerbs {
  const update = () => dialect.writing(db).updateTable('operations');
  const guarded = ({ id, token }: OperationGuard) =>
    update().where('id', '=', id).where('state', '=', sql.lit('purchasing')).where('token', '=', token);

  return {
    beginOperation: (operation) => calls.repeatable(() => begin(db, dialect, operation)),

    switchCandidate: (guard, { phoneNumber, vendorDate }) =>
      calls.repeatable(async () => {
        try {
          const rows = await guarded(guard)
            .where('ambiguous', '=', sql.lit(false))
            .set({
              phone_number: phoneNumber,
              claimed_number: phoneNumber,
              vendor_date: vendorDate,
              updated_at: now,
            })
            .returning('id')
            .execute();
          return rows.length > 0 ? 'switched' : 'lost';
        } catch (error) {
          if (dialect.isUniqueViolation(error)) return 'number_held';
          throw error;
        }
      }),

    takeOverOperation: ({ leaseOwner, leaseMs, ...guard }) =>
      calls.once(async () => {
        const row = await guarded(guard)
          .where('lease_expires_at', '<=', now)
          .set({ ...newLease(leaseOwner, leaseMs), absent_at: null })
          .returning(operationColumns)
          .executeTakeFirst();
        return row === undefined ? null : toOperation(row);
      }),

    setSettlesAt: (guard, settlesAt) =>
      calls.repeatable(async () => {
        const rows = await guarded(guard)
          .set({ settles_at: milliseconds(settlesAt), updated_at: now })
          .returning('id')
          .execute();
        return rows.length > 0;
      }),

    failOperation: (guard, error) =>
      calls.once(async () => {
        const rows = await guarded(guard)
          .set({
            state: 'failed',
            claimed_number: null,
            lease_owner: null,
            last_error: error,
            updated_at: now,
          })
          .returning('id')
          .execute();
        return rows.length > 0;
      }),

    deferOperation: (guard, { ambiguous, absent, nextCheckAt, error }) =>
      calls.once(async () => {
        const rows = await guarded(guard)
          .set({
            lease_owner: null,
            lease_expires_at: now,
            ambiguous: sql<boolean>`(ambiguous or ${sql.lit(ambiguous)})`,
            absent_at: absent ? sql<number>`coalesce(absent_at, ${now})` : sql.ref('absent_at'),
            next_check_at: milliseconds(nextCheckAt),
            attempts: sql<number>`attempts + 1`,
            last_error: error,
            updated_at: now,
          })
          .returning('id')
          .execute();
        return rows.length > 0;
      }),

    takeDueOperations: ({ provider, accountId, leaseOwner, leaseMs, limit }) =>
      calls.once(async () => {
        const rows = await dialect
          .writing(db)
          .with('due', (creator) =>
            dialect.takingRows(
              creator
                .selectFrom('operations')
                .select('id')
                .where('provider', '=', provider)
                .where('account_id', '=', accountId)
                .where('state', '=', sql.lit('purchasing'))
                .where('next_check_at', '<=', now)
                .where('lease_expires_at', '<=', now)
                .orderBy(dueSince)
                .limit(limit),
            ),
          )
          .updateTable('operations')
          .where('id', 'in', (query) => query.selectFrom('due').select('id'))
          .set(newLease(leaseOwner, leaseMs))
          .returning(operationColumns)
          .execute();
        return rows.sort((one, other) => one.next_check_at - other.next_check_at).map(toOperation);
      }),
  };
}

const dueSince = sql<number>`case when lease_expires_at > next_check_at
  then lease_expires_at else next_check_at end`;

/** A lease on an operation that somebody else may still have a purchase under way for. */
function newLease(owner: string, leaseMs: number) {
  return {
    lease_owner: owner,
    lease_expires_at: fromNow(leaseMs),
    token: sql<number>`token + 1`,
    ambiguous: sql.lit(true),
    updated_at: now,
  };
}

async function begin(
  db: Kysely<Tables>,
  dialect: StoreDialect,
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

    const rival = await findRival(db, dialect, operation);
    if (rival !== null) return rival;
    if (rivals === MAX_RIVALS) throw neverBegun(operation.id);
  }
}

/** Finds what kept an operation from being inserted; `null` when it is gone by now. */
async function findRival(
  db: Kysely<Tables>,
  dialect: StoreDialect,
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
