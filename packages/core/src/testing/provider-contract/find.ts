import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import { anOffer, buyOne, listAll, offered, purchaseOf, referenceOf } from './fixtures.js';
import type { ProviderSubject } from './provider-subject.js';

/** What `findNumber` promises. */
export const findCases: readonly ContractCase<ProviderSubject>[] = [
  {
    name: 'a look-up of what the account does not own resolves to null',
    async check(subject) {
      const { provider, absentNumberId } = subject;
      assert.equal(await provider.findNumber({ phoneNumber: await anOffer(subject) }), null);
      assert.equal(await provider.findNumber({ providerNumberId: absentNumberId }), null);
    },
  },
  {
    name: 'a look-up by phone number takes it whole, never as a pattern',
    async check(subject) {
      const { phoneNumber } = await buyOne(subject);
      for (const part of [phoneNumber.slice(0, -1), phoneNumber.slice(0, 5), `+${phoneNumber.slice(2)}`]) {
        assert.equal(await subject.provider.findNumber({ phoneNumber: part }), null, part);
      }
    },
  },
  {
    name: 'a look-up finds the right one among several',
    async check(subject) {
      const numbers = (await offered(subject, 3)).slice(0, 3);
      for (const [index, { phoneNumber }] of numbers.entries()) {
        await subject.provider.purchaseNumber(purchaseOf(phoneNumber, index));
      }
      for (const [index, { phoneNumber }] of numbers.entries()) {
        const found = await subject.provider.findNumber({ phoneNumber });
        assert.deepEqual([found?.phoneNumber, found?.reference], [phoneNumber, referenceOf(index)]);
      }
    },
  },
  {
    name: 'a tag that is not exactly one of ours reads as no reference, in a look-up and in the list',
    async check(subject) {
      for (const tag of foreignTags(subject.namespace)) {
        const { phoneNumber, providerNumberId } = await subject.ownForeign(tag);
        const found = await subject.provider.findNumber({ phoneNumber });
        assert.equal(found?.providerNumberId, providerNumberId, 'it is owned all the same');
        assert.equal(found.reference, null, `the tag ${String(tag)}`);
      }
      for (const { reference } of await listAll(subject.provider)) assert.equal(reference, null);
    },
  },
];

function foreignTags(namespace: string): readonly (string | null)[] {
  const reference = referenceOf(9);
  return [
    null,
    '(415) 555-0123',
    reference,
    `${namespace}/`,
    `${namespace}-2/${reference}`,
    `my-${namespace}/${reference}`,
    `${namespace.toUpperCase()}/${reference}`,
    `${namespace}/${reference} (old)`,
  ];
}
