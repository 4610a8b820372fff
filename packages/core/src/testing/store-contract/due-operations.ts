import assert from 'node:assert/strict';
import type { Deferral } from '../../channel-store.js';
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
} from './fixtures.js';
import type { StoreSubject } from './store-subject.js';

/** A look that told nothing, and is to be had again at once. */
const atOnceAgain: Deferral = {
  ambiguous: false,
  absent: false,
  readAt: 0,
  delayMs: 0,
  error: 'no answer',
};

/** What `deferOperation` promises beside its guard, and `takeDueOperations`. */
export const dueOperationsCases: readonly ContractCase<StoreSubject>[] = [
  {
    name: 'deferOperation ends the lease at once, counts the look, and leaves the rest as it was',
    async check({ store }) {
      const operation = await begin(store, 1);
      assert.equal(await store.deferOperation(guardOf(operation), atOnceAgain), true);
      const after = present(await store.getOperation(idOf(1)));
      assertNear(after.leaseExpiresAt, after.readAt);
      assert.ok(after.leaseExpiresAt <= after.readAt);
      assert.deepEqual(settled(after), {
        ...settled(operation),
        leaseOwner: null,
        leaseExpiresAt: after.leaseExpiresAt,
        attempts: 1,
        lastError: 'no answer',
      });
    },
  },
  {
    name: 'deferOperation leaves the operation to anybody at once',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      await store.deferOperation(operation, atOnceAgain);
      const lease = { leaseOwner: 'next', leaseMs: LEASE_MS };
      assert.equal((await store.takeOverOperation({ ...operation, ...lease }))?.token, 2);
    },
  },
  {
    name: 'deferOperation notes when the number was first found absent, and keeps that time',
    async check({ store, advanceTime }) {
      const operation = guardOf(await begin(store, 1));
      await store.deferOperation(operation, atOnceAgain);
      assert.equal((await operationOf(store, 1)).absentAt, null);

      await store.deferOperation(operation, { ...atOnceAgain, absent: true });
      const first = present(await store.getOperation(idOf(1)));
      assertNear(first.absentAt, first.readAt);

      await advanceTime(LEASE_MS);
      const { absentAt } = await operationOf(store, 1);
      for (const absent of [true, false]) {
        await store.deferOperation(operation, { ...atOnceAgain, absent });
        assert.equal((await operationOf(store, 1)).absentAt, absentAt);
      }
      assert.equal((await operationOf(store, 1)).attempts, 4);
    },
  },
  {
    name: 'deferOperation adds a doubt and never clears one',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      const seen: boolean[] = [];
      for (const ambiguous of [false, true, false, true]) {
        await store.deferOperation(operation, { ...atOnceAgain, ambiguous });
        seen.push((await operationOf(store, 1)).ambiguous);
      }
      assert.deepEqual(seen, [false, true, true, true]);
    },
  },
  {
    name: 'takeDueOperations takes nothing while the lease runs',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      await advanceTime(LEASE_MS / 2);
      const before = await operationOf(store, 1);
      assert.deepEqual(await store.takeDueOperations(everything), []);
      assert.deepEqual(await operationOf(store, 1), before);
    },
  },
  {
    name: 'takeDueOperations takes an operation whose lease is over: token + 1, in doubt, a lease, settlesAt as it was',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      await advanceTime(LEASE_MS + 1);
      const before = await operationOf(store, 1);
      const taken = await store.takeDueOperations(everything);
      const [operation] = taken;
      assert.equal(taken.length, 1);
      assert.ok(operation);
      assert.deepEqual(settled(operation), {
        ...before,
        token: 2,
        ambiguous: true,
        leaseOwner: 'recovery',
        leaseExpiresAt: operation.leaseExpiresAt,
      });
      assertNear(operation.leaseExpiresAt - operation.readAt, LEASE_MS);
      assert.deepEqual(await operationOf(store, 1), settled(operation));
    },
  },
  {
    name: 'takeDueOperations finds a lease over at the very time it ends',
    async check({ store }) {
      await begin(store, 1, { leaseMs: 0 });
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
  {
    name: 'takeDueOperations waits for the next check that was set, and takes the operation then',
    async check({ store, advanceTime }) {
      const operation = guardOf(await begin(store, 1));
      await store.deferOperation(operation, { ...atOnceAgain, delayMs: LEASE_MS });
      await advanceTime(LEASE_MS / 2);
      assert.deepEqual(await store.takeDueOperations(everything), []);
      await advanceTime(LEASE_MS / 2);
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
  {
    name: 'takeDueOperations waits no longer than until settlesAt, while that lies ahead',
    async check({ store, advanceTime }) {
      const operation = await begin(store, 1);
      await store.setSettlesAt(guardOf(operation), Math.floor(operation.readAt) + LEASE_MS / 2);
      await store.deferOperation(guardOf(operation), { ...atOnceAgain, delayMs: LEASE_MS });
      assert.deepEqual(await store.takeDueOperations(everything), []);
      await advanceTime(LEASE_MS / 2);
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
  {
    name: 'takeDueOperations waits no longer at all when settlesAt has passed since the look began',
    async check({ store, advanceTime }) {
      const operation = await begin(store, 1);
      const { readAt } = operation;
      await store.setSettlesAt(guardOf(operation), Math.floor(readAt) + 1);
      await advanceTime(2);
      await store.deferOperation(guardOf(operation), { ...atOnceAgain, readAt, delayMs: LEASE_MS });
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
  {
    name: 'takeDueOperations waits as long as it was told to once settlesAt is over',
    async check({ store, advanceTime }) {
      const operation = await begin(store, 1);
      const { readAt } = operation;
      await store.setSettlesAt(guardOf(operation), Math.floor(readAt));
      await store.deferOperation(guardOf(operation), { ...atOnceAgain, readAt, delayMs: LEASE_MS });
      await advanceTime(LEASE_MS / 2);
      assert.deepEqual(await store.takeDueOperations(everything), []);
      await advanceTime(LEASE_MS / 2);
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
  {
    name: 'takeDueOperations waits beyond the settlesAt of the beginning once a later one was set',
    async check({ store, advanceTime }) {
      const { readAt, settlesAt, ...operation } = await begin(store, 1);
      await store.setSettlesAt(operation, settlesAt + 2 * LEASE_MS);
      const delayMs = LEASE_MS + SETTLE_MS + LEASE_MS;
      await store.deferOperation(operation, { ...atOnceAgain, readAt, delayMs });
      await advanceTime(delayMs - LEASE_MS / 2);
      assert.deepEqual(await store.takeDueOperations(everything), []);
      await advanceTime(LEASE_MS / 2);
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
  {
    name: 'takeDueOperations waits for the next check that was set last, be it later or sooner than the one before',
    async check({ store, advanceTime }) {
      const operation = guardOf(await begin(store, 1));
      for (const delayMs of [LEASE_MS / 4, LEASE_MS, LEASE_MS / 2]) {
        await store.deferOperation(operation, { ...atOnceAgain, delayMs });
      }
      await advanceTime(LEASE_MS / 4);
      assert.deepEqual(await store.takeDueOperations(everything), []);
      await advanceTime(LEASE_MS / 4);
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
  {
    name: 'deferOperation takes a part of a millisecond for a delay',
    async check({ store, advanceTime }) {
      const operation = guardOf(await begin(store, 1));
      assert.equal(await store.deferOperation(operation, { ...atOnceAgain, delayMs: 0.5 }), true);
      await advanceTime(1);
      assert.equal((await store.takeDueOperations(everything)).length, 1);
    },
  },
  {
    name: 'takeDueOperations keeps the time from which the number was absent',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      await store.deferOperation(operation, { ...atOnceAgain, absent: true });
      const { absentAt } = await operationOf(store, 1);
      const [taken] = await store.takeDueOperations(everything);
      assert.equal(taken?.absentAt, absentAt);
      assert.equal((await operationOf(store, 1)).absentAt, absentAt);
    },
  },
  {
    name: 'takeDueOperations takes nothing of another provider or another account',
    async check({ store, advanceTime }) {
      await begin(store, 1, { provider: 'mock' });
      await begin(store, 2, { accountId: 'AC2' });
      await begin(store, 3, { accountId: 'ac1' });
      await advanceTime(LEASE_MS + 1);
      assert.deepEqual(await store.takeDueOperations(everything), []);
      for (const n of [1, 2, 3]) assert.equal((await operationOf(store, n)).token, 1);
    },
  },
  {
    name: 'takeDueOperations takes nothing that has ended',
    async check({ store, advanceTime }) {
      await attach(store, 1);
      await store.failOperation(guardOf(await begin(store, 2)), 'refused');
      await advanceTime(LEASE_MS + 1);
      assert.deepEqual(await store.takeDueOperations(everything), []);
    },
  },
  {
    name: 'takeDueOperations takes at most as many as asked for, the longest due first',
    async check({ store, advanceTime }) {
      for (const n of [3, 1, 4, 2]) {
        await begin(store, n);
        await advanceTime(1_000);
      }
      await advanceTime(LEASE_MS);
      const ids: string[] = [];
      for (let round = 0; round < 3; round += 1) {
        const taken = await store.takeDueOperations({ ...everything, limit: 2 });
        assert.ok(taken.length <= 2);
        ids.push(...taken.map(({ id }) => id).sort());
      }
      assert.deepEqual(ids, [idOf(1), idOf(3), idOf(2), idOf(4)]);
    },
  },
  {
    name: 'takeDueOperations takes what it took before again once that lease is over, with the next token',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      await advanceTime(LEASE_MS + 1);
      await store.takeDueOperations(everything);
      assert.deepEqual(await store.takeDueOperations(everything), []);
      await advanceTime(LEASE_MS + 1);
      assert.deepEqual(
        (await store.takeDueOperations(everything)).map(({ token }) => token),
        [3],
      );
    },
  },
  {
    name: 'takeDueOperations gives no operation to two of many callers, and in the end each to one',
    async check({ store, advanceTime }) {
      await atOnce(12, (n) => begin(store, n));
      await advanceTime(LEASE_MS + 1);
      const answers = await atOnce(6, (index) =>
        store.takeDueOperations({ ...everything, leaseOwner: `recovery ${index}`, limit: 3 }),
      );
      const rest = await store.takeDueOperations(everything);
      const taken = [...answers.flat(), ...rest];
      assert.deepEqual(
        taken.map(({ id }) => id).sort(),
        Array.from({ length: 12 }, (_, n) => idOf(n)),
      );
      for (const { id, token, leaseOwner } of taken) {
        const operation = present(await store.getOperation(id));
        assert.equal(token, 2);
        assert.deepEqual({ token, leaseOwner }, { token: operation.token, leaseOwner: operation.leaseOwner });
      }
    },
  },
  {
    name: 'takeDueOperations and takeOverOperation at the same time give the operation to exactly one',
    async check({ store, advanceTime }) {
      for (let n = 1; n <= 8; n += 1) {
        await begin(store, n);
        await advanceTime(LEASE_MS + 1);
        const guard = { id: idOf(n), token: 1 };
        const [due, taken] = await Promise.all([
          store.takeDueOperations({ ...everything, leaseMs: 1_000 * LEASE_MS }),
          store.takeOverOperation({ ...guard, leaseOwner: 'caller', leaseMs: 1_000 * LEASE_MS }),
        ]);
        assert.equal(due.length + (taken === null ? 0 : 1), 1);
        assert.equal((await operationOf(store, n)).token, 2);
      }
    },
  },
];
