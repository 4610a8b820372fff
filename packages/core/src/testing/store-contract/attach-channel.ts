import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import {
  assertClaimed,
  assertNear,
  atOnce,
  attach,
  begin,
  count,
  dispose,
  freshRecord,
  guardOf,
  idOf,
  newChannel,
  newOperation,
  operationOf,
  phoneNumberOf,
  present,
  recordOf,
  settled,
  takeOver,
} from './fixtures.js';
import type { StoreSubject } from './store-subject.js';

const clear = { ambiguous: false };

/** What `attachChannel` promises. */
export const attachChannelCases: readonly ContractCase<StoreSubject>[] = [
  {
    name: 'attachChannel makes an active channel of what it was given',
    async check({ store }) {
      const record = await attach(store, 1);
      assert.deepEqual(settled(record), freshRecord(newChannel(1), 'active', record));
      assert.equal(record.releaseAfter, null);
      assert.equal(record.lastError, null);
    },
  },
  {
    name: 'attachChannel makes a channel that can be read by its id and by its number',
    async check({ store }) {
      const record = settled(await attach(store, 1));
      const { provider, providerNumberId } = record.channel;
      assert.deepEqual(await recordOf(store, 1), record);
      const found = present(await store.findChannelByNumber(provider, providerNumberId));
      assert.deepEqual(settled(found), record);
    },
  },
  {
    name: 'attachChannel dates the channel now',
    async check({ store }) {
      const { channel, readAt } = await attach(store, 1);
      assertNear(channel.createdAt.getTime(), readAt);
      assertNear(channel.updatedAt.getTime(), readAt);
    },
  },
  {
    name: 'attachChannel ends the operation as succeeded, and keeps its key and its claim',
    async check({ store }) {
      await attach(store, 1);
      const { state, ambiguous, phoneNumber } = await operationOf(store, 1);
      assert.deepEqual(
        { state, ambiguous, phoneNumber },
        { state: 'succeeded', ambiguous: false, phoneNumber: phoneNumberOf(1) },
      );
      await assertClaimed(store, 1, true);
      const again = await store.beginOperation(newOperation(2, { idempotencyKey: 'key-1' }));
      assert.equal(again.outcome, 'key_held');
    },
  },
  {
    name: 'attachChannel is open to whoever bought the number, whoever holds the token by now',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      await takeOver({ store, advanceTime }, 1);
      assert.equal((await store.attachChannel(newChannel(1), clear)).outcome, 'attached');
    },
  },
  {
    name: 'attachChannel is lost, and changes nothing, when the operation is about another number',
    async check({ store }) {
      await begin(store, 1);
      const before = await operationOf(store, 1);
      const other = newChannel(1, { phoneNumber: phoneNumberOf(2) });
      assert.deepEqual(await store.attachChannel(other, clear), { outcome: 'lost' });
      assert.equal(await store.getChannel(idOf(1)), null);
      assert.deepEqual(await operationOf(store, 1), before);
    },
  },
  {
    name: 'attachChannel is lost, and changes nothing, when the operation ended without a row',
    async check({ store }) {
      await store.failOperation(guardOf(await begin(store, 1)), 'refused');
      const before = await operationOf(store, 1);
      assert.deepEqual(await store.attachChannel(newChannel(1), { ambiguous: true }), { outcome: 'lost' });
      assert.equal(await store.getChannel(idOf(1)), null);
      assert.deepEqual(await operationOf(store, 1), before);
    },
  },
  {
    name: 'attachChannel is lost, and changes nothing, when the operation is not on record',
    async check({ store }) {
      assert.deepEqual(await store.attachChannel(newChannel(1), clear), { outcome: 'lost' });
      assert.equal(await store.getChannel(idOf(1)), null);
    },
  },
  {
    name: 'attachChannel answers already_decided with the row that an attach before made',
    async check({ store }) {
      const first = await attach(store, 1);
      const again = await store.attachChannel(newChannel(1), { ambiguous: true });
      assert.equal(again.outcome, 'already_decided');
      assert.deepEqual(settled(again.record), settled(first));
      assert.equal((await operationOf(store, 1)).state, 'succeeded');
    },
  },
  {
    name: 'attachChannel answers already_decided with the row that a dispose before made',
    async check({ store }) {
      const disposed = await dispose(store, 1);
      const again = await store.attachChannel(newChannel(1), clear);
      assert.equal(again.outcome, 'already_decided');
      assert.deepEqual(settled(again.record), settled(disposed));
      assert.deepEqual(await recordOf(store, 1), settled(disposed));
      assert.equal((await operationOf(store, 1)).state, 'failed');
    },
  },
  {
    name: 'attachChannel is lost, and leaves the operation purchasing, when the number id belongs to another row',
    async check({ store }) {
      const { providerNumberId } = (await attach(store, 1)).channel;
      await begin(store, 2);
      const before = [await recordOf(store, 1), await operationOf(store, 2)];
      const taken = newChannel(2, { providerNumberId });
      assert.deepEqual(await store.attachChannel(taken, { ambiguous: true }), { outcome: 'lost' });
      assert.equal(await store.getChannel(idOf(2)), null);
      assert.deepEqual([await recordOf(store, 1), await operationOf(store, 2)], before);
      await assertClaimed(store, 2, true);
    },
  },
  {
    name: 'attachChannel keeps the number ids of different providers apart',
    async check({ store }) {
      const { providerNumberId } = newChannel(1);
      await attach(store, 1);
      await attach(store, 2, { provider: 'mock', providerNumberId });
      assert.equal((await store.findChannelByNumber('mock', providerNumberId))?.channel.id, idOf(2));
      assert.equal((await store.findChannelByNumber('twilio', providerNumberId))?.channel.id, idOf(1));
    },
  },
  {
    name: 'attachChannel answers attached to exactly one of many callers of one operation',
    async check({ store }) {
      await begin(store, 1);
      const answers = await atOnce(8, () => store.attachChannel(newChannel(1), clear));
      const outcomes = answers.map(({ outcome }) => outcome);
      assert.equal(count(outcomes, 'attached'), 1);
      assert.equal(count(outcomes, 'already_decided'), 7);
    },
  },
  {
    name: 'attachChannel gives one number id to exactly one of two operations',
    async check({ store }) {
      await begin(store, 0);
      await begin(store, 1);
      const { providerNumberId } = newChannel(0);
      const answers = await atOnce(2, (n) => store.attachChannel(newChannel(n, { providerNumberId }), clear));
      const outcomes = answers.map(({ outcome }) => outcome);
      assert.deepEqual([...outcomes].sort(), ['attached', 'lost']);
      for (const [n, outcome] of outcomes.entries()) {
        const { state } = await operationOf(store, n);
        assert.equal(state, outcome === 'attached' ? 'succeeded' : 'purchasing');
        assert.equal((await store.getChannel(idOf(n))) !== null, outcome === 'attached');
      }
    },
  },
  ...[
    { row: false, facts: false, after: false },
    { row: false, facts: true, after: true },
    { row: true, facts: false, after: true },
    { row: true, facts: true, after: true },
  ].map(({ row, facts, after }) => ({
    name: `attachChannel leaves the operation ${after ? '' : 'not '}in doubt when it was ${row ? '' : 'not '}and the caller ${facts ? 'is' : 'is not'}`,
    async check({ store }: StoreSubject) {
      const operation = guardOf(await begin(store, 1));
      await store.deferOperation(operation, {
        ambiguous: row,
        absent: false,
        readAt: 0,
        delayMs: 5,
        error: null,
      });
      await store.attachChannel(newChannel(1), { ambiguous: facts });
      assert.equal((await operationOf(store, 1)).ambiguous, after);
    },
  })),
];
