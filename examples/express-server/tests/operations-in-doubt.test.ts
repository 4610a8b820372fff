import { createMockProvider } from '@channelkit/adapter-mock';
import { createChannels } from '@channelkit/core';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { expect, it } from 'vitest';
import { createOperationsInDoubt } from '../server/operations-in-doubt.js';

it('counts a release that the provider refuses, until some process has ended it', async () => {
  const provider = createMockProvider();
  const store = createSqliteStore({ filename: ':memory:' });
  await store.migrate();
  const channels = createChannels({ provider, store });
  const { id } = await channels.provision({ country: 'USA' });
  provider.failNext('releaseNumber', 'provider_rejected');
  await channels.release(id);

  const doubts = createOperationsInDoubt(store);
  doubts.note(id);
  const pass = await channels.recover();
  expect(pass.ids).toMatchObject({ pending: [], refused: [], released: [] });
  await doubts.onRecoveryPass(pass);
  expect(doubts.count()).toBe(1);

  // As another process would: this one is told nothing.
  await store.completeRelease(id);
  await doubts.onRecoveryPass(await channels.recover());
  expect(doubts.count()).toBe(0);
  await store.close();
});
