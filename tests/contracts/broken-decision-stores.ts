import type { ChannelRecord, NewChannel } from '@channelkit/core';
import {
  type ChannelRow,
  insertChannel,
  type MemoryTables,
  toRecord,
} from '../../packages/core/src/testing/memory-store/tables.js';
import { type BrokenStore, forceChannel, forceOperation, letOthersGoFirst } from './broken-store.js';

/** Stores that break a promise about the decision: attach or dispose. */
export const brokenDecisionStores: readonly BrokenStore[] = [
  {
    breaks: 'loses the number: drops the claim once it is attached',
    caughtBy: 'attachChannel ends the operation as succeeded, and keeps its key and its claim',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) => {
        const answer = await store.attachChannel(channel, facts);
        if (answer.outcome === 'attached') forceOperation(tables, channel.id, { claimedNumber: null });
        return answer;
      },
    }),
  },
  {
    breaks: 'lets attach win after dispose has',
    caughtBy:
      'attachChannel and disposeNumber at the same time never both win, and the row agrees with the winner',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) => {
        const row = tables.channels.get(channel.id);
        if (row?.status !== 'releasing') return store.attachChannel(channel, facts);
        forceChannel(tables, channel.id, { status: 'active', releaseAfter: null });
        return { outcome: 'attached', record: toRecord({ ...row, status: 'active' }, tables.now()) };
      },
    }),
  },
  {
    breaks: 'lets dispose win after attach has',
    caughtBy:
      'attachChannel and disposeNumber at the same time never both win, and the row agrees with the winner',
    breakStore: (store, tables) => ({
      disposeNumber: async (guard, channel, facts) => {
        if (tables.channels.get(channel.id)?.status !== 'active') {
          return store.disposeNumber(guard, channel, facts);
        }
        forceOperation(tables, guard.id, { state: 'failed' });
        tables.channels.delete(channel.id);
        return { outcome: 'disposed', record: force(tables, channel, 'releasing') };
      },
    }),
  },
  {
    breaks: 'looks whether anything is decided and disposes a moment later',
    caughtBy:
      'attachChannel and disposeNumber at the same time never both win, and the row agrees with the winner',
    breakStore: (store, tables) => ({
      disposeNumber: async (guard, channel, facts) => {
        const undecided = tables.operations.get(guard.id)?.state === 'purchasing';
        await letOthersGoFirst();
        if (undecided) {
          forceOperation(tables, guard.id, { state: 'purchasing' });
          tables.channels.delete(channel.id);
        }
        return store.disposeNumber(guard, channel, facts);
      },
    }),
  },
  {
    breaks: 'lets attach win after the operation has failed',
    caughtBy: 'attachChannel and failOperation at the same time never both win',
    breakStore: (store, tables) => ({
      attachChannel: (channel, facts) => {
        if (!tables.channels.has(channel.id)) forceOperation(tables, channel.id, { state: 'purchasing' });
        return store.attachChannel(channel, facts);
      },
    }),
  },
  {
    breaks: 'answers attached to whoever asks',
    caughtBy: 'attachChannel answers attached to exactly one of many callers of one operation',
    breakStore: (store) => ({
      attachChannel: async (channel, facts) => {
        const answer = await store.attachChannel(channel, facts);
        return answer.outcome === 'lost' ? answer : { outcome: 'attached', record: answer.record };
      },
    }),
  },
  {
    breaks: 'answers lost to whoever attaches again',
    caughtBy: 'attachChannel answers already_decided with the row that an attach before made',
    breakStore: (store) => ({
      attachChannel: async (channel, facts) => {
        const answer = await store.attachChannel(channel, facts);
        return answer.outcome === 'attached' ? answer : { outcome: 'lost' };
      },
    }),
  },
  {
    breaks: 'asks for the token of the first owner at attach',
    caughtBy: 'attachChannel is open to whoever bought the number, whoever holds the token by now',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) =>
        (tables.operations.get(channel.id)?.token ?? 1) > 1
          ? { outcome: 'lost' }
          : store.attachChannel(channel, facts),
    }),
  },
  {
    breaks: 'attaches a number that the operation is not about',
    caughtBy: 'attachChannel is lost, and changes nothing, when the operation is about another number',
    breakStore: (store, tables) => ({
      attachChannel: (channel, facts) => {
        forceOperation(tables, channel.id, { phoneNumber: channel.phoneNumber });
        return store.attachChannel(channel, facts);
      },
    }),
  },
  {
    breaks: 'attaches without an operation',
    caughtBy: 'attachChannel is lost, and changes nothing, when the operation is not on record',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) =>
        tables.operations.has(channel.id)
          ? store.attachChannel(channel, facts)
          : { outcome: 'attached', record: force(tables, channel, 'active') },
    }),
  },
  {
    breaks: "keeps going at attach when the number id is another's",
    caughtBy:
      'attachChannel is lost, and leaves the operation purchasing, when the number id belongs to another row',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) => {
        const answer = await store.attachChannel(channel, facts);
        if (answer.outcome !== 'lost' || !isTaken(tables, channel)) return answer;
        forceOperation(tables, channel.id, { state: 'succeeded' });
        return { outcome: 'attached', record: force(tables, channel, 'active') };
      },
    }),
  },
  {
    breaks: "ends the operation when the number id is another's",
    caughtBy: 'attachChannel gives one number id to exactly one of two operations',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) => {
        const answer = await store.attachChannel(channel, facts);
        if (isTaken(tables, channel)) forceOperation(tables, channel.id, { state: 'succeeded' });
        return answer;
      },
    }),
  },
  {
    breaks: 'takes the number ids of two providers for one',
    caughtBy: 'attachChannel keeps the number ids of different providers apart',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) =>
        [...tables.channels.values()].some(
          (row) => row.providerNumberId === channel.providerNumberId && row.id !== channel.id,
        )
          ? { outcome: 'lost' }
          : store.attachChannel(channel, facts),
    }),
  },
  {
    breaks: 'replaces the doubt on record by that of the caller at attach',
    caughtBy: 'attachChannel leaves the operation in doubt when it was and the caller is not',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) => {
        const answer = await store.attachChannel(channel, facts);
        if (answer.outcome === 'attached') forceOperation(tables, channel.id, facts);
        return answer;
      },
    }),
  },
  {
    breaks: 'takes two doubts for none at attach',
    caughtBy: 'attachChannel leaves the operation in doubt when it was and the caller is',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) => {
        const before = tables.operations.get(channel.id)?.ambiguous ?? false;
        const answer = await store.attachChannel(channel, facts);
        forceOperation(tables, channel.id, { ambiguous: before !== facts.ambiguous });
        return answer;
      },
    }),
  },
  {
    breaks: 'disposes of numbers that nobody bought',
    caughtBy: 'disposeNumber is lost on an operation that is not on record',
    breakStore: (store, tables) => ({
      disposeNumber: async (guard, channel, facts) =>
        tables.operations.has(guard.id)
          ? store.disposeNumber(guard, channel, facts)
          : { outcome: 'disposed', record: force(tables, channel, 'releasing') },
    }),
  },
  {
    breaks: 'forgets the doubt of the caller at attach',
    caughtBy: 'attachChannel leaves the operation in doubt when it was not and the caller is',
    breakStore: (store) => ({
      attachChannel: (channel) => store.attachChannel(channel, { ambiguous: false }),
    }),
  },
  {
    breaks: 'is in doubt about everything that is attached',
    caughtBy: 'attachChannel leaves the operation not in doubt when it was not and the caller is not',
    breakStore: (store) => ({
      attachChannel: (channel) => store.attachChannel(channel, { ambiguous: true }),
    }),
  },
  {
    breaks: 'leaves the operation purchasing at attach',
    caughtBy: 'attachChannel ends the operation as succeeded, and keeps its key and its claim',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) => {
        const answer = await store.attachChannel(channel, facts);
        forceOperation(tables, channel.id, { state: 'purchasing' });
        return answer;
      },
    }),
  },
  {
    breaks: 'makes channels that are released from the start',
    caughtBy: 'attachChannel makes an active channel of what it was given',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) => {
        const answer = await store.attachChannel(channel, facts);
        if (answer.outcome !== 'attached') return answer;
        forceChannel(tables, channel.id, { status: 'released' });
        return { outcome: 'attached', record: (await store.getChannel(channel.id)) ?? answer.record };
      },
    }),
  },
  {
    breaks: 'drops the claim when it disposes',
    caughtBy: 'disposeNumber ends the operation as failed with the error, and keeps the claim',
    breakStore: (store, tables) => ({
      disposeNumber: async (guard, channel, facts) => {
        const answer = await store.disposeNumber(guard, channel, facts);
        if (answer.outcome === 'disposed') forceOperation(tables, guard.id, { claimedNumber: null });
        return answer;
      },
    }),
  },
  {
    breaks: 'lets a number that is in doubt go at once',
    caughtBy:
      'disposeNumber holds the number until settlesAt when the operation is in doubt, and leaves it so',
    breakStore: (store, tables) => ({
      disposeNumber: (guard, channel, facts) => {
        forceOperation(tables, guard.id, { settlesAt: tables.now() });
        return store.disposeNumber(guard, channel, facts);
      },
    }),
  },
  {
    breaks: 'forgets the doubt of the caller at dispose',
    caughtBy:
      'disposeNumber holds the number until settlesAt when the caller is in doubt, and remembers the doubt',
    breakStore: (store) => ({
      disposeNumber: (guard, channel, { error }) =>
        store.disposeNumber(guard, channel, { ambiguous: false, error }),
    }),
  },
  {
    breaks: 'holds every number until settlesAt',
    caughtBy: 'disposeNumber lets the number go at once when nothing was in doubt',
    breakStore: (store) => ({
      disposeNumber: (guard, channel, { error }) =>
        store.disposeNumber(guard, channel, { ambiguous: true, error }),
    }),
  },
  {
    breaks: 'goes by the settling time of the beginning at dispose',
    caughtBy: 'disposeNumber goes by settlesAt as it was last set',
    breakStore: (store, tables) => ({
      disposeNumber: (guard, channel, facts) => {
        const row = tables.operations.get(guard.id);
        if (row?.token === 1) {
          forceOperation(tables, guard.id, { settlesAt: row.leaseExpiresAt + 1_200_000 });
        }
        return store.disposeNumber(guard, channel, facts);
      },
    }),
  },
  {
    breaks: "ends the operation at dispose when the number id is another's",
    caughtBy:
      'disposeNumber is lost, and leaves the operation purchasing, when the number id belongs to another row',
    breakStore: (store, tables) => ({
      disposeNumber: async (guard, channel, facts) => {
        const answer = await store.disposeNumber(guard, channel, facts);
        if (isTaken(tables, channel)) forceOperation(tables, guard.id, { state: 'failed' });
        return answer;
      },
    }),
  },
  {
    breaks: 'answers disposed to whoever asks',
    caughtBy: 'disposeNumber wins for exactly one of many callers',
    breakStore: (store) => ({
      disposeNumber: async (guard, channel, facts) => {
        const answer = await store.disposeNumber(guard, channel, facts);
        const record = await store.getChannel(channel.id);
        return answer.outcome === 'lost' && record ? { outcome: 'disposed', record } : answer;
      },
    }),
  },
  {
    breaks: 'says of a failure whose answer was lost that somebody else made it',
    caughtBy: 'failOperation, repeated with the token it failed with, holds again',
    breakStore: (store, tables) => ({
      failOperation: (guard, error) =>
        tables.operations.get(guard.id)?.state === 'failed'
          ? Promise.resolve(false)
          : store.failOperation(guard, error),
    }),
  },
  {
    breaks: 'takes a number being given back for nothing bought',
    caughtBy: 'failOperation does not hold for an operation that failed with a number on record',
    breakStore: (store, tables) => ({
      failOperation: (guard, error) =>
        tables.operations.get(guard.id)?.state === 'failed'
          ? Promise.resolve(true)
          : store.failOperation(guard, error),
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

/** Inserts a row past every guard. */
function force(tables: MemoryTables, channel: NewChannel, status: 'active' | 'releasing'): ChannelRecord {
  const row: ChannelRow = insertChannel(tables, channel, status, null);
  return toRecord(row, tables.now());
}
