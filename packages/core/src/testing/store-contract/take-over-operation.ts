import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import {
  assertNear,
  atOnce,
  attach,
  begin,
  everything,
  guardOf,
  idOf,
  LEASE_MS,
  operationOf,
  present,
  settled,
  SETTLE_MS,
  takeOver,
} from './fixtures.js';
import type { StoreSubject } from './store-subject.js';

const lease = { leaseOwner: 'next owner', leaseMs: LEASE_MS };

/** What `takeOverOperation` and `setSettlesAt` promise beside their guards. */
export const takeOverOperationCases: readonly ContractCase<StoreSubject>[] = [
  {
    name: 'takeOverOperation takes a lease that is over: token + 1, in doubt, a new owner, and the rest as it was',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      await advanceTime(LEASE_MS + 1);
      const before = await operationOf(store, 1);
      const taken = present(await store.takeOverOperation({ id: idOf(1), token: 1, ...lease }));
      assert.deepEqual(settled(taken), {
        ...before,
        token: 2,
        ambiguous: true,
        leaseOwner: 'next owner',
        leaseExpiresAt: taken.leaseExpiresAt,
      });
      assert.deepEqual(await operationOf(store, 1), settled(taken));
    },
  },
  {
    name: 'takeOverOperation counts the new lease from now, and leaves settlesAt where it was',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      const taken = await takeOver({ store, advanceTime }, 1);
      assertNear(taken.leaseExpiresAt - taken.readAt, LEASE_MS);
      assertNear(taken.settlesAt - taken.readAt, SETTLE_MS);
    },
  },
  {
    name: 'takeOverOperation answers null, and changes nothing, while the lease runs',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      await advanceTime(LEASE_MS / 2);
      const before = await operationOf(store, 1);
      assert.equal(await store.takeOverOperation({ id: idOf(1), token: 1, ...lease }), null);
      assert.deepEqual(await operationOf(store, 1), before);
    },
  },
  {
    name: 'takeOverOperation finds a lease over at the very time it ends',
    async check({ store }) {
      await begin(store, 1, { leaseMs: 0 });
      assert.equal((await store.takeOverOperation({ id: idOf(1), token: 1, ...lease }))?.token, 2);
    },
  },
  {
    name: 'takeOverOperation answers null for any token but the newest, and changes nothing',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      await takeOver({ store, advanceTime }, 1);
      await advanceTime(LEASE_MS + 1);
      const before = await operationOf(store, 1);
      for (const token of [0, 1, 3]) {
        assert.equal(await store.takeOverOperation({ id: idOf(1), token, ...lease }), null);
      }
      assert.deepEqual(await operationOf(store, 1), before);
    },
  },
  {
    name: 'takeOverOperation, repeated by who took the operation, answers with it again',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      await advanceTime(LEASE_MS + 1);
      const takeOver = { id: idOf(1), token: 1, ...lease };
      const taken = settled(present(await store.takeOverOperation(takeOver)));
      assert.deepEqual(settled(present(await store.takeOverOperation(takeOver))), taken);
      assert.equal(await store.takeOverOperation({ ...takeOver, leaseOwner: 'somebody else' }), null);
      assert.deepEqual(await operationOf(store, 1), taken);
    },
  },
  {
    name: 'takeOverOperation answers null for an operation that has ended, or is not on record',
    async check({ store, advanceTime }) {
      await attach(store, 1);
      await store.failOperation(guardOf(await begin(store, 2)), 'refused');
      await advanceTime(LEASE_MS + 1);
      for (const id of [idOf(1), idOf(2), idOf(3)]) {
        assert.equal(await store.takeOverOperation({ id, token: 1, ...lease }), null);
      }
      assert.equal((await operationOf(store, 1)).state, 'succeeded');
      assert.equal((await operationOf(store, 2)).state, 'failed');
    },
  },
  {
    name: 'takeOverOperation leaves the operation to recovery from the end of the new lease on',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      await takeOver({ store, advanceTime }, 1);
      await advanceTime(LEASE_MS + 1);
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
  {
    name: 'takeOverOperation gives the operation to exactly one of many callers',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      await advanceTime(LEASE_MS + 1);
      const answers = await atOnce(8, (index) =>
        store.takeOverOperation({ id: idOf(1), token: 1, leaseOwner: `owner ${index}`, leaseMs: LEASE_MS }),
      );
      const winners = answers.filter((answer) => answer !== null);
      assert.equal(winners.length, 1);
      const operation = await operationOf(store, 1);
      assert.equal(operation.token, 2);
      assert.equal(operation.leaseOwner, winners[0]?.leaseOwner);
    },
  },
  {
    name: 'takeOverOperation forgets that the number was found absent: the new owner may buy it',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      await store.deferOperation(operation, {
        ambiguous: false,
        absent: true,
        readAt: 0,
        delayMs: 5,
        error: null,
      });
      assert.notEqual((await operationOf(store, 1)).absentAt, null);
      const taken = await store.takeOverOperation({ ...operation, ...lease });
      assert.equal(taken?.absentAt, null);
      assert.equal((await operationOf(store, 1)).absentAt, null);
    },
  },
  {
    name: 'setSettlesAt moves settlesAt, forth and back, and nothing else',
    async check({ store }) {
      const operation = await begin(store, 1);
      for (const by of [3_600_000, -3_600_000]) {
        const settlesAt = operation.settlesAt + by;
        assert.equal(await store.setSettlesAt(guardOf(operation), settlesAt), true);
        assert.deepEqual(await operationOf(store, 1), { ...settled(operation), settlesAt });
      }
    },
  },
  {
    name: 'setSettlesAt brings the next check forward to the new moment, when it would come later',
    async check({ store, advanceTime }) {
      const operation = await begin(store, 1);
      const later = { ambiguous: true, absent: false, readAt: 0, delayMs: LEASE_MS, error: null };
      await store.deferOperation(guardOf(operation), later);
      await store.setSettlesAt(guardOf(operation), Math.floor(operation.readAt) + LEASE_MS / 2);
      assert.deepEqual(await store.takeDueOperations(everything), []);
      await advanceTime(LEASE_MS / 2);
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
  {
    name: 'setSettlesAt never puts the next check off: the operation is due at the end of its lease',
    async check({ store, advanceTime }) {
      const operation = await begin(store, 1);
      await store.setSettlesAt(guardOf(operation), operation.settlesAt + SETTLE_MS);
      await advanceTime(LEASE_MS + 1);
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
];
