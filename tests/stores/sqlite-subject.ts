import { join } from 'node:path';
import type { StoreSubject } from '@channelkit/core/testing';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { createTemporaryFolder } from './temporary-folder.js';

/** A migrated store in an SQLite file of its own, on a clock that only the test moves. */
export async function createSqliteSubject(): Promise<StoreSubject & { readonly filename: string }> {
  const folder = createTemporaryFolder();
  const filename = join(folder.path, 'channels.db');
  let now = 1_700_000_000_000;
  const store = createSqliteStore({ filename, now: () => now });
  await store.migrate();
  return {
    store,
    filename,
    advanceTime: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
    async close() {
      await store.close();
      folder.remove();
    },
  };
}
