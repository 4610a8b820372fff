import type { ChannelRecord, ChannelStatus, ChannelStore, NewChannel } from '@channelkit/core';
import { sql } from 'kysely';
import { channelColumns, channelValues, toChannelRecord } from './channel-row.js';
import { fromNow, milliseconds, now } from './clock.js';
import { findChannel, findChannelByNumber } from './find-channel.js';
import type { VerbContext } from './operation-verbs.js';

type ReleaseVerbs = Pick<
  ChannelStore,
  | 'startRelease'
  | 'takeDueReleases'
  | 'completeRelease'
  | 'deferRelease'
  | 'recordReleasing'
  | 'assignAccount'
>;

/** Creates the verbs that give a number back, or keep account of it. */
export function createReleaseVerbs(context: VerbContext): ReleaseVerbs {
  const { db, dialect, calls } = context;
  const updatedAt = dialect.toMoment(now);

  return {
    startRelease: (channelId) =>
      calls.repeatable(async () => {
        await dialect
          .writing(db)
          .updateTable('channels')
          .where('id', '=', channelId)
          .where('status', 'in', [sql.lit<ChannelStatus>('active'), sql.lit<ChannelStatus>('lost')])
          .set({
            status: 'releasing',
            release_after: earliestRelease,
            next_release_at: earliestRelease,
            updated_at: updatedAt,
          })
          .execute();
        return findChannel(context, channelId);
      }),

    takeDueReleases: ({ provider, accountId, leaseMs, limit }) =>
      calls.once(async () => {
        const rows = await dialect
          .writing(db)
          .with('due', (creator) =>
            dialect.takingRows(
              creator
                .selectFrom('channels')
                .select('id')
                .where('provider', '=', provider)
                .where('account_id', '=', accountId)
                .where('status', '=', sql.lit('releasing'))
                .where('next_release_at', '<=', now)
                .where('release_after', '<=', now)
                .orderBy('next_release_at')
                .limit(limit),
            ),
          )
          .updateTable('channels')
          .where('id', 'in', (query) => query.selectFrom('due').select('id'))
          .set({ next_release_at: fromNow(leaseMs) })
          .returning(channelColumns(dialect))
          .execute();
        return rows.map(toChannelRecord);
      }),

    completeRelease: (channelId) =>
      calls.repeatable(async () => {
        await dialect.linkWrites(db, {
          decide: (creator) =>
            creator
              .updateTable('channels')
              .where('id', '=', channelId)
              .where('status', '=', sql.lit('releasing'))
              .set({
                status: 'released',
                released_at: updatedAt,
                updated_at: updatedAt,
                release_after: null,
                next_release_at: null,
              })
              .returning('id'),
          reread: (creator) => creator.selectFrom('channels').select('id').where('id', '=', channelId),
          follow: (creator) =>
            creator
              .updateTable('operations')
              .where('id', 'in', (query) => query.selectFrom('decided').select('decided.id'))
              .set({ claimed_number: null, updated_at: now })
              .returning('id'),
        });
        return findChannel(context, channelId);
      }),

    deferRelease: (channelId, { delayMs, error }) =>
      calls.once(async () => {
        await dialect
          .writing(db)
          .updateTable('channels')
          .where('id', '=', channelId)
          .where('status', '=', sql.lit('releasing'))
          .set({
            release_attempts: sql<number>`release_attempts + 1`,
            next_release_at: fromNow(delayMs),
            last_error: error,
            updated_at: updatedAt,
          })
          .execute();
      }),

    recordReleasing: (channel, releaseAfter) =>
      calls.repeatable(async () => {
        try {
          return await insertReleasing(context, channel, releaseAfter);
        } catch (error) {
          if (!dialect.isUniqueViolation(error)) throw error;
          const known = await findChannelByNumber(context, channel.provider, channel.providerNumberId);
          if (known === null) throw error;
          return known.channel.id === channel.id ? known : null;
        }
      }),

    assignAccount: (channelId, accountId) =>
      calls.once(async () => {
        const rows = await dialect
          .writing(db)
          .updateTable('channels')
          .where('id', '=', channelId)
          .where('account_id', 'is', null)
          .set({ account_id: accountId, updated_at: updatedAt })
          .returning('id')
          .execute();
        return rows.length > 0;
      }),
  };
}

async function insertReleasing(
  { db, dialect }: VerbContext,
  channel: NewChannel,
  releaseAfter: number,
): Promise<ChannelRecord> {
  const state = { status: 'releasing', releaseAfter: milliseconds(releaseAfter), lastError: null } as const;
  const row = await dialect
    .writing(db)
    .insertInto('channels')
    .values(channelValues(dialect, channel, state))
    .returning(channelColumns(dialect))
    .executeTakeFirstOrThrow();
  return toChannelRecord(row);
}

/** A request of an ambiguous operation may still land until it settles, and would buy the number back unseen. */
const earliestRelease = sql<number>`coalesce(
  (select settles_at from operations where operations.id = channels.id and operations.ambiguous), ${now})`;
