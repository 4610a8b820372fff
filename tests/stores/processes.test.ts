import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databases, type EmptyDatabase } from './databases.js';
import { begin, idOf } from './fixtures.js';
import { type BuiltScript, buildStoreProcess, runProcesses } from './start-processes.js';

const PROCESSES = 10;

describe.each(databases)('many processes on one database in $kind', ({ kind, create }) => {
  let script: BuiltScript;
  let database: EmptyDatabase;
  beforeAll(async () => {
    script = await buildStoreProcess();
  });
  afterAll(() => script.remove());
  beforeEach(async () => {
    database = await create();
  });
  afterEach(() => database.drop());

  it('migrate an empty database, ten at once', async () => {
    const answers = await runProcesses(script, PROCESSES, [kind, database.location, 'migrate']);
    expect(answers).toEqual(Array.from({ length: PROCESSES }, () => ({ result: 'migrated' })));
    expect(await database.query('select name from channelkit_migration')).toEqual([
      { name: '0001_create_tables' },
    ]);
    const operations = await database.query('select id from operations order by id');
    expect(operations.map(({ id }) => id)).toEqual(Array.from({ length: PROCESSES }, (_, n) => idOf(n)));
  });

  it('upgrade the document’s own table once, ten at once', async () => {
    await database.query(`create table channels (id text primary key, name text not null, phone_number text not null,
      country_code text not null, type text not null, status text default 'active', twilio_sid text,
      created_at timestamp default current_timestamp)`);
    await database.query(`insert into channels (id, name, phone_number, country_code, type, twilio_sid)
      values ('old', 'Old', '+15551234567', '+1', 'sms', 'PN1')`);
    const answers = await runProcesses(script, PROCESSES, [kind, database.location, 'migrate']);
    expect(answers).toEqual(Array.from({ length: PROCESSES }, () => ({ result: 'migrated' })));
    expect(await database.query('select id, provider from channels')).toEqual([
      { id: 'old', provider: 'twilio' },
    ]);
  });

  it('get each key, each attach and each due operation exactly once', async () => {
    const store = database.openStore();
    await store.migrate();
    for (let n = 500; n < 520; n += 1) await begin(store, n);
    for (let n = 600; n < 620; n += 1) await begin(store, n, { leaseMs: 0 });

    const answers = (await runProcesses(script, 4, [kind, database.location, 'contend'])) as {
      readonly result: Readonly<Record<'begun' | 'attached' | 'taken', string[]>>;
    }[];
    const all = (key: 'begun' | 'attached' | 'taken') => answers.flatMap(({ result }) => result[key]);

    expect(count(all('begun'))).toEqual({ begun: 20, key_held: 60 });
    expect(count(all('attached'))).toEqual({ attached: 20, already_decided: 60 });
    expect(all('taken').sort()).toEqual(Array.from({ length: 20 }, (_, n) => idOf(600 + n)));
    expect((await store.getOperation(idOf(600)))?.token).toBe(2);
  });
});

function count(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
