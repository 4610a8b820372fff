import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import {
  assertClaimed,
  atOnce,
  begin,
  count,
  guardOf,
  idOf,
  newChannel,
  newOperation,
  operationOf,
  phoneNumberOf,
  takeOver,
} from './fixtures.js';
import type { StoreSubject } from './store-subject.js';

const other = { phoneNumber: phoneNumberOf(2), vendorDate: 1_800_000_000_000 };
const second = { ...other, from: phoneNumberOf(1) };

/** What `switchCandidate` promises beside its guard. */
export const switchCandidateCases: readonly ContractCase<StoreSubject>[] = [
  {
    name: 'switchCandidate moves the operation and its claim to the other number, and nothing else',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      const before = await operationOf(store, 1);
      assert.equal(await store.switchCandidate(operation, second), 'switched');
      assert.deepEqual(await operationOf(store, 1), { ...before, ...other });
      await assertClaimed(store, 2, true);
      await assertClaimed(store, 1, false);
    },
  },
  {
    name: 'switchCandidate keeps an absent vendor date as null',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      await store.switchCandidate(operation, { ...second, vendorDate: null });
      assert.equal((await operationOf(store, 1)).vendorDate, null);
    },
  },
  {
    name: 'switchCandidate may be repeated',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      assert.equal(await store.switchCandidate(operation, second), 'switched');
      assert.equal(await store.switchCandidate(operation, second), 'switched');
      await assertClaimed(store, 2, true);
    },
  },
  {
    name: 'switchCandidate that arrives late is lost, and does not undo the one after it',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      assert.equal(await store.switchCandidate(operation, second), 'switched');
      const third = { from: phoneNumberOf(2), phoneNumber: phoneNumberOf(3), vendorDate: null };
      assert.equal(await store.switchCandidate(operation, third), 'switched');
      const before = await operationOf(store, 1);
      assert.equal(await store.switchCandidate(operation, second), 'lost');
      assert.deepEqual(await operationOf(store, 1), before);
      await assertClaimed(store, 3, true);
      await assertClaimed(store, 2, false);
    },
  },
  {
    name: 'switchCandidate is lost, and changes nothing, on an operation that was put off in doubt',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      const deferral = { ambiguous: true, absent: false, readAt: 0, delayMs: 5, error: null };
      await store.deferOperation(operation, deferral);
      const before = await operationOf(store, 1);
      assert.equal(await store.switchCandidate(operation, second), 'lost');
      assert.deepEqual(await operationOf(store, 1), before);
      await assertClaimed(store, 1, true);
      await assertClaimed(store, 2, false);
    },
  },
  {
    name: 'switchCandidate is lost, and changes nothing, for whoever took the operation over',
    async check({ store, advanceTime }) {
      await begin(store, 1);
      const taken = await takeOver({ store, advanceTime }, 1);
      const before = await operationOf(store, 1);
      assert.equal(await store.switchCandidate(guardOf(taken), second), 'lost');
      assert.deepEqual(await operationOf(store, 1), before);
      await assertClaimed(store, 2, false);
    },
  },
  {
    name: 'switchCandidate answers number_held, and changes nothing, when another operation has claimed the number',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      await begin(store, 2);
      const before = await operationOf(store, 1);
      assert.equal(await store.switchCandidate(operation, second), 'number_held');
      assert.deepEqual(await operationOf(store, 1), before);
      await assertClaimed(store, 1, true);
    },
  },
  {
    name: 'switchCandidate may take a number that is claimed at another account or provider',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      await begin(store, 2, { accountId: 'AC2' });
      await begin(store, 3, { phoneNumber: phoneNumberOf(2), provider: 'mock' });
      assert.equal(await store.switchCandidate(operation, second), 'switched');
    },
  },
  {
    name: 'switchCandidate gives one number to exactly one of many operations',
    async check({ store }) {
      const operations = await atOnce(6, (index) => begin(store, 10 + index));
      const outcomes = await atOnce(6, async (index) => {
        const operation = operations[index];
        return operation
          ? store.switchCandidate(guardOf(operation), { ...other, from: operation.phoneNumber })
          : 'lost';
      });
      assert.equal(count(outcomes, 'switched'), 1);
      assert.equal(count(outcomes, 'number_held'), 5);
      for (const [index, outcome] of outcomes.entries()) {
        await assertClaimed(store, 10 + index, outcome !== 'switched');
      }
    },
  },
  {
    name: 'switchCandidate and beginOperation give one number to exactly one of the two',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      const [switched, begun] = await Promise.all([
        store.switchCandidate(operation, second),
        store.beginOperation(newOperation(2)),
      ]);
      assert.notEqual(switched, 'lost');
      assert.equal((switched === 'switched') !== (begun.outcome === 'begun'), true);
    },
  },
  {
    name: 'switchCandidate leaves nothing to attach to the number before',
    async check({ store }) {
      const operation = guardOf(await begin(store, 1));
      await store.switchCandidate(operation, second);
      const facts = { ambiguous: false };
      assert.deepEqual(await store.attachChannel(newChannel(1), facts), { outcome: 'lost' });
      const bought = newChannel(2, { id: idOf(1) });
      assert.equal((await store.attachChannel(bought, facts)).outcome, 'attached');
    },
  },
];
