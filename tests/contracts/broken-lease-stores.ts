import type { ChannelStore, Operation } from '@channelkit/core';
import type { MemoryTables, OperationRow } from '../../packages/core/src/testing/memory-store/tables.js';
import { type BrokenStore, forceOperation, letOthersGoFirst } from './broken-store.js';

/** Stores that break a promise about leases: taking over, failing, deferring, and taking what is due. */
export const brokenLeaseStores: readonly BrokenStore[] = [
  {
    breaks: 'takes over without a doubt',
    caughtBy:
      'takeOverOperation takes a lease that is over: token + 1, in doubt, a new owner, and the rest as it was',
    breakStore: (store, tables) =>
      afterTakeOver(store, tables, (before) => ({ ambiguous: before.ambiguous })),
  },
  {
    breaks: 'takes over without a new token',
    caughtBy: 'takeOverOperation gives the operation to exactly one of many callers',
    breakStore: (store, tables) =>
      afterTakeOver(store, tables, (before) => ({
        token: before.token,
        leaseExpiresAt: before.leaseExpiresAt,
      })),
  },
  {
    breaks: 'moves settlesAt when it takes over',
    caughtBy: 'takeOverOperation counts the new lease from now, and leaves settlesAt where it was',
    breakStore: (store, tables) =>
      afterTakeOver(store, tables, (before) => ({ settlesAt: before.settlesAt + 1_200_000 })),
  },
  {
    breaks: 'keeps the time of an absence when it takes over',
    caughtBy: 'takeOverOperation forgets that the number was found absent: the new owner may buy it',
    breakStore: (store, tables) => afterTakeOver(store, tables, ({ absentAt }) => ({ absentAt })),
  },
  {
    breaks: 'puts the next check off to settlesAt when it takes over',
    caughtBy: 'takeOverOperation leaves the operation to recovery from the end of the new lease on',
    breakStore: (store, tables) =>
      afterTakeOver(store, tables, ({ settlesAt }) => ({ nextCheckAt: settlesAt })),
  },
  {
    breaks: 'takes over a lease that still runs',
    caughtBy: 'takeOverOperation answers null, and changes nothing, while the lease runs',
    breakStore: (store, tables) => ({
      takeOverOperation: (takeOver) => {
        forceOperation(tables, takeOver.id, { leaseExpiresAt: 0 });
        return store.takeOverOperation(takeOver);
      },
    }),
  },
  {
    breaks: 'takes a lease for running at the very time it ends',
    caughtBy: 'takeOverOperation finds a lease over at the very time it ends',
    breakStore: (store, tables) => ({
      takeOverOperation: async (takeOver) =>
        (tables.operations.get(takeOver.id)?.leaseExpiresAt ?? 0) >= tables.now()
          ? null
          : store.takeOverOperation(takeOver),
    }),
  },
  {
    breaks: 'takes over with any token',
    caughtBy: 'takeOverOperation answers null for any token but the newest, and changes nothing',
    breakStore: (store, tables) => ({
      takeOverOperation: (takeOver) =>
        store.takeOverOperation({ ...takeOver, token: tables.operations.get(takeOver.id)?.token ?? 0 }),
    }),
  },
  {
    breaks: 'locks an owner out of its own lease when the answer was lost',
    caughtBy: 'takeOverOperation, repeated by who took the operation, answers with it again',
    breakStore: (store, tables) => ({
      takeOverOperation: (takeOver) =>
        tables.operations.get(takeOver.id)?.token === takeOver.token
          ? store.takeOverOperation(takeOver)
          : Promise.resolve(null),
    }),
  },
  {
    breaks: 'takes over what has ended',
    caughtBy: 'takeOverOperation answers null for an operation that has ended, or is not on record',
    breakStore: (store, tables) => ({
      takeOverOperation: (takeOver) => {
        forceOperation(tables, takeOver.id, { state: 'purchasing' });
        return store.takeOverOperation(takeOver);
      },
    }),
  },
  {
    breaks: 'looks whether the lease is over and takes it a moment later',
    caughtBy: 'takeOverOperation gives the operation to exactly one of many callers',
    breakStore: (store, tables) => ({
      takeOverOperation: async (takeOver) => {
        const seen = tables.operations.get(takeOver.id);
        await letOthersGoFirst();
        if (seen?.token === takeOver.token) tables.operations.set(seen.id, seen);
        return store.takeOverOperation(takeOver);
      },
    }),
  },
  {
    breaks: 'frees no claim when an operation fails',
    caughtBy: 'failOperation frees the claim',
    breakStore: (store, tables) => ({
      failOperation: async (guard, error) => {
        const claimedNumber = tables.operations.get(guard.id)?.claimedNumber ?? null;
        const held = await store.failOperation(guard, error);
        forceOperation(tables, guard.id, { claimedNumber });
        return held;
      },
    }),
  },
  {
    breaks: 'keeps the key of a failed operation',
    caughtBy: 'failOperation frees the key',
    breakStore: (store, tables) => ({
      beginOperation: async (operation) =>
        [...tables.operations.values()].some(
          ({ id, idempotencyKey, state }) =>
            state === 'failed' && id !== operation.id && idempotencyKey === operation.idempotencyKey,
        )
          ? { outcome: 'key_held' }
          : store.beginOperation(operation),
    }),
  },
  {
    breaks: 'drops the error of a failed operation',
    caughtBy: 'failOperation ends the operation as failed with the error, and makes no channel',
    breakStore: (store) => ({ failOperation: (guard) => store.failOperation(guard, '') }),
  },
  {
    breaks: 'clears the doubt when it defers',
    caughtBy: 'deferOperation adds a doubt and never clears one',
    breakStore: (store, tables) => ({
      deferOperation: async (guard, deferral) => {
        const held = await store.deferOperation(guard, deferral);
        if (held) forceOperation(tables, guard.id, { ambiguous: deferral.ambiguous });
        return held;
      },
    }),
  },
  {
    breaks: 'keeps the lease when it defers',
    caughtBy: 'deferOperation leaves the operation to anybody at once',
    breakStore: (store, tables) => ({
      deferOperation: async (guard, deferral) => {
        const leaseExpiresAt = tables.operations.get(guard.id)?.leaseExpiresAt ?? 0;
        const held = await store.deferOperation(guard, deferral);
        if (held) forceOperation(tables, guard.id, { leaseExpiresAt });
        return held;
      },
    }),
  },
  {
    breaks: 'counts no looks',
    caughtBy: 'deferOperation ends the lease at once, counts the look, and leaves the rest as it was',
    breakStore: (store, tables) => ({
      deferOperation: async (guard, deferral) => {
        const attempts = tables.operations.get(guard.id)?.attempts ?? 0;
        const held = await store.deferOperation(guard, deferral);
        if (held) forceOperation(tables, guard.id, { attempts });
        return held;
      },
    }),
  },
  {
    breaks: 'dates the absence of a number anew at each look',
    caughtBy: 'deferOperation notes when the number was first found absent, and keeps that time',
    breakStore: (store, tables) => ({
      deferOperation: async (guard, deferral) => {
        const held = await store.deferOperation(guard, deferral);
        if (held && deferral.absent) forceOperation(tables, guard.id, { absentAt: tables.now() });
        return held;
      },
    }),
  },
  {
    breaks: 'looks again before the next check',
    caughtBy: 'takeDueOperations waits for the next check that was set, and takes the operation then',
    breakStore: (store) => ({
      deferOperation: (guard, deferral) => store.deferOperation(guard, { ...deferral, delayMs: 0 }),
    }),
  },
  {
    breaks: 'puts the next check off beyond settlesAt',
    caughtBy: 'takeDueOperations waits no longer than until settlesAt, while that lies ahead',
    breakStore: (store, tables) => ({
      deferOperation: async (guard, deferral) => {
        const held = await store.deferOperation(guard, deferral);
        if (held) forceOperation(tables, guard.id, { nextCheckAt: tables.now() + deferral.delayMs });
        return held;
      },
    }),
  },
  {
    breaks: 'asks only now whether settlesAt lies ahead',
    caughtBy: 'takeDueOperations waits no longer at all when settlesAt has passed since the look began',
    breakStore: (store, tables) => ({
      deferOperation: (guard, deferral) => store.deferOperation(guard, { ...deferral, readAt: tables.now() }),
    }),
  },
  {
    breaks: 'checks at settlesAt although that is over',
    caughtBy: 'takeDueOperations waits as long as it was told to once settlesAt is over',
    breakStore: (store, tables) => ({
      deferOperation: async (guard, deferral) => {
        const held = await store.deferOperation(guard, deferral);
        const row = tables.operations.get(guard.id);
        if (row !== undefined)
          forceOperation(tables, guard.id, { nextCheckAt: Math.min(row.nextCheckAt, row.settlesAt) });
        return held;
      },
    }),
  },
  {
    breaks: 'puts no next check off beyond the settlesAt of the beginning',
    caughtBy: 'takeDueOperations waits beyond the settlesAt of the beginning once a later one was set',
    breakStore: (store, tables) => {
      const first = new Map<string, number>();
      return {
        beginOperation: async (operation) => {
          const answer = await store.beginOperation(operation);
          if (answer.outcome === 'begun') first.set(operation.id, answer.operation.settlesAt);
          return answer;
        },
        deferOperation: (guard, deferral) => {
          const most = (first.get(guard.id) ?? Infinity) - tables.now();
          const delayMs = most > 0 ? Math.min(deferral.delayMs, most) : deferral.delayMs;
          return store.deferOperation(guard, { ...deferral, delayMs });
        },
      };
    },
  },
  {
    breaks: 'keeps the later of two next checks',
    caughtBy:
      'takeDueOperations waits for the next check that was set last, be it later or sooner than the one before',
    breakStore: (store, tables) => afterDeferring(store, tables, Math.max),
  },
  {
    breaks: 'keeps the sooner of two next checks, once one was set',
    caughtBy:
      'takeDueOperations waits for the next check that was set last, be it later or sooner than the one before',
    breakStore: (store, tables) =>
      afterDeferring(store, tables, (before, after, attempts) =>
        attempts > 1 ? Math.min(before, after) : after,
      ),
  },
  {
    breaks: 'defers by whole milliseconds, and refuses others',
    caughtBy: 'deferOperation takes a part of a millisecond for a delay',
    breakStore: (store) => ({
      deferOperation: async (guard, deferral) => {
        if (!Number.isInteger(deferral.delayMs)) throw new RangeError('invalid input syntax for bigint');
        return store.deferOperation(guard, deferral);
      },
    }),
  },
  {
    breaks: 'leaves the next check where it was when settlesAt moves',
    caughtBy: 'setSettlesAt brings the next check forward to the new moment, when it would come later',
    breakStore: (store, tables) => ({
      setSettlesAt: async (guard, settlesAt) => {
        const nextCheckAt = tables.operations.get(guard.id)?.nextCheckAt;
        const held = await store.setSettlesAt(guard, settlesAt);
        if (nextCheckAt !== undefined) forceOperation(tables, guard.id, { nextCheckAt });
        return held;
      },
    }),
  },
  {
    breaks: 'puts the next check off to wherever settlesAt moves',
    caughtBy: 'setSettlesAt never puts the next check off: the operation is due at the end of its lease',
    breakStore: (store, tables) => ({
      setSettlesAt: async (guard, settlesAt) => {
        const held = await store.setSettlesAt(guard, settlesAt);
        if (held) forceOperation(tables, guard.id, { nextCheckAt: settlesAt });
        return held;
      },
    }),
  },
  {
    breaks: 'takes due operations although their lease runs',
    caughtBy: 'takeDueOperations takes nothing while the lease runs',
    breakStore: (store, tables) => ({
      takeDueOperations: (query) => {
        for (const id of tables.operations.keys()) forceOperation(tables, id, { leaseExpiresAt: 0 });
        return store.takeDueOperations(query);
      },
    }),
  },
  {
    breaks: 'waits a moment more than the lease',
    caughtBy: 'takeDueOperations finds a lease over at the very time it ends',
    breakStore: (store) => ({
      beginOperation: ({ leaseMs, settleMs, ...operation }) =>
        store.beginOperation({ ...operation, leaseMs: leaseMs + 1, settleMs: settleMs - 1 }),
    }),
  },
  {
    breaks: 'hands out due operations twice',
    caughtBy:
      'takeDueOperations takes what it took before again once that lease is over, with the next token',
    breakStore: (store, tables) => afterTaking(store, tables, ({ leaseExpiresAt }) => ({ leaseExpiresAt })),
  },
  {
    breaks: 'looks which operations are due and takes them a moment later',
    caughtBy: 'takeDueOperations gives no operation to two of many callers, and in the end each to one',
    breakStore: (store, tables) => ({
      takeDueOperations: async (query) => {
        const seen = [...tables.operations.values()];
        await letOthersGoFirst();
        for (const row of seen) tables.operations.set(row.id, row);
        return store.takeDueOperations(query);
      },
    }),
  },
  {
    breaks: 'takes due operations without a doubt',
    caughtBy:
      'takeDueOperations takes an operation whose lease is over: token + 1, in doubt, a lease, settlesAt as it was',
    breakStore: (store, tables) => afterTaking(store, tables, ({ ambiguous }) => ({ ambiguous })),
  },
  {
    breaks: 'takes due operations without a new token',
    caughtBy:
      'takeDueOperations takes an operation whose lease is over: token + 1, in doubt, a lease, settlesAt as it was',
    breakStore: (store, tables) => afterTaking(store, tables, ({ token }) => ({ token })),
  },
  {
    breaks: 'forgets the absence of a number when it takes a due operation',
    caughtBy: 'takeDueOperations keeps the time from which the number was absent',
    breakStore: (store, tables) => afterTaking(store, tables, () => ({ absentAt: null })),
  },
  {
    breaks: 'takes due operations of every account',
    caughtBy: 'takeDueOperations takes nothing of another provider or another account',
    breakStore: (store, tables) => ({
      takeDueOperations: async (query) => {
        const owners = new Set([...tables.operations.values()].map(({ accountId }) => accountId));
        const taken = await Promise.all(
          [...owners].map((accountId) => store.takeDueOperations({ ...query, accountId })),
        );
        return taken.flat();
      },
    }),
  },
  {
    breaks: 'takes due operations that have ended',
    caughtBy: 'takeDueOperations takes nothing that has ended',
    breakStore: (store, tables) => ({
      takeDueOperations: (query) => {
        for (const id of tables.operations.keys()) forceOperation(tables, id, { state: 'purchasing' });
        return store.takeDueOperations(query);
      },
    }),
  },
  {
    breaks: 'takes more due operations than asked for',
    caughtBy: 'takeDueOperations takes at most as many as asked for, the longest due first',
    breakStore: (store) => ({
      takeDueOperations: (query) => store.takeDueOperations({ ...query, limit: query.limit + 1 }),
    }),
  },
  {
    breaks: 'takes due operations in the order of their ids',
    caughtBy: 'takeDueOperations takes at most as many as asked for, the longest due first',
    breakStore: (store, tables) => ({
      takeDueOperations: async (query) => {
        const all = await store.takeDueOperations({ ...query, limit: 1000 });
        const byId = [...all].sort((one, other) => (one.id < other.id ? -1 : 1));
        for (const { id, token } of byId.slice(query.limit)) {
          forceOperation(tables, id, { token: token - 1, leaseExpiresAt: 0 });
        }
        return byId.slice(0, query.limit);
      },
    }),
  },
];

/** Writes and answers something else than a takeover should. */
function afterTakeOver(
  store: ChannelStore,
  tables: MemoryTables,
  changes: (before: OperationRow) => Partial<OperationRow>,
): Partial<ChannelStore> {
  return {
    takeOverOperation: async (takeOver) => {
      const before = tables.operations.get(takeOver.id);
      const taken = await store.takeOverOperation(takeOver);
      if (!taken || !before) return null;
      forceOperation(tables, takeOver.id, changes(before));
      return store.getOperation(takeOver.id);
    },
  };
}

/** Writes and answers something else than the taking of due operations should. */
function afterTaking(
  store: ChannelStore,
  tables: MemoryTables,
  changes: (before: OperationRow) => Partial<Operation>,
): Partial<ChannelStore> {
  return {
    takeDueOperations: async (query) => {
      const before = new Map(tables.operations);
      const taken = await store.takeDueOperations(query);
      return taken.map((operation) => {
        const row = before.get(operation.id);
        const changed = row ? changes(row) : {};
        forceOperation(tables, operation.id, changed);
        return { ...operation, ...changed };
      });
    },
  };
}

/** Sets another next check than it was told to, from the one before and the one that was asked for. */
function afterDeferring(
  store: ChannelStore,
  tables: MemoryTables,
  nextCheck: (before: number, after: number, attempts: number) => number,
): Partial<ChannelStore> {
  return {
    deferOperation: async (guard, deferral) => {
      const before = tables.operations.get(guard.id);
      const held = await store.deferOperation(guard, deferral);
      const after = tables.operations.get(guard.id);
      if (held && before && after) {
        const nextCheckAt = nextCheck(before.nextCheckAt, after.nextCheckAt, after.attempts);
        forceOperation(tables, guard.id, { nextCheckAt });
      }
      return held;
    },
  };
}
