import assert from 'node:assert/strict';
import { StoreError } from '../../errors/store-error.js';
import type { ContractCase } from '../run-contract.js';
import {
  assertNear,
  atOnce,
  attach,
  attachAndStartRelease,
  everything,
  freshRecord,
  idOf,
  LEASE_MS,
  newChannel,
  present,
  recordOf,
  settled,
} from './fixtures.js';
import type { StoreSubject } from './store-subject.js';

/** What `takeDueReleases`, `recordReleasing` and `assignAccount` promise. */
export const dueReleasesCases: readonly ContractCase<StoreSubject>[] = [
  {
    name: 'takeDueReleases takes a releasing channel as it stands, and no other',
    async check({ store }) {
      await attachAndStartRelease(store, 1);
      await attach(store, 2);
      await attachAndStartRelease(store, 3);
      await store.completeRelease(idOf(3));
      const taken = await store.takeDueReleases(everything);
      assert.deepEqual(taken.map(settled), [await recordOf(store, 1)]);
      assert.equal(taken[0]?.channel.status, 'releasing');
    },
  },
  {
    name: 'takeDueReleases takes a channel not again for the length of the lease, and then again',
    async check({ store, advanceTime }) {
      await attachAndStartRelease(store, 1);
      assert.equal((await store.takeDueReleases(everything)).length, 1);
      assert.equal((await store.takeDueReleases(everything)).length, 0);
      await advanceTime(LEASE_MS / 2);
      assert.equal((await store.takeDueReleases(everything)).length, 0);
      await advanceTime(LEASE_MS / 2);
      assert.equal((await store.takeDueReleases(everything)).length, 1);
    },
  },
  {
    name: 'takeDueReleases takes nothing before its releaseAfter',
    async check({ store, advanceTime }) {
      const { readAt } = await attach(store, 1);
      const releaseAfter = Math.floor(readAt) + LEASE_MS;
      await store.recordReleasing(newChannel(2), releaseAfter);
      await advanceTime(LEASE_MS / 2);
      assert.deepEqual(await store.takeDueReleases(everything), []);
      await advanceTime(LEASE_MS / 2);
      assert.equal((await store.takeDueReleases(everything)).length, 1);
    },
  },
  {
    name: 'takeDueReleases takes a channel that was put off once the delay is over',
    async check({ store, advanceTime }) {
      await attachAndStartRelease(store, 1);
      await store.deferRelease(idOf(1), { delayMs: LEASE_MS, error: 'refused' });
      await advanceTime(LEASE_MS / 2);
      assert.deepEqual(await store.takeDueReleases(everything), []);
      await advanceTime(LEASE_MS / 2);
      const [taken] = await store.takeDueReleases(everything);
      assert.equal(taken?.releaseAttempts, 1);
    },
  },
  {
    name: 'takeDueReleases takes a channel that was put off although it was taken for longer',
    async check({ store }) {
      await attachAndStartRelease(store, 1);
      await store.takeDueReleases(everything);
      await store.deferRelease(idOf(1), { delayMs: 0, error: 'refused' });
      assert.equal((await store.takeDueReleases(everything)).length, 1);
    },
  },
  {
    name: 'deferRelease takes a part of a millisecond for a delay',
    async check({ store, advanceTime }) {
      await attachAndStartRelease(store, 1);
      await store.deferRelease(idOf(1), { delayMs: 0.5, error: 'refused' });
      await advanceTime(1);
      assert.equal((await store.takeDueReleases(everything)).length, 1);
    },
  },
  {
    name: 'takeDueReleases takes nothing of another provider or another account',
    async check({ store }) {
      await attachAndStartRelease(store, 1, { provider: 'mock' });
      await attachAndStartRelease(store, 2, { accountId: 'AC2' });
      assert.deepEqual(await store.takeDueReleases(everything), []);
      assert.equal((await store.takeDueReleases({ ...everything, accountId: 'AC2' })).length, 1);
      assert.equal((await store.takeDueReleases({ ...everything, provider: 'mock' })).length, 1);
    },
  },
  {
    name: 'takeDueReleases takes at most as many as asked for',
    async check({ store }) {
      for (const n of [1, 2, 3]) await attachAndStartRelease(store, n);
      const sizes: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        sizes.push((await store.takeDueReleases({ ...everything, limit: 2 })).length);
      }
      assert.deepEqual(sizes, [2, 1, 0]);
    },
  },
  {
    name: 'takeDueReleases gives no channel to two of many callers, and in the end each to one',
    async check({ store }) {
      for (let n = 0; n < 10; n += 1) await attachAndStartRelease(store, n);
      const answers = await atOnce(5, () => store.takeDueReleases({ ...everything, limit: 3 }));
      const rest = await store.takeDueReleases(everything);
      const ids = [...answers.flat(), ...rest].map(({ channel }) => channel.id);
      assert.deepEqual(
        ids.sort(),
        Array.from({ length: 10 }, (_, n) => idOf(n)),
      );
    },
  },
  {
    name: 'recordReleasing inserts a row in releasing, with the time it was given',
    async check({ store }) {
      const record = present(await store.recordReleasing(newChannel(1), 1_900_000_000_000));
      assert.deepEqual(settled(record), freshRecord(newChannel(1), 'releasing', record));
      assert.equal(record.releaseAfter, 1_900_000_000_000);
      assert.equal(record.lastError, null);
      assert.deepEqual(await recordOf(store, 1), settled(record));
    },
  },
  {
    name: 'recordReleasing answers null, and changes nothing, when the number id has a row',
    async check({ store }) {
      const before = settled(await attach(store, 1));
      const { providerNumberId } = before.channel;
      assert.equal(await store.recordReleasing(newChannel(2, { providerNumberId }), 5), null);
      assert.equal(await store.getChannel(idOf(2)), null);
      assert.deepEqual(await recordOf(store, 1), before);
    },
  },
  {
    name: 'recordReleasing, repeated, answers with its row again',
    async check({ store }) {
      const before = settled(present(await store.recordReleasing(newChannel(1), 5)));
      assert.deepEqual(settled(present(await store.recordReleasing(newChannel(1), 6))), before);
    },
  },
  {
    name: 'recordReleasing inserts for exactly one of many callers',
    async check({ store }) {
      const { providerNumberId } = newChannel(0);
      const answers = await atOnce(6, (n) => store.recordReleasing(newChannel(n, { providerNumberId }), 5));
      assert.equal(answers.filter((answer) => answer !== null).length, 1);
    },
  },
  {
    name: 'recordReleasing refuses the id of another row with a StoreError, and changes nothing',
    async check({ store }) {
      const before = settled(await attach(store, 1));
      const answer = store.recordReleasing(newChannel(2, { id: idOf(1) }), 5);
      await assert.rejects(
        answer,
        (error) => StoreError.isInstance(error) && error.code === 'store_rejected',
      );
      assert.deepEqual(await recordOf(store, 1), before);
    },
  },
  {
    name: 'recordReleasing makes a row whose release can be started again without effect, and completed',
    async check({ store }) {
      const before = settled(present(await store.recordReleasing(newChannel(1), 5)));
      assert.deepEqual(settled(present(await store.startRelease(idOf(1)))), before);
      const released = present(await store.completeRelease(idOf(1)));
      assert.equal(released.channel.status, 'released');
      assertNear(present(released.channel.releasedAt).getTime(), released.readAt);
    },
  },
  {
    name: 'assignAccount answers false, and changes nothing, for a row that has an account, and for none',
    async check({ store }) {
      const before = settled(await attach(store, 1));
      assert.equal(await store.assignAccount(idOf(1), 'AC2'), false);
      assert.deepEqual(await recordOf(store, 1), before);
      assert.equal(await store.assignAccount(idOf(2), 'AC2'), false);
    },
  },
];
