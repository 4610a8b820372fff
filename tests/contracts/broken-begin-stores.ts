import type { ChannelStore, OperationGuard } from '@channelkit/core';
import type { MemoryTables, OperationRow } from '../../packages/core/src/testing/memory-store/tables.js';
import { type BrokenStore, forceOperation, letOthersGoFirst } from './broken-store.js';

/** Stores that break a promise about guards, and about beginning an operation or switching its number. */
export const brokenBeginStores: readonly BrokenStore[] = [
  {
    breaks: 'ignores the token of the guard',
    caughtBy: 'failOperation with the token of a holder before changes nothing',
    breakStore: (store, tables) => {
      const newest = ({ id }: OperationGuard) => ({ id, token: tables.operations.get(id)?.token ?? 1 });
      return {
        switchCandidate: (guard, candidate) => store.switchCandidate(newest(guard), candidate),
        setSettlesAt: (guard, settlesAt) => store.setSettlesAt(newest(guard), settlesAt),
        disposeNumber: (guard, channel, facts) => store.disposeNumber(newest(guard), channel, facts),
        failOperation: (guard, error) => store.failOperation(newest(guard), error),
        deferOperation: (guard, deferral) => store.deferOperation(newest(guard), deferral),
      };
    },
  },
  {
    breaks: 'accepts every token that is not older',
    caughtBy: 'switchCandidate with a token that nobody was given changes nothing',
    breakStore: (store, tables) => ({
      switchCandidate: ({ id, token }, candidate) =>
        store.switchCandidate(
          { id, token: Math.min(token, tables.operations.get(id)?.token ?? 0) },
          candidate,
        ),
    }),
  },
  {
    breaks: 'fails operations that have ended',
    caughtBy: 'failOperation changes nothing when the operation has its channel',
    breakStore: (_store, tables) => ({
      failOperation: ({ id, token }, error) => {
        const held = tables.operations.get(id)?.token === token;
        if (held) forceOperation(tables, id, { state: 'failed', claimedNumber: null, lastError: error });
        return Promise.resolve(held);
      },
    }),
  },
  {
    breaks: 'says that every guard held',
    caughtBy: 'deferOperation is lost on an operation that is not on record',
    breakStore: (store) => answering(store, true),
  },
  {
    breaks: 'says that no guard held',
    caughtBy: 'failOperation holds for the newest token',
    breakStore: (store) => answering(store, false),
  },
  {
    breaks: 'switches without looking at the guard or the doubt',
    caughtBy: 'switchCandidate with the token of a holder before changes nothing',
    breakStore: (_store, tables) => ({
      switchCandidate: ({ id }, candidate) => {
        forceOperation(tables, id, { ...candidate, claimedNumber: candidate.phoneNumber });
        return Promise.resolve('switched');
      },
    }),
  },
  {
    breaks: 'moves settlesAt without looking at the guard',
    caughtBy: 'setSettlesAt with the token of a holder before changes nothing',
    breakStore: (store, tables) => ({
      setSettlesAt: async (guard, settlesAt) => {
        const held = await store.setSettlesAt(guard, settlesAt);
        forceOperation(tables, guard.id, { settlesAt });
        return held;
      },
    }),
  },
  {
    breaks: 'moves settlesAt only forth',
    caughtBy: 'setSettlesAt moves settlesAt, forth and back, and nothing else',
    breakStore: (store, tables) => ({
      setSettlesAt: (guard, settlesAt) =>
        store.setSettlesAt(guard, Math.max(settlesAt, tables.operations.get(guard.id)?.settlesAt ?? 0)),
    }),
  },
  {
    breaks: 'forgets the key',
    caughtBy: 'beginOperation lets exactly one of many callers with one key begin',
    breakStore: (store) => ({
      beginOperation: (operation) => store.beginOperation({ ...operation, idempotencyKey: null }),
    }),
  },
  {
    breaks: 'looks for the key first and writes a moment later',
    caughtBy: 'beginOperation lets exactly one of many callers with one key begin',
    breakStore: (store, tables) => ({
      beginOperation: async (operation) => {
        const { id, idempotencyKey } = operation;
        const holder = idempotencyKey === null ? null : await store.findOperationByKey(idempotencyKey);
        if (holder !== null && holder.id !== id) return { outcome: 'key_held' };
        await letOthersGoFirst();
        const begun = await store.beginOperation({ ...operation, idempotencyKey: null });
        if (begun.outcome !== 'begun') return begun;
        forceOperation(tables, id, { idempotencyKey });
        return { outcome: 'begun', operation: { ...begun.operation, idempotencyKey } };
      },
    }),
  },
  {
    breaks: 'looks for the number first and writes a moment later',
    caughtBy: 'beginOperation lets exactly one of many callers with one number begin',
    breakStore: (store, tables) => ({
      beginOperation: async (operation) => {
        const { id, phoneNumber } = operation;
        const claimed = isClaimed(tables, operation);
        await letOthersGoFirst();
        if (claimed) return store.beginOperation(operation);
        // A number of its own for the moment of the write gets it past the check.
        const begun = await store.beginOperation({ ...operation, phoneNumber: `${phoneNumber}#${id}` });
        if (begun.outcome !== 'begun') return begun;
        forceOperation(tables, id, { phoneNumber, claimedNumber: phoneNumber });
        return { outcome: 'begun', operation: { ...begun.operation, phoneNumber } };
      },
    }),
  },
  {
    breaks: 'claims no number',
    caughtBy:
      'beginOperation answers number_held, and writes nothing, while another operation has claimed the number',
    breakStore: (store, tables) => ({
      beginOperation: async (operation) => {
        const answer = await store.beginOperation(operation);
        forceOperation(tables, operation.id, { claimedNumber: null });
        return answer;
      },
    }),
  },
  {
    breaks: 'holds the number against other accounts and providers too',
    caughtBy: 'beginOperation lets another provider and another account claim the same number',
    breakStore: (store, tables) => ({
      beginOperation: async (operation) => {
        const { id, phoneNumber } = operation;
        const held = [...tables.operations.values()].some(
          (row) => row.claimedNumber === phoneNumber && row.id !== id,
        );
        return held ? { outcome: 'number_held' } : store.beginOperation(operation);
      },
    }),
  },
  {
    breaks: 'looks at the number before the key',
    caughtBy: 'beginOperation answers key_held when key and number are both held',
    breakStore: (store) => ({
      beginOperation: async (operation) => {
        const unkeyed = { ...operation, idempotencyKey: null, id: `${operation.id}#probe` };
        const probe = await store.beginOperation(unkeyed);
        if (probe.outcome !== 'begun') return probe;
        await store.failOperation({ id: unkeyed.id, token: 1 }, 'only a probe');
        return store.beginOperation(operation);
      },
    }),
  },
  {
    breaks: 'takes two absent keys for one',
    caughtBy:
      'beginOperation keeps an absent key and an absent vendor date as null, for any number of operations',
    breakStore: (store) => ({
      beginOperation: (operation) =>
        store.beginOperation({ ...operation, idempotencyKey: operation.idempotencyKey ?? '' }),
    }),
  },
  {
    breaks: 'folds the case of keys',
    caughtBy: 'keys are compared as they are: case, spaces and composition tell them apart',
    breakStore: (store) => ({
      beginOperation: (operation) =>
        store.beginOperation({
          ...operation,
          idempotencyKey: operation.idempotencyKey?.toLowerCase() ?? null,
        }),
    }),
  },
  {
    breaks: 'refuses an operation that is begun again',
    caughtBy: 'beginOperation, repeated by the same owner, answers begun again and changes nothing',
    breakStore: (store, tables) => ({
      beginOperation: async (operation) =>
        tables.operations.has(operation.id) ? { outcome: 'key_held' } : store.beginOperation(operation),
    }),
  },
  {
    breaks: 'renews the lease of an operation that is begun again',
    caughtBy: 'beginOperation, repeated by the same owner, answers begun again and changes nothing',
    breakStore: (store, tables) => ({
      beginOperation: async (operation) => {
        tables.operations.delete(operation.id);
        return store.beginOperation(operation);
      },
    }),
  },
  {
    breaks: 'hands a begun operation to whoever knows its id',
    caughtBy: 'beginOperation never gives an operation to another owner, nor to the one it was taken from',
    breakStore: (store) => ({
      beginOperation: async (operation) => {
        const existing = await store.getOperation(operation.id);
        return existing ? { outcome: 'begun', operation: existing } : store.beginOperation(operation);
      },
    }),
  },
  {
    breaks: 'counts the settling from the beginning and not from the end of the lease',
    caughtBy:
      'beginOperation writes down what it was given, as purchasing with token 1, a lease from now and the time it settles',
    breakStore: (store) => ({
      beginOperation: (operation) =>
        store.beginOperation({ ...operation, settleMs: operation.settleMs - operation.leaseMs }),
    }),
  },
  {
    breaks: 'finds failed operations by their key',
    caughtBy: 'findOperationByKey finds the purchasing and the succeeded operation, and no failed one',
    breakStore: (store, tables) => ({
      findOperationByKey: async (key) => {
        const row = [...tables.operations.values()].find(({ idempotencyKey }) => idempotencyKey === key);
        return row ? store.getOperation(row.id) : null;
      },
    }),
  },
  {
    breaks: 'tries another number while the outcome of the first is in doubt',
    caughtBy: 'switchCandidate is lost, and changes nothing, on an operation that was put off in doubt',
    breakStore: (store, tables) => ({
      switchCandidate: async (guard, candidate) => {
        const ambiguous = tables.operations.get(guard.id)?.ambiguous ?? false;
        forceOperation(tables, guard.id, { ambiguous: false });
        const outcome = await store.switchCandidate(guard, candidate);
        forceOperation(tables, guard.id, { ambiguous });
        return outcome;
      },
    }),
  },
  {
    breaks: 'lets a switch that arrives late undo the one after it',
    caughtBy: 'switchCandidate that arrives late is lost, and does not undo the one after it',
    breakStore: (store, tables) => ({
      switchCandidate: (guard, candidate) =>
        store.switchCandidate(guard, {
          ...candidate,
          from: tables.operations.get(guard.id)?.phoneNumber ?? candidate.from,
        }),
    }),
  },
  {
    breaks: 'leaves the claim on the number before when it switches',
    caughtBy: 'switchCandidate moves the operation and its claim to the other number, and nothing else',
    breakStore: (store, tables) => ({
      switchCandidate: async (guard, candidate) => {
        const claimedNumber = tables.operations.get(guard.id)?.claimedNumber ?? null;
        const outcome = await store.switchCandidate(guard, candidate);
        if (outcome === 'switched') forceOperation(tables, guard.id, { claimedNumber });
        return outcome;
      },
    }),
  },
  {
    breaks: 'switches to a number that is claimed',
    caughtBy:
      'switchCandidate answers number_held, and changes nothing, when another operation has claimed the number',
    breakStore: (store, tables) => ({
      switchCandidate: async (guard, candidate) => {
        const outcome = await store.switchCandidate(guard, candidate);
        if (outcome !== 'number_held') return outcome;
        forceOperation(tables, guard.id, { ...candidate, claimedNumber: candidate.phoneNumber });
        return 'switched';
      },
    }),
  },
  {
    breaks: 'answers number_held for the number that the operation itself has claimed',
    caughtBy: 'switchCandidate may be repeated',
    breakStore: (store, tables) => ({
      switchCandidate: async (guard, candidate) =>
        tables.operations.get(guard.id)?.claimedNumber === candidate.phoneNumber
          ? 'number_held'
          : store.switchCandidate(guard, candidate),
    }),
  },
  {
    breaks: 'looks for the claim first and switches a moment later',
    caughtBy: 'switchCandidate gives one number to exactly one of many operations',
    breakStore: (store, tables) => ({
      switchCandidate: async (guard, candidate) => {
        const row = tables.operations.get(guard.id);
        const held = row !== undefined && isClaimed(tables, { ...row, ...candidate });
        await letOthersGoFirst();
        const outcome = await store.switchCandidate(guard, candidate);
        if (outcome !== 'number_held' || held) return outcome;
        forceOperation(tables, guard.id, { ...candidate, claimedNumber: candidate.phoneNumber });
        return 'switched';
      },
    }),
  },
];

/** Writes what it should, and answers the same whether the guard held or not. */
function answering(store: ChannelStore, held: boolean): Partial<ChannelStore> {
  return {
    switchCandidate: async (guard, candidate) => {
      await store.switchCandidate(guard, candidate);
      return held ? 'switched' : 'lost';
    },
    setSettlesAt: (guard, settlesAt) => store.setSettlesAt(guard, settlesAt).then(() => held),
    disposeNumber: async (guard, channel, facts) => {
      await store.disposeNumber(guard, channel, facts);
      const record = held ? await store.getChannel(guard.id) : null;
      return record ? { outcome: 'disposed', record } : { outcome: 'lost' };
    },
    failOperation: (guard, error) => store.failOperation(guard, error).then(() => held),
    deferOperation: (guard, deferral) => store.deferOperation(guard, deferral).then(() => held),
  };
}

function isClaimed(
  { operations }: MemoryTables,
  claimant: Pick<OperationRow, 'id' | 'provider' | 'accountId' | 'phoneNumber'>,
): boolean {
  return [...operations.values()].some(
    (row) =>
      row.claimedNumber === claimant.phoneNumber &&
      row.id !== claimant.id &&
      row.provider === claimant.provider &&
      row.accountId === claimant.accountId,
  );
}
