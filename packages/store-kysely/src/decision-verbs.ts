import type {
  AttachOutcome,
  ChannelRecord,
  ChannelStore,
  DisposeOutcome,
  NewChannel,
  OperationGuard,
} from '@channelkit/core';
import { type QueryCreator, sql } from 'kysely';
import type { Turn } from './call-store.js';
import { channelColumns, type ChannelState, channelValues, toChannelRecord } from './channel-row.js';
import { now } from './clock.js';
import { findChannel, findChannelByNumber } from './find-channel.js';
import type { VerbContext } from './operation-verbs.js';
import type { RowsQuery } from './store-dialect.js';
import type { ChannelsTable, ClockedTables } from './tables.js';

/** An operation that has just been decided, with what its channel depends on. */
interface Decided {
  readonly id: string;
  readonly ambiguous: boolean | number;
  readonly settles_at: number;
}

const decidedColumns = ['id', 'ambiguous', 'settles_at'] as const;

/** Creates the two verbs that decide what becomes of a number that was bought; never both win. */
export function createDecisionVerbs(
  context: VerbContext,
): Pick<ChannelStore, 'attachChannel' | 'disposeNumber'> {
  return {
    attachChannel: (channel, facts) =>
      context.calls.repeatable(() => attach(context, channel, facts.ambiguous)),
    disposeNumber: (guard, channel, facts) =>
      context.calls.repeatable((turn) => dispose(context, guard, channel, facts, turn)),
  };
}

async function attach(context: VerbContext, channel: NewChannel, ambiguous: boolean): Promise<AttachOutcome> {
  const record = await decide(context, {
    operationId: channel.id,
    channel,
    state: { status: 'active', releaseAfter: null, lastError: null },
    operation: (creator) =>
      creator
        .updateTable('operations')
        .where('id', '=', channel.id)
        .where('state', '=', sql.lit('purchasing'))
        .where('phone_number', '=', channel.phoneNumber)
        .set({ state: 'succeeded', ...ended(ambiguous) })
        .returning(decidedColumns),
  });
  if (record !== null) return { outcome: 'attached', record };
  const decided = await findChannel(context, channel.id);
  return decided === null ? { outcome: 'lost' } : { outcome: 'already_decided', record: decided };
}

async function dispose(
  context: VerbContext,
  guard: OperationGuard,
  channel: NewChannel,
  facts: { readonly ambiguous: boolean; readonly error: string },
  turn: Turn,
): Promise<DisposeOutcome> {
  const record = await decide(context, {
    operationId: guard.id,
    channel,
    state: {
      status: 'releasing',
      releaseAfter: sql<number>`case when decided.ambiguous then decided.settles_at else ${now} end`,
      lastError: facts.error,
    },
    operation: (creator) =>
      creator
        .updateTable('operations')
        .where('id', '=', guard.id)
        .where('state', '=', sql.lit('purchasing'))
        .where('token', '=', guard.token)
        .set({ state: 'failed', last_error: facts.error, ...ended(facts.ambiguous) })
        .returning(decidedColumns),
  });
  if (record !== null) return { outcome: 'disposed', record };
  const earlier = turn === 'repeat' ? await findDisposed(context, guard, channel) : null;
  return earlier === null ? { outcome: 'lost' } : { outcome: 'disposed', record: earlier };
}

/** What an operation that is over no longer has. */
function ended(ambiguous: boolean) {
  return {
    lease_owner: null,
    ambiguous: sql<boolean>`(ambiguous or ${sql.lit(ambiguous)})`,
    updated_at: now,
  };
}

interface Decision {
  readonly operationId: string;
  readonly channel: NewChannel;
  readonly state: ChannelState;
  readonly operation: (creator: QueryCreator<ClockedTables>) => RowsQuery<Decided>;
}

/** Ends an operation and inserts its channel, or does neither: `null`. */
async function decide(
  context: VerbContext,
  { operationId, channel, state, operation }: Decision,
): Promise<ChannelRecord | null> {
  const { db, dialect } = context;
  const values = channelValues(dialect, channel, state);
  try {
    const [row] = await dialect.linkWrites(db, {
      decide: operation,
      reread: (creator) =>
        creator.selectFrom('operations').select(decidedColumns).where('id', '=', operationId),
      follow: (creator) =>
        creator
          .insertInto('channels')
          .columns(Object.keys(values) as (keyof ChannelsTable)[])
          .expression((query) =>
            query
              .selectFrom('decided')
              .select(Object.entries(values).map(([column, value]) => sql`${value}`.as(column))),
          )
          .returning(channelColumns(dialect)),
    });
    return row === undefined ? null : toChannelRecord(row);
  } catch (error) {
    // Somebody else decided only where there is a row that says so: a key of the app's own is a refusal.
    if (dialect.isUniqueViolation(error) && (await isOnRecord(context, channel))) return null;
    throw error;
  }
}

/** Whether the channel, or another one, has a row with its id or its number: what a unique key of ours refuses. */
async function isOnRecord(context: VerbContext, { id, provider, providerNumberId }: NewChannel) {
  const own = await findChannel(context, id);
  return own !== null || (await findChannelByNumber(context, provider, providerNumberId)) !== null;
}

/** Finds the row that the holder of this very token wrote, whose answer was lost. */
async function findDisposed(
  context: VerbContext,
  guard: OperationGuard,
  channel: NewChannel,
): Promise<ChannelRecord | null> {
  const operation = await context.dialect
    .reading(context.db)
    .selectFrom('operations')
    .select('id')
    .where('id', '=', guard.id)
    .where('token', '=', guard.token)
    .where('state', '=', sql.lit('failed'))
    .executeTakeFirst();
  const record = operation === undefined ? null : await findChannel(context, channel.id);
  return record?.channel.providerNumberId === channel.providerNumberId ? record : null;
}
