import assert from 'node:assert/strict';
import { StoreError } from '../../errors/store-error.js';
import type { ContractCase } from '../run-contract.js';
import {
  assertClaimed,
  assertNear,
  atOnce,
  attach,
  begin,
  count,
  dispose,
  idOf,
  LEASE_MS,
  newOperation,
  operationOf,
  phoneNumberOf,
  present,
  settled,
} from './fixtures.js';
import type { StoreSubject } from './store-subject.js';

/** What `beginOperation` promises. */
export const beginOperationCases: readonly ContractCase<StoreSubject>[] = [
  {
    name: 'beginOperation writes down what it was given, as purchasing with token 1, a lease from now and the time it settles',
    async check({ store }) {
      const operation = await begin(store, 1);
      const { leaseMs, settleMs, ...given } = newOperation(1);
      assert.deepEqual(settled(operation), {
        ...given,
        state: 'purchasing',
        token: 1,
        ambiguous: false,
        absentAt: null,
        attempts: 0,
        lastError: null,
        leaseExpiresAt: operation.leaseExpiresAt,
        settlesAt: operation.leaseExpiresAt + settleMs,
      });
      assertNear(operation.leaseExpiresAt - operation.readAt, leaseMs);
      assert.deepEqual(await operationOf(store, 1), settled(operation));
    },
  },
  {
    name: 'beginOperation keeps an absent key and an absent vendor date as null, for any number of operations',
    async check({ store }) {
      await begin(store, 1, { idempotencyKey: null, vendorDate: null });
      await begin(store, 2, { idempotencyKey: null, vendorDate: null });
      const operation = await operationOf(store, 2);
      assert.equal(operation.idempotencyKey, null);
      assert.equal(operation.vendorDate, null);
    },
  },
  {
    name: 'beginOperation answers key_held, and writes nothing, while another operation is purchasing under the key',
    async check({ store }) {
      await begin(store, 1);
      const second = await store.beginOperation(newOperation(2, { idempotencyKey: 'key-1' }));
      assert.deepEqual(second, { outcome: 'key_held' });
      assert.equal(await store.getOperation(idOf(2)), null);
      await assertClaimed(store, 2, false);
    },
  },
  {
    name: 'beginOperation answers key_held for the key of an operation that succeeded',
    async check({ store }) {
      await attach(store, 1);
      const second = await store.beginOperation(newOperation(2, { idempotencyKey: 'key-1' }));
      assert.deepEqual(second, { outcome: 'key_held' });
    },
  },
  {
    name: 'beginOperation answers key_held when key and number are both held',
    async check({ store }) {
      await begin(store, 1);
      const again = newOperation(2, { idempotencyKey: 'key-1', phoneNumber: phoneNumberOf(1) });
      assert.deepEqual(await store.beginOperation(again), { outcome: 'key_held' });
    },
  },
  {
    name: 'beginOperation frees the key of an operation whose number was disposed of',
    async check({ store }) {
      await dispose(store, 1);
      await begin(store, 2, { idempotencyKey: 'key-1' });
      assert.equal((await store.findOperationByKey('key-1'))?.id, idOf(2));
    },
  },
  {
    name: 'beginOperation answers number_held, and writes nothing, while another operation has claimed the number',
    async check({ store }) {
      await begin(store, 1);
      const second = await store.beginOperation(newOperation(2, { phoneNumber: phoneNumberOf(1) }));
      assert.deepEqual(second, { outcome: 'number_held' });
      assert.equal(await store.getOperation(idOf(2)), null);
      assert.equal(await store.findOperationByKey('key-2'), null);
    },
  },
  {
    name: 'beginOperation lets another provider and another account claim the same number',
    async check({ store }) {
      const phoneNumber = phoneNumberOf(1);
      await begin(store, 1);
      await begin(store, 2, { phoneNumber, accountId: 'AC2' });
      await begin(store, 3, { phoneNumber, provider: 'mock' });
    },
  },
  {
    name: 'beginOperation lets exactly one of many callers with one key begin',
    async check({ store }) {
      const answers = await atOnce(8, (n) =>
        store.beginOperation(newOperation(n, { idempotencyKey: 'key' })),
      );
      const outcomes = answers.map(({ outcome }) => outcome);
      assert.equal(count(outcomes, 'begun'), 1);
      assert.equal(count(outcomes, 'key_held'), 7);
      const winner = outcomes.indexOf('begun');
      assert.equal((await store.findOperationByKey('key'))?.id, idOf(winner));
      for (const n of outcomes.keys()) await assertClaimed(store, n, n === winner);
    },
  },
  {
    name: 'beginOperation lets exactly one of many callers with one number begin',
    async check({ store }) {
      const answers = await atOnce(8, (n) =>
        store.beginOperation(newOperation(n, { phoneNumber: phoneNumberOf(100) })),
      );
      const outcomes = answers.map(({ outcome }) => outcome);
      assert.equal(count(outcomes, 'begun'), 1);
      assert.equal(count(outcomes, 'number_held'), 7);
      const winner = outcomes.indexOf('begun');
      for (const n of outcomes.keys()) {
        assert.equal((await store.findOperationByKey(`key-${n}`)) === null, n !== winner);
      }
    },
  },
  {
    name: 'beginOperation, repeated by the same owner, answers begun again and changes nothing',
    async check({ store, advanceTime }) {
      const first = await begin(store, 1);
      await advanceTime(LEASE_MS / 2);
      const before = await operationOf(store, 1);
      const again = await begin(store, 1);
      assert.deepEqual(settled(again), before);
      assert.equal(again.token, first.token);
    },
  },
  {
    name: 'beginOperation, repeated by the same owner at the same time, answers begun to each',
    async check({ store }) {
      const answers = await atOnce(4, () => store.beginOperation(newOperation(1)));
      assert.deepEqual(
        answers.map(({ outcome }) => outcome),
        ['begun', 'begun', 'begun', 'begun'],
      );
    },
  },
  {
    name: 'beginOperation never gives an operation to another owner, nor to the one it was taken from',
    async check({ store, advanceTime }) {
      const { token } = await begin(store, 1);
      await assertNotBegun(store.beginOperation(newOperation(1, { leaseOwner: 'somebody else' })));
      await advanceTime(LEASE_MS + 1);
      await store.takeOverOperation({ id: idOf(1), token, leaseOwner: 'next', leaseMs: LEASE_MS });
      const before = await operationOf(store, 1);
      await assertNotBegun(store.beginOperation(newOperation(1)));
      assert.deepEqual(await operationOf(store, 1), before);
    },
  },
  {
    name: 'findOperationByKey finds the purchasing and the succeeded operation, and no failed one',
    async check({ store }) {
      assert.equal(await store.findOperationByKey('key-1'), null);
      const operation = await begin(store, 1);
      assert.deepEqual(settled(present(await store.findOperationByKey('key-1'))), settled(operation));
      await attach(store, 2);
      assert.equal((await store.findOperationByKey('key-2'))?.state, 'succeeded');
      await store.failOperation({ id: idOf(1), token: 1 }, 'refused');
      assert.equal(await store.findOperationByKey('key-1'), null);
    },
  },
];

/** A store may answer that something is held, or refuse the id. */
async function assertNotBegun(answer: Promise<{ readonly outcome: string }>): Promise<void> {
  const outcome = await answer.then(
    (begun) => begun.outcome,
    (error: unknown) => (StoreError.isInstance(error) ? error.code : String(error)),
  );
  assert.ok(['key_held', 'number_held', 'store_rejected'].includes(outcome), outcome);
}
