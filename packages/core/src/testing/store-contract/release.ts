import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import {
  assertClaimed,
  assertNear,
  atOnce,
  attach,
  attachAndStartRelease,
  begin,
  dispose,
  guardOf,
  idOf,
  LEASE_MS,
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

/** What `startRelease`, `completeRelease` and `deferRelease` promise. */
export const releaseCases: readonly ContractCase<StoreSubject>[] = [
  {
    name: 'startRelease turns an active channel to releasing, and lets the number go at once',
    async check({ store }) {
      const before = await attach(store, 1);
      const after = present(await store.startRelease(idOf(1)));
      assertNear(after.releaseAfter, after.readAt);
      assert.ok((after.releaseAfter ?? Infinity) <= after.readAt);
      const { updatedAt } = after.channel;
      assert.deepEqual(settled(after), {
        ...settled(before),
        channel: { ...before.channel, status: 'releasing', updatedAt },
        releaseAfter: after.releaseAfter,
      });
      assert.deepEqual(await recordOf(store, 1), settled(after));
    },
  },
  {
    name: 'startRelease holds the number until settlesAt when the purchase was in doubt for who attached it',
    async check({ store }) {
      await attach(store, 1, {}, { ambiguous: true });
      const { settlesAt } = await operationOf(store, 1);
      assert.equal((await store.startRelease(idOf(1)))?.releaseAfter, settlesAt);
    },
  },
  {
    name: 'startRelease holds the number until settlesAt when the operation had been taken over',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      const taken = await takeOver({ store, advanceTime }, 1);
      await store.setSettlesAt(guardOf(taken), taken.settlesAt + 3_600_000);
      await store.attachChannel(newChannel(1), { ambiguous: false });
      assert.equal((await store.startRelease(idOf(1)))?.releaseAfter, taken.settlesAt + 3_600_000);
    },
  },
  {
    name: 'startRelease keeps the claim and the key',
    async check({ store }) {
      await attachAndStartRelease(store, 1);
      await assertClaimed(store, 1, true);
      const again = await store.beginOperation(newOperation(2, { idempotencyKey: 'key-1' }));
      assert.equal(again.outcome, 'key_held');
    },
  },
  {
    name: 'startRelease returns a channel that is being released, or was, unchanged',
    async check({ store, advanceTime }) {
      await attachAndStartRelease(store, 1);
      await dispose(store, 2);
      await attachAndStartRelease(store, 3);
      await store.completeRelease(idOf(3));
      await advanceTime(LEASE_MS);
      for (const n of [1, 2, 3]) {
        const before = await recordOf(store, n);
        assert.deepEqual(settled(present(await store.startRelease(idOf(n)))), before);
        assert.deepEqual(await recordOf(store, n), before);
      }
    },
  },
  {
    name: 'startRelease is answered releasing to each of many callers, with one time',
    async check({ store }) {
      await attach(store, 1);
      const answers = await atOnce(6, () => store.startRelease(idOf(1)));
      const stored = await recordOf(store, 1);
      for (const answer of answers) assert.deepEqual(settled(present(answer)), stored);
    },
  },
  {
    name: 'startRelease and completeRelease answer null when there is no such channel',
    async check({ store }) {
      await begin(store, 1);
      assert.equal(await store.startRelease(idOf(1)), null);
      assert.equal(await store.completeRelease(idOf(1)), null);
    },
  },
  {
    name: 'completeRelease turns a releasing channel to released, dates it, and frees the claim',
    async check({ store, advanceTime }) {
      await attachAndStartRelease(store, 1);
      await advanceTime(LEASE_MS);
      const before = await recordOf(store, 1);
      await assertClaimed(store, 1, true);
      const after = present(await store.completeRelease(idOf(1)));
      const { releasedAt, updatedAt } = after.channel;
      assertNear(present(releasedAt).getTime(), after.readAt);
      assert.deepEqual(settled(after), {
        ...before,
        channel: { ...before.channel, status: 'released', releasedAt, updatedAt },
        releaseAfter: null,
      });
      assert.deepEqual(await recordOf(store, 1), settled(after));
      await assertClaimed(store, 1, false);
    },
  },
  {
    name: 'completeRelease frees the claim of a number that was disposed of',
    async check({ store }) {
      await dispose(store, 1);
      await store.completeRelease(idOf(1));
      await assertClaimed(store, 1, false);
    },
  },
  {
    name: 'completeRelease frees no claim but its own',
    async check({ store }) {
      await attachAndStartRelease(store, 1);
      await attach(store, 2);
      await begin(store, 3, { phoneNumber: phoneNumberOf(1), accountId: 'AC2' });
      await store.completeRelease(idOf(1));
      await assertClaimed(store, 2, true);
      const sameNumber = newOperation(4, { phoneNumber: phoneNumberOf(1), accountId: 'AC2' });
      assert.equal((await store.beginOperation(sameNumber)).outcome, 'number_held');
    },
  },
  {
    name: 'completeRelease keeps the key of an operation that succeeded',
    async check({ store }) {
      await attachAndStartRelease(store, 1);
      await store.completeRelease(idOf(1));
      assert.equal((await store.findOperationByKey('key-1'))?.id, idOf(1));
    },
  },
  {
    name: 'completeRelease returns an active channel unchanged, and keeps its claim',
    async check({ store }) {
      const before = settled(await attach(store, 1));
      assert.deepEqual(settled(present(await store.completeRelease(idOf(1)))), before);
      assert.deepEqual(await recordOf(store, 1), before);
      await assertClaimed(store, 1, true);
    },
  },
  {
    name: 'completeRelease, repeated, returns the channel as it was released',
    async check({ store, advanceTime }) {
      await attachAndStartRelease(store, 1);
      await store.completeRelease(idOf(1));
      await advanceTime(LEASE_MS);
      const before = await recordOf(store, 1);
      assert.deepEqual(settled(present(await store.completeRelease(idOf(1)))), before);
    },
  },
  {
    name: 'completeRelease leaves alone who bought the number again since',
    async check({ store }) {
      await attachAndStartRelease(store, 1);
      await store.completeRelease(idOf(1));
      await attach(store, 2, { phoneNumber: phoneNumberOf(1) });
      await store.completeRelease(idOf(1));
      assert.equal((await recordOf(store, 2)).channel.status, 'active');
      await assertClaimed(store, 1, true);
    },
  },
  {
    name: 'deferRelease counts the attempt and notes the error, and the channel stays releasing',
    async check({ store }) {
      const before = await attachAndStartRelease(store, 1);
      for (const attempt of [1, 2]) {
        await store.deferRelease(idOf(1), { delayMs: 1_000, error: `refused ${attempt}` });
        const after = await recordOf(store, 1);
        assert.deepEqual(after, {
          ...settled(before),
          channel: { ...before.channel, updatedAt: after.channel.updatedAt },
          releaseAttempts: attempt,
          lastError: `refused ${attempt}`,
        });
      }
    },
  },
  {
    name: 'deferRelease changes only a releasing channel',
    async check({ store }) {
      await attach(store, 1);
      await attachAndStartRelease(store, 2);
      await store.completeRelease(idOf(2));
      for (const n of [1, 2]) {
        const before = await recordOf(store, n);
        await store.deferRelease(idOf(n), { delayMs: 1_000, error: 'refused' });
        assert.deepEqual(await recordOf(store, n), before);
      }
      await store.deferRelease(idOf(3), { delayMs: 1_000, error: 'refused' });
      assert.equal(await store.getChannel(idOf(3)), null);
    },
  },
];
