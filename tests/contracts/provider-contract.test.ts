import { describe, expect, it } from 'vitest';
import { providerContract, runContract } from '@channelkit/core/testing';
import { brokenLookUps } from './broken-look-ups.js';
import { brokenPurchases } from './broken-purchases.js';
import { brokenSearches } from './broken-searches.js';
import { createMockSubject } from './mock-subject.js';

describe('createMockProvider', () => {
  runContract({ test: it, cases: providerContract, create: () => createMockSubject() });
});

describe('createMockProvider that refuses to sell a number twice', () => {
  runContract({
    test: it,
    cases: providerContract,
    create: () => createMockSubject(() => ({}), { repurchase: 'refuses' }),
  });
});

describe('providerContract', () => {
  it('names every case differently', () => {
    const names = providerContract.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([...brokenSearches, ...brokenPurchases, ...brokenLookUps])(
    'rejects a provider that $breaks',
    async ({ caughtBy, change }) => {
      const contractCase = providerContract.find(({ name }) => name === caughtBy);
      expect(contractCase, 'is a case of the kit').toBeDefined();
      await expect(contractCase?.check(createMockSubject(change))).rejects.toThrow();
    },
  );
});
