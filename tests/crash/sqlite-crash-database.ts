import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '@channelkit/store-sqlite';
import Database from 'better-sqlite3';
import { agingStatements, CHANNELS, type CrashDatabase, OPERATIONS, type Refusal } from './crash-database.js';
import type { ChannelFact, OperationFact } from './oracle.js';

/** Creates an SQLite file for processes to be killed on. */
export async function createSqliteCrashDatabase(): Promise<CrashDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'channelkit-crash-'));
  const filename = join(folder, 'channels.db');
  const store = createSqliteStore({ filename });
  await store.migrate();
  await store.close();
  const database = new Database(filename, { timeout: 10_000 });
  const run = (statements: readonly string[]) => {
    for (const statement of statements) database.exec(statement);
    return Promise.resolve();
  };
  await run(['create table app_keys (key text primary key)', "insert into app_keys values ('taken')"]);
  const refusals: Readonly<Record<Refusal, string>> = {
    check: "select raise(abort, 'refused, for the test')",
    'unique key': "insert into app_keys values ('taken')",
  };
  const accept = ['drop trigger if exists refuse'];
  return {
    kind: 'sqlite',
    place: { kind: 'sqlite', filename },
    facts: () =>
      Promise.resolve({
        channels: database.prepare<[], ChannelFact>(CHANNELS).all(),
        operations: database.prepare<[], OperationFact>(OPERATIONS).all(),
      }),
    letTimePass: (milliseconds) => run(agingStatements(milliseconds, secondsEarlier)),
    refuse: (channels, by = 'check') =>
      run([
        `create trigger refuse before insert on channels ${channels === 'active' ? "when new.status = 'active'" : ''}
           begin ${refusals[by]}; end`,
      ]),
    accept: () => run(accept),
    // The process holds itself there: nobody else can reach into its transaction. Its death undoes it.
    holdInside: () => Promise.resolve({ reached: (job) => job.at('inside'), end: () => Promise.resolve() }),
    clear: () => run([...accept, 'delete from operations', 'delete from channels']),
    close: () => {
      database.close();
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}

function secondsEarlier(seconds: number): string {
  return `strftime('%Y-%m-%d %H:%M:%f', created_at, '-${seconds} seconds')`;
}
