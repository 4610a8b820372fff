import type { ChannelStore } from '@channelkit/core';
import { createPostgresStore } from '@channelkit/store-postgres';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { begin, clear, everyDue, idOf, newChannel, newOperation } from './fixtures.js';
import type { ProcessJob } from './start-processes.js';

/** Runs in a process of its own: opens a store, waits for the word, does its job, and says what came of it. */
async function main(): Promise<void> {
  const [kind, location = '', job, number = '0'] = process.argv.slice(2);
  const store =
    kind === 'sqlite'
      ? createSqliteStore({ filename: location })
      : createPostgresStore({ connectionString: location });
  const go = new Promise((resolve) => process.once('message', resolve));
  process.send?.({ ready: true });
  await go;
  try {
    process.send?.({ result: await jobs[job as ProcessJob](store, Number(number)) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  } finally {
    await store.close();
    process.disconnect();
  }
}

const jobs: Readonly<Record<ProcessJob, (store: ChannelStore, number: number) => Promise<unknown>>> = {
  async migrate(store, number) {
    await store.migrate();
    await begin(store, number);
    return 'migrated';
  },
  /** Everybody wants the same keys, numbers and operations. */
  async contend(store, number) {
    const begun: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      const id = idOf(1_000 * (number + 1) + n);
      const answer = await store.beginOperation({ ...newOperation(n), id, leaseOwner: `process ${number}` });
      begun.push(answer.outcome);
    }
    const attached: string[] = [];
    for (let n = 500; n < 520; n += 1) {
      attached.push((await store.attachChannel(newChannel(n), clear)).outcome);
    }
    const taken: string[] = [];
    for (;;) {
      const operations = await store.takeDueOperations({
        ...everyDue,
        limit: 2,
        leaseOwner: `process ${number}`,
      });
      if (operations.length === 0) return { begun, attached, taken };
      taken.push(...operations.map(({ id }) => id));
    }
  },
};

void main();
