import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../postgres/create-test-database.js';
import { codeBlocks, readDocument } from './documents.js';
import { createProgramFolder, type ProgramFolder, repository } from './run-program.js';

const readme = readDocument('README.md');
const guide = readDocument('docs/writing-an-adapter.md');
const quickstart = readFileSync(path.join(repository, 'examples/quickstart/quickstart.js'), 'utf8');

let programs: ProgramFolder;
beforeEach(async () => {
  programs = await createProgramFolder();
  return () => programs.remove();
});

/** Twilio and PostgreSQL as a program finds them in its environment. */
async function openSurroundings() {
  const simulator = await startTwilioSimulator();
  const database = await createTestDatabase();
  return {
    simulator,
    databaseUrl: database.url,
    environment: {
      TWILIO_ACCOUNT_SID: simulator.accountSid,
      TWILIO_AUTH_TOKEN: simulator.authToken,
      TWILIO_BASE_URL: simulator.url,
      DATABASE_URL: database.url,
    },
    close: async () => {
      await simulator.close();
      await database.drop();
    },
  };
}

describe('the program of the README', () => {
  it('is examples/quickstart, of at most 15 lines', () => {
    expect(codeBlocks(readme, 'js')[0]).toBe(quickstart);
    expect(quickstart.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
  });

  it('runs, and keeps its channel', async () => {
    const file = path.join(repository, 'examples/quickstart/quickstart.js');
    expect(await programs.run([file])).toMatchObject({ code: 0, stderr: '', stdout: ACTIVE });
    expect(await programs.run([file])).toMatchObject({ code: 0, stderr: '', stdout: ACTIVE });
  });

  it('runs on Twilio and PostgreSQL with the two lines and their imports replaced', async () => {
    const { simulator, databaseUrl, environment, close } = await openSurroundings();
    try {
      const file = await programs.write(
        'swapped.mjs',
        swapped(quickstart, codeBlocks(readme, 'js')[1] ?? ''),
      );
      expect(await programs.run([file], environment)).toMatchObject({ code: 0, stderr: '', stdout: ACTIVE });

      const [owned] = simulator.owned();
      expect(simulator.owned()).toHaveLength(1);
      expect(await readChannels(databaseUrl)).toMatchObject([
        { phone_number: owned?.phoneNumber, twilio_sid: owned?.sid, status: 'active' },
      ]);
    } finally {
      await close();
    }
  });
});

describe('the program in the README of a package', () => {
  const packages = [
    'core',
    'adapter-mock',
    'adapter-twilio',
    'store-sqlite',
    'store-postgres',
    'twilio-simulator',
  ];
  const printed: Readonly<Record<string, RegExp>> = {
    core: /^\+44\d+ released\n$/,
    'adapter-mock': /^\+1415\d{7} 1\n$/,
    'adapter-twilio': /^(\+1415\d{7} .+\n){3}$/,
    'twilio-simulator': /^\d+ \+1\d{10}\n$/,
  };

  it.each(packages)('runs: %s', async (name) => {
    const { environment, close } = await openSurroundings();
    try {
      const [program = ''] = codeBlocks(readDocument(`packages/${name}/README.md`), 'js');
      const file = await programs.write('program.mjs', program);
      const expected = printed[name] ?? /^0 active channels\n$/;
      const { code, stdout, stderr } = await programs.run([file], environment);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(expected);
    } finally {
      await close();
    }
  });
});

describe('the guide to adapters', () => {
  const [provider = '', ...kits] = codeBlocks(guide, 'js');

  it.each(kits.map((kit) => [kit.split('\n')[0], kit]))(
    'has a contract kit that passes: %s',
    async (_, kit) => {
      const file = await programs.write('kit.test.mjs', kit);
      const { code, stdout } = await programs.run(['--test', '--test-reporter=tap', file]);
      expect(stdout).toMatch(/# pass [1-9]\d+\n# fail 0\n/);
      expect(code).toBe(0);
    },
  );

  it('has a provider that buys, finds and releases a number', async () => {
    await programs.write('acme-provider.mjs', provider);
    const file = await programs.write('program.mjs', ACME_PROGRAM);
    const result = await programs.run([file, (await startAcme()).url]);
    expect(result).toMatchObject({
      code: 0,
      stderr: '',
      stdout: 'active +14155550100 released number_unavailable\n',
    });
    expect(acme?.owned()).toEqual([]);
  });
});

const ACTIVE: unknown = expect.stringMatching(/^USA - \+1\d{10} is active, as channel [0-9a-f-]{36}\n$/);

/** Puts each line of the replacement in the place of the one that imports or makes the same thing. */
function swapped(program: string, replacement: string): string {
  const lines = replacement.split('\n');
  const pick = (text: string) => lines.find((line) => line.includes(text)) ?? '';
  return program
    .replace(/^import .*adapter-mock.*$/m, pick("from '@channelkit/adapter-"))
    .replace(/^import .*store-sqlite.*$/m, pick("from '@channelkit/store-"))
    .replace(/^const provider = .*$/m, pick('const provider = '))
    .replace(/^const store = .*$/m, pick('const store = '));
}

async function readChannels(connectionString: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<object>('select phone_number, twilio_sid, status from channels')).rows;
  } finally {
    await client.end();
  }
}

const ACME_PROGRAM = `
import { provisionChannel, releaseChannel } from '@channelkit/core';
import { createMemoryStore } from '@channelkit/core/testing';
import { createAcmeProvider } from './acme-provider.mjs';

const provider = createAcmeProvider({ baseUrl: process.argv[2], accountId: 'acme-1', apiKey: 'key' });
const store = createMemoryStore();
const request = { country: 'USA', type: 'sms' };
const { id, status, phoneNumber } = await provisionChannel({ provider, store, request });
const released = await releaseChannel({ provider, store, id });
await provider.releaseNumber(released.providerNumberId);
const error = await provisionChannel({ provider, store, request }).catch((error) => error);
console.log(status, phoneNumber, released.status, error.code);
`;

interface AcmeNumber {
  readonly id: string;
  readonly number: string;
}

let acme: { readonly url: string; owned(): readonly AcmeNumber[] } | undefined;
let acmeServer: Server | undefined;
afterEach(() => {
  acmeServer?.closeAllConnections();
  acmeServer?.close();
});

/** The invented vendor of the guide: one number, which it sells once. */
async function startAcme() {
  const number = '+14155550100';
  let owned: AcmeNumber[] = [];
  let sold = 0;
  const answer = (method: string, url: URL, body: object): [status: number, json: unknown] => {
    if (url.pathname === '/account') return [200, { id: 'acme-1' }];
    if (url.pathname === '/available')
      return [200, [{ number, city: null, sms: true, voice: true, mms: false }]];
    if (method === 'GET') return [200, owned];
    if (method === 'DELETE') {
      const isOwned = owned.some(({ id }) => url.pathname === `/numbers/${id}`);
      owned = [];
      return isOwned ? [204, null] : [404, { refusal: 'not_found' }];
    }
    if (sold > 0) return [422, { refusal: 'taken' }];
    sold += 1;
    const bought = { id: 'n-1', createdAt: new Date(), sms: true, voice: true, mms: false, number, ...body };
    owned = [bought];
    return [201, bought];
  };
  acmeServer = createServer((request, response) => {
    void request
      .setEncoding('utf8')
      .toArray()
      .then((chunks: string[]) => {
        const body = JSON.parse(chunks.join('') || '{}') as object;
        const [status, json] = answer(request.method ?? '', new URL(request.url ?? '', 'http://acme'), body);
        response.writeHead(status).end(json === null ? undefined : JSON.stringify(json));
      });
  });
  acmeServer.listen(0, '127.0.0.1');
  await once(acmeServer, 'listening');
  const address = acmeServer.address();
  if (address === null || typeof address === 'string') throw new Error('The vendor has no port.');
  acme = { url: `http://127.0.0.1:${address.port}`, owned: () => owned };
  return acme;
}
