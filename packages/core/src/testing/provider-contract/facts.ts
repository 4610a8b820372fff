import assert from 'node:assert/strict';
import type { ContractCase } from '../run-contract.js';
import type { ProviderSubject } from './provider-subject.js';

/** What the fields of a provider promise. */
export const factsCases: readonly ContractCase<ProviderSubject>[] = [
  {
    name: 'the provider says which version of the interface it speaks, who it is, and for which account',
    async check({ provider, query }) {
      const { name, accountId } = provider;
      assert.equal(provider.specVersion, 'v1');
      assert.match(
        provider.name,
        /^[a-z][a-z0-9-]*$/,
        'the name is lower case: it is stored with each number',
      );
      assert.ok(provider.accountId.length > 0);
      assert.equal(typeof provider.isMock, 'boolean');
      await provider.searchNumbers(query);
      assert.deepEqual([provider.name, provider.accountId], [name, accountId], 'and stays so');
    },
  },
  {
    name: 'the traits are facts of the right shape',
    async check({ provider, query }) {
      const traits = { ...provider.traits };
      assert.equal(traits.tagAtPurchase, true, 'a number that is bought without a tag cannot be told apart');
      assert.equal(typeof traits.asyncOrders, 'boolean');
      assert.equal(typeof (traits.showsAtOnce ?? false), 'boolean');
      assert.ok(['updates', 'refuses', 'unknown'].includes(traits.repurchase));
      assert.ok(Number.isFinite(traits.settleFloorMs) && traits.settleFloorMs >= 0);
      assert.ok(Number.isFinite(traits.minHoldMs) && traits.minHoldMs >= 0);
      assert.ok(Number.isInteger(traits.searchPageSize) && traits.searchPageSize >= 1);
      await provider.searchNumbers(query);
      assert.deepEqual({ ...provider.traits }, traits, 'and they stay so');
    },
  },
];
