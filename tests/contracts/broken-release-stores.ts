import type { NewChannel } from '@channelkit/core';
import {
  insertChannel,
  type MemoryTables,
  toRecord,
} from '../../packages/core/src/testing/memory-store/tables.js';
import { type BrokenStore, forceChannel, forceOperation, letOthersGoFirst } from './broken-store.js';

/** Stores that break a promise about giving numbers back. */
export const brokenReleaseStores: readonly BrokenStore[] = [
  {
    breaks: 'ignores the doubt when a release starts',
    caughtBy:
      'startRelease holds the number until settlesAt when the purchase was in doubt for who attached it',
    breakStore: (store, tables) => ({
      startRelease: async (id) => {
        const active = tables.channels.get(id)?.status === 'active';
        await store.startRelease(id);
        if (active) forceChannel(tables, id, { releaseAfter: tables.now() });
        return store.getChannel(id);
      },
    }),
  },
  {
    breaks: 'frees the claim when a release starts',
    caughtBy: 'startRelease keeps the claim and the key',
    breakStore: (store, tables) => ({
      startRelease: (id) => {
        forceOperation(tables, id, { claimedNumber: null });
        return store.startRelease(id);
      },
    }),
  },
  {
    breaks: 'starts the release of what is released again',
    caughtBy: 'startRelease returns a channel that is being released, or was, unchanged',
    breakStore: (store, tables) => ({
      startRelease: (id) => {
        forceChannel(tables, id, { status: 'active' });
        return store.startRelease(id);
      },
    }),
  },
  {
    breaks: 'answers a channel as it was before the release started',
    caughtBy: 'startRelease is answered releasing to each of many callers, with one time',
    breakStore: (store) => ({
      startRelease: async (id) => {
        const before = await store.getChannel(id);
        await store.startRelease(id);
        return before;
      },
    }),
  },
  {
    breaks: 'throws where there is no channel',
    caughtBy: 'startRelease and completeRelease answer null when there is no such channel',
    breakStore: (store) => ({
      completeRelease: async (id) => {
        const record = await store.completeRelease(id);
        if (!record) throw new Error('no row');
        return record;
      },
    }),
  },
  {
    breaks: 'keeps the claim of a number that was given back',
    caughtBy: 'completeRelease frees the claim of a number that was disposed of',
    breakStore: (store, tables) => ({
      completeRelease: async (id) => {
        const claimedNumber = tables.operations.get(id)?.claimedNumber ?? null;
        const record = await store.completeRelease(id);
        forceOperation(tables, id, { claimedNumber });
        return record;
      },
    }),
  },
  {
    breaks: 'frees the claims on a phone number at every account',
    caughtBy: 'completeRelease frees no claim but its own',
    breakStore: (store, tables) => ({
      completeRelease: async (id) => {
        const record = await store.completeRelease(id);
        for (const row of tables.operations.values()) {
          if (row.phoneNumber === record?.channel.phoneNumber) {
            forceOperation(tables, row.id, { claimedNumber: null });
          }
        }
        return record;
      },
    }),
  },
  {
    breaks: 'frees the claim by phone number when it is told twice',
    caughtBy: 'completeRelease leaves alone who bought the number again since',
    breakStore: (store, tables) => ({
      completeRelease: async (id) => {
        const record = await store.completeRelease(id);
        for (const row of tables.operations.values()) {
          const same = row.accountId === record?.accountId && row.provider === record.channel.provider;
          if (same && row.phoneNumber === record.channel.phoneNumber) {
            forceOperation(tables, row.id, { claimedNumber: null });
          }
        }
        return record;
      },
    }),
  },
  {
    breaks: 'fails the operation of a channel that was given back',
    caughtBy: 'completeRelease keeps the key of an operation that succeeded',
    breakStore: (store, tables) => ({
      completeRelease: (id) => {
        forceOperation(tables, id, { state: 'failed' });
        return store.completeRelease(id);
      },
    }),
  },
  {
    breaks: 'releases a channel that is active',
    caughtBy: 'completeRelease returns an active channel unchanged, and keeps its claim',
    breakStore: (store) => ({
      completeRelease: async (id) => {
        await store.startRelease(id);
        return store.completeRelease(id);
      },
    }),
  },
  {
    breaks: 'dates a release anew when it is told twice',
    caughtBy: 'completeRelease, repeated, returns the channel as it was released',
    breakStore: (store, tables) => ({
      completeRelease: async (id) => {
        await store.completeRelease(id);
        if (tables.channels.get(id)?.status === 'released') {
          forceChannel(tables, id, { releasedAt: tables.now() });
        }
        return store.getChannel(id);
      },
    }),
  },
  {
    breaks: 'keeps the time before which a released number must not be given back',
    caughtBy: 'completeRelease turns a releasing channel to released, dates it, and frees the claim',
    breakStore: (store, tables) => ({
      completeRelease: async (id) => {
        const releaseAfter = tables.channels.get(id)?.releaseAfter ?? null;
        await store.completeRelease(id);
        forceChannel(tables, id, { releaseAfter });
        return store.getChannel(id);
      },
    }),
  },
  {
    breaks: 'counts no attempts to give a number back',
    caughtBy: 'deferRelease counts the attempt and notes the error, and the channel stays releasing',
    breakStore: (store, tables) => ({
      deferRelease: async (id, deferral) => {
        await store.deferRelease(id, deferral);
        forceChannel(tables, id, { releaseAttempts: 0 });
      },
    }),
  },
  {
    breaks: 'notes an attempt on channels of any status',
    caughtBy: 'deferRelease changes only a releasing channel',
    breakStore: (_store, tables) => ({
      deferRelease: (id, { error, delayMs }) => {
        const releaseAttempts = (tables.channels.get(id)?.releaseAttempts ?? 0) + 1;
        const nextReleaseAt = tables.now() + delayMs;
        forceChannel(tables, id, { lastError: error, releaseAttempts, nextReleaseAt });
        return Promise.resolve();
      },
    }),
  },
  {
    breaks: 'tries a release that was put off at once',
    caughtBy: 'takeDueReleases takes a channel that was put off once the delay is over',
    breakStore: (store) => ({
      deferRelease: (id, { error }) => store.deferRelease(id, { delayMs: 0, error }),
    }),
  },
  {
    breaks: 'puts releases off by whole milliseconds, and refuses others',
    caughtBy: 'deferRelease takes a part of a millisecond for a delay',
    breakStore: (store) => ({
      deferRelease: async (id, deferral) => {
        if (!Number.isInteger(deferral.delayMs)) throw new RangeError('invalid input syntax for bigint');
        return store.deferRelease(id, deferral);
      },
    }),
  },
  {
    breaks: 'puts a release off to the end of the lease at least',
    caughtBy: 'takeDueReleases takes a channel that was put off although it was taken for longer',
    breakStore: (store, tables) => ({
      deferRelease: async (id, deferral) => {
        const nextReleaseAt = tables.channels.get(id)?.nextReleaseAt ?? 0;
        await store.deferRelease(id, deferral);
        const after = tables.channels.get(id)?.nextReleaseAt ?? 0;
        forceChannel(tables, id, { nextReleaseAt: Math.max(nextReleaseAt, after) });
      },
    }),
  },
  {
    breaks: 'takes releases before their time',
    caughtBy: 'takeDueReleases takes nothing before its releaseAfter',
    breakStore: (store) => ({
      recordReleasing: (channel) => store.recordReleasing(channel, 0),
    }),
  },
  {
    breaks: 'takes channels of any status as due releases',
    caughtBy: 'takeDueReleases takes a releasing channel as it stands, and no other',
    breakStore: (store, tables) => ({
      takeDueReleases: (query) => {
        for (const id of tables.channels.keys()) forceChannel(tables, id, { status: 'releasing' });
        return store.takeDueReleases(query);
      },
    }),
  },
  {
    breaks: 'hands out due releases twice',
    caughtBy: 'takeDueReleases takes a channel not again for the length of the lease, and then again',
    breakStore: (store) => ({
      takeDueReleases: (query) => store.takeDueReleases({ ...query, leaseMs: 0 }),
    }),
  },
  {
    breaks: 'looks which releases are due and takes them a moment later',
    caughtBy: 'takeDueReleases gives no channel to two of many callers, and in the end each to one',
    breakStore: (store, tables) => ({
      takeDueReleases: async (query) => {
        const seen = [...tables.channels.values()];
        await letOthersGoFirst();
        for (const { id, nextReleaseAt } of seen) forceChannel(tables, id, { nextReleaseAt });
        return store.takeDueReleases(query);
      },
    }),
  },
  {
    breaks: 'takes due releases of every account and provider',
    caughtBy: 'takeDueReleases takes nothing of another provider or another account',
    breakStore: (store, tables) => ({
      takeDueReleases: async (query) => {
        const rows = [...tables.channels.values()];
        const taken = await Promise.all(
          rows.map(({ provider, accountId }) =>
            store.takeDueReleases({ ...query, provider, accountId: accountId ?? '' }),
          ),
        );
        return taken.flat();
      },
    }),
  },
  {
    breaks: 'takes more due releases than asked for',
    caughtBy: 'takeDueReleases takes at most as many as asked for',
    breakStore: (store) => ({
      takeDueReleases: (query) => store.takeDueReleases({ ...query, limit: 1000 }),
    }),
  },
  {
    breaks: 'records a number twice',
    caughtBy: 'recordReleasing answers null, and changes nothing, when the number id has a row',
    breakStore: (_store, tables) => ({
      recordReleasing: async (channel, releaseAfter) =>
        Promise.resolve(toRecord(insertChannel(tables, channel, 'releasing', releaseAfter), tables.now())),
    }),
  },
  {
    breaks: 'takes its own row for that of somebody else',
    caughtBy: 'recordReleasing, repeated, answers with its row again',
    breakStore: (store, tables) => ({
      recordReleasing: (channel, releaseAfter) =>
        tables.channels.has(channel.id)
          ? Promise.resolve(null)
          : store.recordReleasing(channel, releaseAfter),
    }),
  },
  {
    breaks: 'looks for the row of a number and records it a moment later',
    caughtBy: 'recordReleasing inserts for exactly one of many callers',
    breakStore: (_store, tables) => ({
      recordReleasing: async (channel, releaseAfter) => {
        const taken = isTaken(tables, channel);
        await letOthersGoFirst();
        return taken
          ? null
          : toRecord(insertChannel(tables, channel, 'releasing', releaseAfter), tables.now());
      },
    }),
  },
  {
    breaks: 'records a number as active',
    caughtBy: 'recordReleasing inserts a row in releasing, with the time it was given',
    breakStore: (store, tables) => ({
      recordReleasing: async (channel, releaseAfter) => {
        const record = await store.recordReleasing(channel, releaseAfter);
        if (record) forceChannel(tables, channel.id, { status: 'active' });
        return record && store.getChannel(channel.id);
      },
    }),
  },
  {
    breaks: 'replaces the row that has the id',
    caughtBy: 'recordReleasing refuses the id of another row with a StoreError, and changes nothing',
    breakStore: (store, tables) => ({
      recordReleasing: (channel, releaseAfter) => {
        tables.channels.delete(channel.id);
        return store.recordReleasing(channel, releaseAfter);
      },
    }),
  },
  {
    breaks: 'lets the release of a recorded number start once more',
    caughtBy: 'recordReleasing makes a row whose release can be started again without effect, and completed',
    breakStore: (store, tables) => ({
      startRelease: (id) => {
        if (!tables.operations.has(id)) forceChannel(tables, id, { status: 'active' });
        return store.startRelease(id);
      },
    }),
  },
  {
    breaks: 'overwrites the account of a row',
    caughtBy: 'assignAccount answers false, and changes nothing, for a row that has an account, and for none',
    breakStore: (_store, tables) => ({
      assignAccount: (id, accountId) => {
        forceChannel(tables, id, { accountId });
        return Promise.resolve(tables.channels.has(id));
      },
    }),
  },
];

function isTaken({ channels }: MemoryTables, channel: NewChannel): boolean {
  return [...channels.values()].some(
    (row) =>
      row.provider === channel.provider &&
      row.providerNumberId === channel.providerNumberId &&
      row.id !== channel.id,
  );
}
