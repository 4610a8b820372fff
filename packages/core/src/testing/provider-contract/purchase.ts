import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import { anOffer, assertFails, assertOwned, buyOne, offered, purchaseOf, referenceOf } from './fixtures.js';
import type { ProviderSubject } from './provider-subject.js';

const reference = referenceOf(1);

/** What `purchaseNumber` promises of a purchase that is answered. */
export const purchaseCases: readonly ContractCase<ProviderSubject>[] = [
  {
    name: 'a purchase buys exactly the number that was asked for, under its reference',
    async check(subject) {
      const { provider } = subject;
      const phoneNumber = (await offered(subject, 2)).at(-1)?.phoneNumber ?? '';
      assert.equal(await provider.findNumber({ phoneNumber }), null, 'it is not owned before');

      const bought = await provider.purchaseNumber(purchaseOf(phoneNumber));
      assert.equal(bought.phoneNumber, phoneNumber);
      assert.equal(bought.reference, reference);
      assert.notEqual(bought.providerNumberId, '');
      for (const carries of Object.values(bought.capabilities)) assert.equal(typeof carries, 'boolean');
      await assertOwned(provider, [{ phoneNumber, reference }], phoneNumber);
    },
  },
  {
    name: 'a purchase answers what a look-up finds',
    async check(subject) {
      const bought = await buyOne(subject);
      const { phoneNumber, providerNumberId } = bought;
      assert.deepEqual(await subject.provider.findNumber({ phoneNumber }), bought);
      assert.deepEqual(await subject.provider.findNumber({ providerNumberId }), bought);
    },
  },
  {
    name: 'two purchases keep their own numbers, ids and references',
    async check(subject) {
      const [one, other] = await offered(subject, 2);
      const first = await subject.provider.purchaseNumber(purchaseOf(one?.phoneNumber ?? '', 1));
      const second = await subject.provider.purchaseNumber(purchaseOf(other?.phoneNumber ?? '', 2));
      assert.notEqual(first.providerNumberId, second.providerNumberId);
      for (const { phoneNumber, reference: written } of [first, second]) {
        assert.equal((await subject.provider.findNumber({ phoneNumber }))?.reference, written);
      }
    },
  },
  {
    name: 'a number that is bought again after its release cannot be had, or is owned under another id',
    async check(subject) {
      const { provider } = subject;
      const { phoneNumber, providerNumberId } = await buyOne(subject);
      await provider.releaseNumber(providerNumberId);
      const again = provider.purchaseNumber(purchaseOf(phoneNumber, 2));
      const [{ status }] = await Promise.allSettled([again]);
      if (status === 'fulfilled') assert.notEqual((await again).providerNumberId, providerNumberId);
      else assert.equal((await assertFails(again, 'rejected')).code, 'number_unavailable');
      assert.equal(await provider.findNumber({ providerNumberId }), null, 'the old id finds nothing');
    },
  },
  {
    name: 'a number is never older, by the clock of the vendor, than the search that found it',
    async check(subject) {
      const { vendorDate } = await subject.provider.searchNumbers(subject.query);
      const { createdAt } = await buyOne(subject);
      if (vendorDate === null || createdAt === null) return;
      assert.ok(createdAt.getTime() >= vendorDate.getTime());
    },
  },
  {
    name: 'a purchase of a number that is gone is rejected as number_unavailable, and buys no other',
    async check(subject) {
      const phoneNumber = await anOffer(subject);
      await subject.takeNumber(phoneNumber);
      const error = await assertFails(subject.provider.purchaseNumber(purchaseOf(phoneNumber)), 'rejected');
      assert.equal(error.code, 'number_unavailable');
      await assertOwned(subject.provider, [], phoneNumber);
    },
  },
  {
    name: 'a purchase that was throttled bought nothing, and can be sent again',
    async check(subject) {
      const phoneNumber = await anOffer(subject);
      await subject.throttle('purchaseNumber');
      const error = await assertFails(subject.provider.purchaseNumber(purchaseOf(phoneNumber)), 'throttled');
      assert.equal(error.code, 'rate_limited');
      await assertOwned(subject.provider, [], phoneNumber);

      await subject.provider.purchaseNumber(purchaseOf(phoneNumber));
      await assertOwned(subject.provider, [{ phoneNumber, reference }], phoneNumber);
    },
  },
  {
    name: 'a purchase asks once whether it may be sent',
    async check(subject) {
      let asked = 0;
      await buyOne(subject, { maySend: () => (asked += 1) > 0 });
      assert.equal(asked, 1);
    },
  },
  {
    name: 'a purchase that may not be sent is not_sent, and bought nothing',
    async check(subject) {
      const phoneNumber = await anOffer(subject);
      let asked = 0;
      const maySend = () => (asked += 1) < 1;
      await assertFails(subject.provider.purchaseNumber(purchaseOf(phoneNumber), { maySend }), 'not_sent');
      assert.equal(asked, 1);
      await assertOwned(subject.provider, [], phoneNumber);
    },
  },
  {
    name: 'a purchase whose signal has been aborted is not_sent, and bought nothing',
    async check(subject) {
      const phoneNumber = await anOffer(subject);
      const options = { signal: AbortSignal.abort() };
      await assertFails(subject.provider.purchaseNumber(purchaseOf(phoneNumber), options), 'not_sent');
      await assertOwned(subject.provider, [], phoneNumber);
    },
  },
];
