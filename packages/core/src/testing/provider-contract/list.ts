import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import { buyOne, listAll } from './fixtures.js';
import type { ProviderSubject } from './provider-subject.js';

/** What `listNumbers` promises. */
export const listCases: readonly ContractCase<ProviderSubject>[] = [
  {
    name: 'the list of an account that owns nothing is empty',
    async check({ provider }) {
      assert.deepEqual(await listAll(provider), []);
    },
  },
  {
    name: 'the list yields everything the account owns, on many pages, each number once, ours and the others',
    async check(subject) {
      const ours = await buyOne(subject);
      const ids = [ours.providerNumberId];
      for (let index = 0; index < 2 * subject.listPageSize; index += 1) {
        ids.push((await subject.ownForeign(null)).providerNumberId);
      }
      const listed = await listAll(subject.provider);
      assert.deepEqual(listed.map(({ providerNumberId }) => providerNumberId).sort(), ids.sort());
      const found = listed.find(({ providerNumberId }) => providerNumberId === ours.providerNumberId);
      assert.deepEqual(found, ours);
    },
  },
];
