import { writeSync } from 'node:fs';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { clear, newChannel, newOperation } from '../stores/fixtures.js';

/** Makes each of the writes that must be durable, and says when it begins and when its promise has resolved. */
async function main(): Promise<void> {
  const store = createSqliteStore({ filename: process.argv[2] ?? '' });
  await store.migrate();
  const watched = async <Result>(name: string, write: () => Promise<Result>): Promise<Result> => {
    writeSync(1, `${name} begins\n`);
    const result = await write();
    writeSync(1, `${name} resolved\n`);
    return result;
  };
  for (const number of [1, 2]) {
    const begun = await watched('W1', () => store.beginOperation(newOperation(number)));
    if (begun.outcome !== 'begun') throw new Error('W1 wrote nothing.');
    if (number === 1) await watched('W2', () => store.attachChannel(newChannel(number), clear));
    else {
      const facts = { ...clear, error: 'for the test' };
      await watched('dispose', () => store.disposeNumber(begun.operation, newChannel(number), facts));
    }
  }
  await store.close();
}

void main();
