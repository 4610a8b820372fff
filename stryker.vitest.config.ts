import { defineConfig } from 'vitest/config';
import shared from './vitest.config.js';

/** The tests that a mutant is tried on: the fast ones, on SQLite alone. */
export default defineConfig({
  resolve: shared.resolve ?? {},
  test: {
    include: [
      'packages/{core,adapter-twilio}/src/**/*.test.ts',
      'packages/store-sqlite/src/guarded-writes.test.ts',
      'tests/contracts/store-contract.test.ts',
      'tests/stores/contract.test.ts',
      'tests/stores/keys-of-the-app.test.ts',
      'tests/protocol/*.test.ts',
      'tests/twilio/{owned-numbers,purchase-answers}.test.ts',
    ],
    testNamePattern: /^(?!.*(?:postgres|storeContract))/i,
    testTimeout: 10_000,
  },
});
