import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));

/** Tests run on the source, so that nothing has to be built first; `tests/packaging` runs on what is built. */
const alias = {
  '@channelkit/core/phone': source('core/src/phone/index.ts'),
  '@channelkit/core/testing': source('core/src/testing/index.ts'),
  '@channelkit/core': source('core/src/index.ts'),
  '@channelkit/adapter-mock': source('adapter-mock/src/index.ts'),
  '@channelkit/adapter-twilio': source('adapter-twilio/src/index.ts'),
  '@channelkit/store-kysely': source('store-kysely/src/index.ts'),
  '@channelkit/store-sqlite': source('store-sqlite/src/index.ts'),
  '@channelkit/store-postgres': source('store-postgres/src/index.ts'),
  '@channelkit/twilio-simulator': source('twilio-simulator/src/index.ts'),
};

export default defineConfig({
  resolve: { alias },
  test: {
    globalSetup: 'tests/postgres/global-setup.ts',
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'examples/*/tests/**/*.test.ts'],
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
