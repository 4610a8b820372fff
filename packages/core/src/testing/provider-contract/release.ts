import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import { assertFails, assertOwned, buyOne, offered, purchaseOf, referenceOf } from './fixtures.js';
import type { ProviderSubject } from './provider-subject.js';

/** What `releaseNumber` promises. */
export const releaseCases: readonly ContractCase<ProviderSubject>[] = [
  {
    name: 'a number that was released is gone, and no other is',
    async check(subject) {
      const { provider } = subject;
      const [one, other] = await offered(subject, 2);
      const gone = await provider.purchaseNumber(purchaseOf(one?.phoneNumber ?? '', 1));
      const kept = await provider.purchaseNumber(purchaseOf(other?.phoneNumber ?? '', 2));
      assert.equal(await provider.releaseNumber(gone.providerNumberId), 'released');
      assert.equal(await provider.findNumber({ providerNumberId: gone.providerNumberId }), null);
      await assertOwned(
        provider,
        [{ phoneNumber: kept.phoneNumber, reference: referenceOf(2) }],
        gone.phoneNumber,
      );
    },
  },
  {
    name: 'releasing a number again succeeds, and says that it is gone',
    async check(subject) {
      const { phoneNumber, providerNumberId } = await buyOne(subject);
      assert.equal(await subject.provider.releaseNumber(providerNumberId), 'released');
      assert.equal(await subject.provider.releaseNumber(providerNumberId), 'gone');
      await assertOwned(subject.provider, [], phoneNumber);
    },
  },
  {
    name: 'releasing a number that the account never had succeeds, and releases no other',
    async check(subject) {
      const { phoneNumber, reference } = await buyOne(subject);
      assert.equal(await subject.provider.releaseNumber(subject.absentNumberId), 'gone');
      await assertOwned(subject.provider, [{ phoneNumber, reference }], phoneNumber);
    },
  },
  {
    name: 'with the credentials of another account, a number that is not there is not taken for released',
    async check(subject) {
      const { phoneNumber, providerNumberId, reference } = await buyOne(subject);
      await assertFails(subject.strayed.releaseNumber(providerNumberId));
      await assertOwned(subject.provider, [{ phoneNumber, reference }], phoneNumber);
    },
  },
  {
    name: 'a release whose answer is lost before it took effect is unknown, and can be repeated',
    async check(subject) {
      const { phoneNumber, providerNumberId, reference } = await buyOne(subject);
      await subject.loseAnswer('releaseNumber', 'before-effect');
      await assertFails(subject.provider.releaseNumber(providerNumberId), 'unknown');
      await assertOwned(subject.provider, [{ phoneNumber, reference }], phoneNumber);
      assert.equal(await subject.provider.releaseNumber(providerNumberId), 'released');
      await assertOwned(subject.provider, [], phoneNumber);
    },
  },
  {
    name: 'a release whose answer is lost after it took effect is unknown, and repeated it succeeds',
    async check(subject) {
      const { phoneNumber, providerNumberId } = await buyOne(subject);
      await subject.loseAnswer('releaseNumber', 'after-effect');
      await assertFails(subject.provider.releaseNumber(providerNumberId), 'unknown');
      assert.equal(await subject.provider.releaseNumber(providerNumberId), 'gone');
      await assertOwned(subject.provider, [], phoneNumber);
    },
  },
  {
    name: 'a release whose signal has been aborted is not_sent, and the number is kept',
    async check(subject) {
      const { phoneNumber, providerNumberId, reference } = await buyOne(subject);
      const options = { signal: AbortSignal.abort() };
      await assertFails(subject.provider.releaseNumber(providerNumberId, options), 'not_sent');
      await assertOwned(subject.provider, [{ phoneNumber, reference }], phoneNumber);
    },
  },
];
