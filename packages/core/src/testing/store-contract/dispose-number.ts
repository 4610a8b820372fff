import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import {
  assertClaimed,
  assertNear,
  atOnce,
  attach,
  begin,
  certain,
  count,
  dispose,
  freshRecord,
  guardOf,
  idOf,
  newChannel,
  newOperation,
  operationOf,
  recordOf,
  settled,
  takeOver,
} from './fixtures.js';
import type { StoreSubject } from './store-subject.js';

const inDoubt = { ...certain, ambiguous: true };

/** What `disposeNumber` and `failOperation` promise beside their guards. */
export const disposeNumberCases: readonly ContractCase<StoreSubject>[] = [
  {
    name: 'disposeNumber puts the number on record as being given back',
    async check({ store }) {
      const record = await dispose(store, 1);
      assert.deepEqual(settled(record), freshRecord(newChannel(1), 'releasing', record));
      assert.deepEqual(await recordOf(store, 1), settled(record));
    },
  },
  {
    name: 'disposeNumber ends the operation as failed with the error, and keeps the claim',
    async check({ store }) {
      await dispose(store, 1);
      const { state, lastError, ambiguous } = await operationOf(store, 1);
      assert.deepEqual(
        { state, lastError, ambiguous },
        { state: 'failed', lastError: certain.error, ambiguous: false },
      );
      await assertClaimed(store, 1, true);
    },
  },
  {
    name: 'disposeNumber lets the number go at once when nothing was in doubt',
    async check({ store }) {
      const { releaseAfter, readAt } = await dispose(store, 1);
      assertNear(releaseAfter, readAt);
      assert.ok((releaseAfter ?? Infinity) <= readAt);
    },
  },
  {
    name: 'disposeNumber holds the number until settlesAt when the caller is in doubt, and remembers the doubt',
    async check({ store }) {
      const operation = await begin(store, 1);
      const disposed = await store.disposeNumber(guardOf(operation), newChannel(1), inDoubt);
      assert.equal(disposed.outcome, 'disposed');
      assert.equal(disposed.record.releaseAfter, operation.settlesAt);
      assert.equal((await operationOf(store, 1)).ambiguous, true);
    },
  },
  {
    name: 'disposeNumber holds the number until settlesAt when the operation is in doubt, and leaves it so',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      const taken = await takeOver({ store, advanceTime }, 1);
      const disposed = await store.disposeNumber(guardOf(taken), newChannel(1), certain);
      assert.equal(disposed.outcome, 'disposed');
      assert.equal(disposed.record.releaseAfter, taken.settlesAt);
      assert.equal((await operationOf(store, 1)).ambiguous, true);
    },
  },
  {
    name: 'disposeNumber goes by settlesAt as it was last set',
    async check({ store }) {
      const operation = await begin(store, 1);
      const settlesAt = operation.settlesAt + 3_600_000;
      await store.setSettlesAt(guardOf(operation), settlesAt);
      const disposed = await store.disposeNumber(guardOf(operation), newChannel(1), inDoubt);
      assert.equal(disposed.outcome === 'disposed' && disposed.record.releaseAfter, settlesAt);
    },
  },
  {
    name: 'disposeNumber is lost, and leaves the operation purchasing, when the number id belongs to another row',
    async check({ store }) {
      const { providerNumberId } = (await attach(store, 1)).channel;
      const operation = guardOf(await begin(store, 2));
      const before = [await recordOf(store, 1), await operationOf(store, 2)];
      const taken = newChannel(2, { providerNumberId });
      assert.deepEqual(await store.disposeNumber(operation, taken, inDoubt), { outcome: 'lost' });
      assert.equal(await store.getChannel(idOf(2)), null);
      assert.deepEqual([await recordOf(store, 1), await operationOf(store, 2)], before);
      await assertClaimed(store, 2, true);
    },
  },
  {
    name: 'disposeNumber wins for exactly one of many callers',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      const answers = await atOnce(8, () => store.disposeNumber(operation, newChannel(1), certain));
      const outcomes = answers.map(({ outcome }) => outcome);
      assert.equal(count(outcomes, 'disposed'), 1);
    },
  },
  {
    name: 'attachChannel and disposeNumber at the same time never both win, and the row agrees with the winner',
    async check({ store }) {
      for (let n = 1; n <= 12; n += 1) {
        const operation = guardOf(await begin(store, n));
        const toAttach = () => store.attachChannel(newChannel(n), { ambiguous: false });
        const toDispose = () => store.disposeNumber(operation, newChannel(n), certain);
        const answers =
          n % 2 === 0
            ? await Promise.all([toAttach(), toDispose()])
            : await Promise.all([toDispose(), toAttach()]);
        const outcomes = answers.map(({ outcome }) => outcome).sort();
        const { status } = (await recordOf(store, n)).channel;
        const { state } = await operationOf(store, n);
        const expected =
          state === 'succeeded'
            ? { outcomes: ['attached', 'lost'], status: 'active' }
            : { outcomes: ['already_decided', 'disposed'], status: 'releasing' };
        assert.deepEqual({ outcomes, status }, expected);
      }
    },
  },
  {
    name: 'attachChannel and failOperation at the same time never both win',
    async check({ store }) {
      for (let n = 1; n <= 12; n += 1) {
        const operation = guardOf(await begin(store, n));
        const attaching = async () => {
          const answer = await store.attachChannel(newChannel(n), { ambiguous: false });
          return answer.outcome === 'attached';
        };
        const failing = () => store.failOperation(operation, 'given up');
        const held =
          n % 2 === 0
            ? await Promise.all([attaching(), failing()])
            : await Promise.all([failing(), attaching()]);
        assert.equal(count(held, true), 1);
        const attached = (await store.getChannel(idOf(n))) !== null;
        const { state } = await operationOf(store, n);
        assert.equal(state, attached ? 'succeeded' : 'failed');
        assert.equal(held[n % 2], attached);
      }
    },
  },
  {
    name: 'failOperation ends the operation as failed with the error, and makes no channel',
    async check({ store }) {
      const operation = await begin(store, 1);
      assert.equal(await store.failOperation(guardOf(operation), 'refused'), true);
      const { state, lastError, token } = await operationOf(store, 1);
      assert.deepEqual({ state, lastError, token }, { state: 'failed', lastError: 'refused', token: 1 });
      assert.equal(await store.getChannel(idOf(1)), null);
    },
  },
  {
    name: 'failOperation does not hold for an operation that failed with a number on record',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      await store.disposeNumber(operation, newChannel(1), certain);
      assert.equal(await store.failOperation(operation, 'refused'), false);
    },
  },
  {
    name: 'failOperation frees the claim',
    async check({ store }) {
      await store.failOperation(guardOf(await begin(store, 1)), 'refused');
      await assertClaimed(store, 1, false);
    },
  },
  {
    name: 'failOperation frees the key',
    async check({ store }) {
      await store.failOperation(guardOf(await begin(store, 1)), 'refused');
      const again = await store.beginOperation(newOperation(2, { idempotencyKey: 'key-1' }));
      assert.equal(again.outcome, 'begun');
      assert.equal((await store.findOperationByKey('key-1'))?.id, idOf(2));
    },
  },
  {
    name: 'failOperation, repeated with the token it failed with, holds again',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      const answers = await atOnce(4, () => store.failOperation(operation, 'refused'));
      assert.equal(count(answers, true), 4);
      const before = await operationOf(store, 1);
      assert.equal(await store.failOperation(operation, 'again'), true);
      assert.deepEqual(await operationOf(store, 1), before);
    },
  },
];
