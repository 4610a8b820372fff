import type { CandidateSwitch, ChannelStore, OperationGuard } from '@channelkit/core';
import { type Kysely, sql } from 'kysely';
import { beginOperation, MAX_RIVALS } from './begin-operation.js';
import type { StoreCalls } from './call-store.js';
import { fromNow, milliseconds, now } from './clock.js';
import { operationColumns, toOperation } from './operation-row.js';
import type { StoreDialect } from './store-dialect.js';
import type { Tables } from './tables.js';

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

  const moveClaim = async (guard: OperationGuard, { from, phoneNumber, vendorDate }: CandidateSwitch) => {
    const rows = await guarded(guard)
      .where('ambiguous', '=', sql.lit(false))
      .where('phone_number', 'in', [from, phoneNumber])
      .set({
        phone_number: phoneNumber,
        claimed_number: phoneNumber,
        vendor_date: vendorDate,
        updated_at: now,
      })
      .returning('id')
      .execute();
    return rows.length > 0 ? 'switched' : 'lost';
  };
  const isClaimedByAnother = async (id: string, phoneNumber: string) => {
    const row = await dialect
      .reading(db)
      .selectFrom('operations')
      .innerJoin('operations as own', (join) =>
        join
          .onRef('own.provider', '=', 'operations.provider')
          .onRef('own.account_id', '=', 'operations.account_id'),
      )
      .select('operations.id')
      .where('own.id', '=', id)
      .where('operations.id', '<>', id)
      .where('operations.claimed_number', '=', phoneNumber)
      .executeTakeFirst();
    return row !== undefined;
  };
  const findTaken = ({ id, token }: OperationGuard, leaseOwner: string) =>
    dialect
      .reading(db)
      .selectFrom('operations')
      .select(operationColumns)
      .where('id', '=', id)
      .where('state', '=', sql.lit('purchasing'))
      .where('token', '=', token)
      .where('lease_owner', '=', leaseOwner)
      .where('lease_expires_at', '>', now)
      .executeTakeFirst();
  const hasFailedBefore = async ({ id, token }: OperationGuard) => {
    const row = await dialect
      .reading(db)
      .selectFrom('operations')
      .select('id')
      .where('id', '=', id)
      .where('state', '=', sql.lit('failed'))
      .where('token', '=', token)
      .where('id', 'not in', (query) => query.selectFrom('channels').select('id').where('id', '=', id))
      .executeTakeFirst();
    return row !== undefined;
  };

  return {
    beginOperation: (operation) => calls.repeatable(() => beginOperation({ db, dialect }, operation)),

    switchCandidate: (guard, candidate) =>
      calls.repeatable(async () => {
        for (let rivals = 0; ; rivals += 1) {
          try {
            return await moveClaim(guard, candidate);
          } catch (error) {
            if (!dialect.isUniqueViolation(error)) throw error;
            if (await isClaimedByAnother(guard.id, candidate.phoneNumber)) return 'number_held';
            // A rival may have let go of the number by now; a key of the app's own stays in the way.
            if (rivals === MAX_RIVALS) throw error;
          }
        }
      }),

    takeOverOperation: ({ leaseOwner, leaseMs, ...guard }) =>
      calls.repeatable(async () => {
        const taken = await guarded(guard)
          .where('lease_expires_at', '<=', now)
          .set({ ...newLease(leaseOwner, leaseMs), absent_at: null })
          .returning(operationColumns)
          .executeTakeFirst();
        const row = taken ?? (await findTaken({ ...guard, token: guard.token + 1 }, leaseOwner));
        return row === undefined ? null : toOperation(row);
      }),

    setSettlesAt: (guard, settlesAt) =>
      calls.repeatable(async () => {
        const rows = await guarded(guard)
          .set({
            settles_at: milliseconds(settlesAt),
            next_check_at: sql<number>`case when next_check_at > ${milliseconds(settlesAt)}
              then ${milliseconds(settlesAt)} else next_check_at end`,
            updated_at: now,
          })
          .returning('id')
          .execute();
        return rows.length > 0;
      }),

    failOperation: (guard, error) =>
      calls.repeatable(async () => {
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
        return rows.length > 0 || (await hasFailedBefore(guard));
      }),

    deferOperation: (guard, { ambiguous, absent, readAt, delayMs, error }) =>
      calls.once(async () => {
        const rows = await guarded(guard)
          .set({
            lease_owner: null,
            lease_expires_at: now,
            ambiguous: sql<boolean>`(ambiguous or ${sql.lit(ambiguous)})`,
            absent_at: absent ? sql<number>`coalesce(absent_at, ${now})` : sql.ref('absent_at'),
            next_check_at: sql<number>`case when settles_at > ${milliseconds(readAt)} and settles_at < ${fromNow(delayMs)}
              then settles_at else ${fromNow(delayMs)} end`,
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
