import path from 'node:path';
import { createMockProvider } from '@channelkit/adapter-mock';
import { provisionChannel } from '@channelkit/core';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProgramFolder, type ProgramFolder, type Ran, repository } from './run-program.js';

const DEMO = path.join(repository, 'examples/quickstart/demo.js');
/** `expect.stringMatching` is typed as `any`. */
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const aBoolean: unknown = expect.any(Boolean);
const KEYS = [
  ...['id', 'name', 'phoneNumber', 'countryCode', 'isoCountry', 'type', 'status', 'capabilities', 'isMock'],
  ...['twilioSid', 'createdAt', 'message'],
];

let programs: ProgramFolder;
beforeEach(async () => {
  programs = await createProgramFolder();
  return () => programs.remove();
});

const runDemo = (args: readonly string[] = [], environment = {}) =>
  programs.run([DEMO, ...args], environment);

describe('npm run demo', () => {
  it('prints the channel as the JSON of the document, and its row', async () => {
    const ran = await runDemo();

    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const channel = printedChannel(ran);
    expect(Object.keys(channel)).toEqual(KEYS);
    expect(channel).toMatchObject({
      name: `USA - ${String(channel['phoneNumber'])}`,
      phoneNumber: matching(/^\+1\d{10}$/),
      countryCode: '+1',
      isoCountry: 'US',
      type: 'whatsapp',
      status: 'active',
      capabilities: { voice: aBoolean, sms: aBoolean, mms: aBoolean },
      isMock: true,
      twilioSid: null,
      createdAt: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      message: 'Phone number purchased and stored successfully',
    });
    expect(printedRows(ran)).toEqual([expect.stringContaining(String(channel['id']))]);
    expect(ran.stdout).not.toContain('earlier run');
  });

  it('adds a channel to the same file each time, the newest first', async () => {
    const first = printedChannel(await runDemo());
    const second = await runDemo();

    expect(printedRows(second)).toEqual([
      expect.stringContaining(String(printedChannel(second)['id'])),
      expect.stringContaining(String(first['id'])),
    ]);
  });

  it('passes a request', async () => {
    const ran = await runDemo([
      ...['--country', 'GB', '--type', 'sms', '--area-code', '20', '--name', 'Support'],
      ...[
        '--capability',
        'voice',
        '--metadata',
        'team=blue',
        '--idempotency-key',
        'k',
        '--database',
        'own.db',
      ],
    ]);

    expect(printedChannel(ran)).toMatchObject({
      name: 'Support',
      phoneNumber: matching(/^\+4420/),
      isoCountry: 'GB',
      type: 'sms',
      capabilities: { voice: true, sms: true },
    });
    const database = new Database(path.join(programs.folder, 'own.db'), { readonly: true });
    const row = database.prepare('select metadata from channels').get();
    database.close();
    expect(row).toEqual({ metadata: '{"team":"blue"}' });
  });

  it('gives the same channel for the same key and request', async () => {
    const first = printedChannel(await runDemo(['--idempotency-key', 'order-4711']));
    const again = await runDemo(['--idempotency-key', 'order-4711']);

    expect(printedChannel(again)).toEqual(first);
    expect(printedRows(again)).toHaveLength(1);
  });

  it('starts a simulator of Twilio when there is no account, and says so', async () => {
    const ran = await runDemo(['--twilio']);

    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^No Twilio account in the environment, so a simulator of Twilio at http:/);
    expect(printedChannel(ran)).toMatchObject({
      twilioSid: matching(/^PN[0-9a-f]{32}$/),
      isMock: true,
    });
  });

  it('uses the Twilio account of the environment, and says so', async () => {
    const simulator = await startTwilioSimulator();
    try {
      const ran = await runDemo(['--twilio'], {
        TWILIO_ACCOUNT_SID: simulator.accountSid,
        TWILIO_AUTH_TOKEN: simulator.authToken,
        TWILIO_BASE_URL: simulator.url,
      });

      expect(ran.stdout).toContain(
        `Account ${simulator.accountSid} of the environment, at ${simulator.url}.`,
      );
      expect(ran.stdout + ran.stderr).not.toContain(simulator.authToken);
      const [owned] = simulator.owned();
      expect(printedChannel(ran)).toMatchObject({ phoneNumber: owned?.phoneNumber, twilioSid: owned?.sid });
    } finally {
      await simulator.close();
    }
  });

  it('first puts right what an earlier run left behind', async () => {
    await leaveBehind(path.join(programs.folder, 'channels.db'));

    expect((await runDemo()).stdout).toContain(
      'An earlier run had left something unfinished; recovery: 1 failed.',
    );
    expect((await runDemo()).stdout).not.toContain('earlier run');
  });

  it('prints an error as code, sentence and what is owned, with exit code 1', async () => {
    const ran = await runDemo(['--country', 'Atlantis']);

    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^unknown_country: country: "Atlantis" is not a country/);
    expect(ran.stderr).toContain('Is a number being paid for? no: nothing is owned');
    expect(ran.stderr).not.toMatch(/^ +at /m);
  });

  it.each([
    [['--fro'], "Unknown option '--fro'."],
    [['--name'], 'argument missing'],
    [['channel'], "Unexpected argument 'channel'"],
    [['--metadata', 'blue'], '--metadata takes key=value, not blue.'],
  ])('answers %j with a sentence and exit code 2', async (args, sentence) => {
    const ran = await runDemo(args);

    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(sentence);
    expect(ran.stderr).not.toMatch(/^ +at /m);
  });

  it('lists its options', async () => {
    expect(await runDemo(['--help'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: matching(/--area-code/),
    });
  });
});

function printedChannel({ stdout }: Ran): Record<string, unknown> {
  const [json = 'null'] = /^\{$.*?^\}$/ms.exec(stdout) ?? [];
  return JSON.parse(json) as Record<string, unknown>;
}

/** What stands under the dashes, down to the count of rows, which must be right. */
function printedRows({ stdout }: Ran): string[] {
  const [, table = ''] = stdout.split(/^[- ]{80,}$/m);
  const lines = table.trim().split('\n');
  expect(lines.at(-1)).toBe(`(${lines.length - 1} ${lines.length === 2 ? 'row' : 'rows'})`);
  return lines.slice(0, -1);
}

/** Leaves an operation in doubt, and makes it as old as one that no purchase can come of any more. */
async function leaveBehind(filename: string): Promise<void> {
  const store = createSqliteStore({ filename });
  await store.migrate();
  const provider = createMockProvider();
  provider.failNext('purchaseNumber', 'before-effect');
  const blind = { ...provider, findNumber: () => Promise.reject(new Error('socket hang up')) };
  const policy = { deadlineMs: 50, attempts: 1 };
  await expect(
    provisionChannel({ provider: blind, store, request: { country: 'USA' }, policy }),
  ).rejects.toThrow();
  await store.close();

  const database = new Database(filename);
  database.exec(
    'update operations set lease_expires_at = 0, settles_at = 0, next_check_at = 0, absent_at = 0',
  );
  database.close();
}
