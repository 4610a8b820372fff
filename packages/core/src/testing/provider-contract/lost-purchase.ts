import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import { anOffer, assertFails, assertOwned, purchaseOf, referenceOf, within } from './fixtures.js';
import type { ProviderSubject } from './provider-subject.js';

const reference = referenceOf(1);

/** What `purchaseNumber` promises of a purchase that nobody answered, and of the one after it. */
export const lostPurchaseCases: readonly ContractCase<ProviderSubject>[] = [
  {
    name: 'a purchase whose answer is lost before it took effect is unknown, and is not sent again',
    async check(subject) {
      const phoneNumber = await anOffer(subject);
      await subject.loseAnswer('purchaseNumber', 'before-effect');
      await assertFails(subject.provider.purchaseNumber(purchaseOf(phoneNumber)), 'unknown');
      await assertOwned(subject.provider, [], phoneNumber);
    },
  },
  {
    name: 'a purchase whose answer is lost after it took effect is unknown, and its reference can be read',
    async check(subject) {
      const phoneNumber = await loseAfterEffect(subject);
      await assertOwned(subject.provider, [{ phoneNumber, reference }], phoneNumber);
    },
  },
  {
    name: 'a purchase that is aborted once it was sent is unknown',
    async check(subject) {
      const phoneNumber = await anOffer(subject);
      const held = await subject.holdAnswer('purchaseNumber');
      const controller = new AbortController();
      const purchase = subject.provider.purchaseNumber(purchaseOf(phoneNumber), {
        signal: controller.signal,
      });
      const failure = assertFails(purchase, 'unknown');
      await within(Promise.race([held.arrived, failure]));
      controller.abort();
      await failure;
    },
  },
  {
    name: 'buying a number that the account owns does what the trait says, and leaves one number',
    async check(subject) {
      const { provider } = subject;
      const phoneNumber = await loseAfterEffect(subject);
      const before = await provider.findNumber({ phoneNumber });
      const again = provider.purchaseNumber(purchaseOf(phoneNumber));
      if (provider.traits.repurchase === 'updates') {
        assert.deepEqual(await again, before);
      } else if (provider.traits.repurchase === 'refuses') {
        assert.equal((await assertFails(again, 'rejected')).code, 'number_unavailable');
      } else {
        await Promise.allSettled([again]);
      }
      await assertOwned(provider, [{ phoneNumber, reference }], phoneNumber);
    },
  },
];

async function loseAfterEffect(subject: ProviderSubject): Promise<string> {
  const phoneNumber = await anOffer(subject);
  await subject.loseAnswer('purchaseNumber', 'after-effect');
  await assertFails(subject.provider.purchaseNumber(purchaseOf(phoneNumber)), 'unknown');
  return phoneNumber;
}
