import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { createMockProvider } from '@channelkit/adapter-mock';
import { createTwilioProvider } from '@channelkit/adapter-twilio';
import { type ChannelPage, StoreError } from '@channelkit/core';
import { startTwilioSimulator, type TwilioSimulator } from '@channelkit/twilio-simulator';
import autocannon from 'autocannon';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { patiently } from './patience.js';
import { chooseProvider } from '../server/choose-provider.js';
import { readSettings, SettingsError } from '../server/read-settings.js';
import { generateRequestSchema } from '../server/schemas/request-schemas.js';
import { createTemporaryFolder } from './temporary-folder.js';
import { sendUnderName, startTestServer, type TestServer, type TestServerOptions } from './test-server.js';

const GENERATE = '/api/channels/generate-phone-number';
const API_TOKEN = 'correct-horse-battery-staple';

let provider = createMockProvider();
const servers: TestServer[] = [];
const start = async (options?: TestServerOptions) => {
  const server = await startTestServer({ provider, ...options });
  servers.push(server);
  return server;
};
beforeEach(() => {
  provider = createMockProvider();
});
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

describe('the address', () => {
  it('is the loopback by default', async () => {
    expect(readSettings({}).host).toBe('127.0.0.1');
    expect((await start()).url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'channels.example'])(
    'is not one that others can reach, %s, without a token',
    async (host) => {
      await expect(start({ environment: { HOST: host } })).rejects.toThrow(SettingsError);
      await expect(start({ environment: { HOST: host } })).rejects.toThrow(/HOST .+ API_TOKEN/);
    },
  );

  it('may be one that others can reach with a token', async () => {
    const server = await start({ environment: { HOST: '0.0.0.0', API_TOKEN } });
    expect((await server.send('GET', '/api/health')).status).toBe(200);
  });
});

describe('the name of the server', () => {
  const ask = async ({ url }: TestServer, host: string | null, path = '/api/channels') => {
    // HTTP/1.1 does not go without a Host.
    const head = host === null ? `GET ${path} HTTP/1.0` : `GET ${path} HTTP/1.1\r\nHost: ${host}`;
    const answer = await sendRaw(url, `${head}\r\nConnection: close\r\n\r\n`);
    return Number(answer.split(' ')[1]);
  };

  it.each(['localhost', 'LOCALHOST:3000', '127.0.0.1:1', '127.1.2.3', '[::1]', '[::1]:3000'])(
    'can be %s',
    async (host) => {
      expect(await ask(await start(), host)).toBe(200);
    },
  );

  it.each([
    ...['rebound.example', 'localhost.rebound.example', '127.0.0.1.rebound.example', 'rebound.example:3000'],
    ...['notlocalhost', '10.0.0.1', '[::2]', 'localhost@rebound.example', 'localhost:3000:1', '', null],
  ])('cannot be %s without a token', async (host) => {
    const server = await start();
    for (const path of ['/api/channels', '/api/health', '/API/openapi.json', '/api/nowhere']) {
      expect([path, await ask(server, host, path)]).toEqual([path, 403]);
    }
    const request = { headers: { 'X-Forwarded-Host': 'localhost' }, body: { country: 'USA' } };
    const { status, body } = await sendUnderName(
      host || 'rebound.example',
      server,
      'POST',
      GENERATE,
      request,
    );
    expect([status, body['code'], body['mayOwnNumber']]).toEqual([403, 'forbidden_host', 'no']);
    expect(provider.owned()).toEqual([]);
  });

  it('can be any with a token, and for what is no API', async () => {
    const guarded = await start({ environment: { API_TOKEN } });
    expect(await ask(guarded, 'channels.example', '/api/health')).toBe(200);
    expect(await ask(guarded, 'channels.example')).toBe(401);
    expect(await ask(await start(), 'channels.example', '/phone-config')).toBe(404);
  });
});

describe('real credentials', () => {
  const simulated = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a-secret-auth-token' };
  const twilio = createTwilioProvider({ ...simulated, baseUrl: 'http://127.0.0.1:9' });

  it('keep the server from starting without a token', async () => {
    await expect(start({ provider: twilio })).rejects.toThrow(SettingsError);
    await expect(start({ provider: twilio })).rejects.toThrow('API_TOKEN');
  });

  it('keep the server from starting with a token that is too short, and the token out of the message', () => {
    const read = () => readSettings({ API_TOKEN: 'tooshort' });
    expect(read).toThrow('API_TOKEN: must have at least 16 characters');
    expect(read).not.toThrow('tooshort');
  });

  it('that are not complete do not lead to mock mode in silence', () => {
    expect(() => chooseProvider({ TWILIO_ACCOUNT_SID: simulated.accountSid })).toThrow(SettingsError);
    expect(chooseProvider({}).isMock).toBe(true);
  });
});

describe('the token', () => {
  const tries: [string, Record<string, string>][] = [
    ['none', {}],
    ['an empty one', { Authorization: 'Bearer ' }],
    ['a wrong one', { Authorization: 'Bearer wrong-horse-battery-staple' }],
    ['the beginning of it', { Authorization: `Bearer ${API_TOKEN.slice(0, -1)}` }],
    ['more than it', { Authorization: `Bearer ${API_TOKEN}x` }],
    ['another scheme', { Authorization: `Basic ${btoa(`:${API_TOKEN}`)}` }],
    ['it in another header', { 'X-Api-Token': API_TOKEN }],
  ];
  it.each(tries)('lets nobody through who shows %s', async (_name, headers) => {
    const server = await start({ environment: { API_TOKEN } });
    for (const [method, path] of [
      ['POST', GENERATE],
      ['GET', '/api/channels'],
      ['DELETE', '/api/channels/x'],
      ['GET', '/api/numbers?country=US'],
      ['GET', '/API/Channels'],
      ['GET', '/api//channels'],
      ['GET', '/api/channels/'],
    ] as const) {
      const { status, body } = await server.send(method, path, {
        headers,
        ...(method === 'POST' ? { body: { country: 'USA' } } : {}),
      });
      expect([path, status, body['code']]).toEqual([path, 401, 'unauthorized']);
    }
    const inQuery = await server.send('GET', `/api/channels?token=${API_TOKEN}&api_token=${API_TOKEN}`, {
      headers,
    });
    expect(inQuery.status).toBe(401);
    expect(provider.owned()).toEqual([]);
  });

  it('lets its holder through', async () => {
    const server = await start({ environment: { API_TOKEN } });
    const headers = { Authorization: `Bearer ${API_TOKEN}` };
    expect((await server.send('POST', GENERATE, { headers, body: { country: 'USA' } })).status).toBe(200);
  });
});

describe('a body that is no request', () => {
  const json = { 'Content-Type': 'application/json' };
  const good = JSON.stringify({ country: 'USA' });
  const deep = `{"country":"USA","metadata":${'['.repeat(15_000)}${']'.repeat(15_000)}}`;
  const bodies: [string, number, string | undefined, Record<string, string>][] = [
    ['nothing', 415, undefined, {}],
    ['nothing, called JSON', 400, undefined, json],
    ['half an object', 400, '{"country":', json],
    ['text called JSON', 400, 'USA', json],
    ['null', 400, 'null', json],
    ['a number', 400, '1', json],
    ['a list', 400, '[{"country":"USA"}]', json],
    ['text', 415, good, { 'Content-Type': 'text/plain' }],
    ['a form', 415, 'country=USA', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['JSON of no type', 415, good, { 'Content-Type': '' }],
    ['a type that merely holds the word', 415, good, { 'Content-Type': 'text/plain; application/json' }],
    ['another character set', 415, good, { 'Content-Type': 'application/json; charset=utf-7' }],
    ['too much', 413, JSON.stringify({ country: 'USA', name: 'x'.repeat(1_000_000) }), json],
    ['a deep nest', 400, deep, json],
    ['a prototype key', 400, '{"country":"USA","__proto__":{"isMock":true}}', json],
    ['a prototype key further in', 400, '{"country":"USA","metadata":{"__proto__":{"a":"b"}}}', json],
    ['a constructor key', 400, '{"country":"USA","constructor":{"prototype":{"x":1}}}', json],
    ['a country twice over', 400, '{"country":["USA","USA"]}', json],
    ['a country that is an object', 400, '{"country":{"$ne":null}}', json],
    ['text with a NUL', 400, '{"country":"USA","name":"a\\u0000b"}', json],
    ['half a character', 400, '{"country":"USA","name":"\\ud800"}', json],
    [
      'a webhook that is a script',
      400,
      '{"country":"USA","webhooks":{"smsUrl":"javascript:alert(1)"}}',
      json,
    ],
    ['an empty key', 400, '{"country":"USA","idempotencyKey":""}', json],
  ];
  it.each(bodies)('%s is answered %i, and buys nothing', async (_name, expected, text, headers) => {
    const server = await start();
    const { status, body } = await server.send('POST', GENERATE, {
      headers,
      ...(text === undefined ? {} : { body: text }),
    });
    expect([status, body['error'], body['mayOwnNumber']]).toEqual([
      expected,
      'Failed to generate phone number',
      'no',
    ]);
    expect(provider.owned()).toEqual([]);
    expect((await server.send('GET', '/api/health')).status).toBe(200);
    expect(({} as Record<string, unknown>)['isMock']).toBeUndefined();
  });

  it('is not unpacked, so that little cannot become much', async () => {
    const server = await start();
    const bomb = gzipSync(JSON.stringify({ country: 'USA', name: 'x'.repeat(10_000_000) }));
    const response = await fetch(`${server.url}${GENERATE}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      body: bomb,
    });
    expect(response.status).toBe(415);
    await response.text();
  });

  it('that is not HTTP at all is answered 400, and the server goes on', async () => {
    const server = await start();
    const answer = await sendRaw(server.url, 'POST / HTTP/9.9\r\nContent-Length: nonsense\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect((await server.send('GET', '/api/health')).status).toBe(200);
  });
});

describe('text in a field', () => {
  const hostile = [
    `'; DROP TABLE channels; --`,
    `" OR 1=1; --`,
    '<script>alert(1)</script>',
    '{{constructor.constructor("return process")()}}',
    '../../etc/passwd',
    'Ünïcödé ✅ 数字 \u202e',
  ];
  it.each(hostile)('is kept and given back as it is: %s', async (text) => {
    const server = await start();
    const headers = { 'Idempotency-Key': encodeURIComponent(text) };
    const made = await server.generate({ country: 'USA', name: text, metadata: { [text]: text } }, headers);
    expect(made.status).toBe(200);
    const shown = await server.send('GET', `/api/channels/${String(made.body['id'])}`);
    expect(shown.body).toMatchObject({ name: text, metadata: { [text]: text } });
    expect(shown.headers.get('Content-Type')).toContain('application/json');
    expect(shown.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(server.rows('channels')).toHaveLength(1);
  });

  it.each(hostile)('is taken as it is or refused, in whatever field it is: %s', async (text) => {
    const server = await start();
    const fields = textFields(generateRequestSchema.shape);
    expect(fields).toEqual(
      expect.arrayContaining(['country', 'locality', 'webhooks.smsUrl', 'regulatory.addressId']),
    );
    for (const field of fields) {
      const { status, body } = await server.generate({ country: 'USA', ...nest(field.split('.'), text) });
      expect([field, status, body['code']]).toEqual([
        field,
        ...(FREE_TEXT.includes(field) ? [200, undefined] : [400, codeOf(field)]),
      ]);
    }
    expect(provider.owned()).toHaveLength(FREE_TEXT.length);
    expect(server.rows('channels')).toHaveLength(FREE_TEXT.length);
    expect(server.rows('operations')).toHaveLength(FREE_TEXT.length);
  });

  it.each(hostile)('that must be something else is refused: %s', async (text) => {
    const server = await start();
    const query = encodeURIComponent(text);
    const paths = [
      ['GET', `/api/channels?status=${query}`, 400],
      ['GET', `/api/channels?cursor=${query}`, 400],
      ['GET', `/api/channels?limit=${query}`, 400],
      ['GET', `/api/channels?${query}=1`, 400],
      ['GET', `/api/numbers?country=${query}`, 400],
      ['GET', `/api/channels/${query}`, 404],
      ['DELETE', `/api/channels/${query}`, 404],
    ] as const;
    for (const [method, path, expected] of paths) {
      expect([path, (await server.send(method, path)).status]).toEqual([path, expected]);
    }
    expect(provider.owned()).toEqual([]);
    expect(server.rows('channels')).toEqual([]);
  });

  it.each(['/api/channels/%E0%A4%A', '/api/channels?limit=1&limit=2', '/api/channels?__proto__[x]=1'])(
    'of an address that makes no sense is answered 400: %s',
    async (path) => {
      const server = await start();
      expect((await server.send('GET', path)).status).toBe(400);
    },
  );
});

/** Free text; any other field refuses text that it is not made for. The mock has numbers in every place. */
const FREE_TEXT = ['name', 'idempotencyKey', 'metadata.note', 'locality', 'region'];

const codeOf = (field: string) => (field === 'country' ? 'unknown_country' : 'invalid_input');

/** Names every field that takes text, those of a nested object by their path. */
function textFields(shape: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as unknown) : schema;
    if (inner instanceof z.ZodBoolean) return [];
    if (inner instanceof z.ZodRecord) return [`${key}.note`];
    return inner instanceof z.ZodObject ? textFields(inner.shape).map((field) => `${key}.${field}`) : [key];
  });
}

function nest([key = '', ...keys]: readonly string[], text: string): Record<string, unknown> {
  return { [key]: keys.length === 0 ? text : nest(keys, text) };
}

describe('an answer', () => {
  it('holds neither stack nor credential nor name of the server when something unexpected happens', async () => {
    const server = await start({
      environment: { API_TOKEN },
      wrapStore: (store) => ({
        ...store,
        listChannels: () => Promise.reject(new TypeError(`boom at /srv/app.js with ${API_TOKEN}`)),
      }),
    });
    const { status, text, headers } = await server.send('GET', '/api/channels', {
      headers: { Authorization: `Bearer ${API_TOKEN}` },
    });
    expect(status).toBe(500);
    expect(text).not.toMatch(/boom|TypeError|app\.js|\bat\s/);
    expect(text).not.toContain(API_TOKEN);
    expect(JSON.parse(text)).toMatchObject({ code: 'store_rejected', mayOwnNumber: 'no' });
    expect(headers.get('X-Request-Id')).toMatch(/\S/);
    expect(headers.get('X-Powered-By')).toBeNull();
  });

  it('holds no stack even when what answers errors fails itself', async () => {
    const print = vi.spyOn(console, 'error').mockReturnValue();
    const evil = new Error('boom');
    Object.defineProperty(evil, 'status', {
      get: () => {
        throw new Error('boom at /srv/app.js');
      },
    });
    const server = await start({
      wrapStore: (store) => ({
        ...store,
        listChannels: () =>
          Promise.resolve(
            Object.defineProperty({}, 'channels', {
              get: () => {
                throw evil;
              },
            }) as ChannelPage,
          ),
      }),
    });
    const { status, text } = await server.send('GET', '/api/channels');
    expect(status).toBe(500);
    expect(text).toContain('Internal Server Error');
    expect(text).not.toMatch(/boom|app\.js|\bat\s/);
    await expect.poll(() => print.mock.calls.join(''), patiently).toContain('boom at /srv/app.js');
    print.mockRestore();
  });

  it('carries the headers that keep browsers from harm, on pages and answers alike', async () => {
    const server = await start();
    for (const path of ['/api/channels', '/', '/no/such/page', '/api/nowhere']) {
      const { headers } = await server.send('GET', path);
      expect(headers.get('Content-Security-Policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
      expect(headers.get('Content-Security-Policy')).not.toContain('unsafe');
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    }
    expect((await server.send('GET', '/api/channels')).headers.get('Cache-Control')).toBe('no-store');
  });

  it('has a request id of its own, whatever the caller sends', async () => {
    const server = await start();
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const { headers } = await server.send('GET', '/api/health', { headers: { 'X-Request-Id': 'mine' } });
        return headers.get('X-Request-Id');
      }),
    );
    expect(new Set([...ids, 'mine']).size).toBe(3);
    expect(server.log.some((line) => line.includes(ids[0] ?? 'none'))).toBe(true);
  });
});

describe('a page of the client', () => {
  it('is there for HEAD as for GET', async () => {
    const folder = createTemporaryFolder();
    writeFileSync(path.join(folder.path, 'index.html'), '<!doctype html><title>Channels</title>');
    try {
      const server = await start({ clientFolder: folder.path });
      const [got, looked] = await Promise.all(
        ['GET', 'HEAD'].map((method) => server.send(method, '/phone-config')),
      );
      expect([got?.status, looked?.status, looked?.text]).toEqual([200, 200, '']);
    } finally {
      folder.remove();
    }
  });
});

describe('another origin', () => {
  it('is not told that it may call, unless it is on the list', async () => {
    const server = await start({ environment: { CLIENT_ORIGIN: 'http://localhost:8080' } });
    const ask = async (origin: string) => {
      const { headers } = await server.send('OPTIONS', GENERATE, {
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'content-type',
        },
      });
      return headers.get('Access-Control-Allow-Origin');
    };
    expect(await ask('http://localhost:8080')).toBe('http://localhost:8080');
    for (const origin of [
      'https://evil.example',
      'null',
      'http://localhost:8080.evil.example',
      'http://localhost',
    ]) {
      expect([origin, await ask(origin)]).toEqual([origin, null]);
    }
  });

  it.each(['http://localhost:8080/', 'localhost:8080', '*', 'null', 'http://a.example,', 'HTTP://a.example'])(
    'cannot be written in a way that no browser sends: %s',
    (origins) => {
      const read = () => readSettings({ CLIENT_ORIGIN: origins });
      expect(read).toThrow(SettingsError);
      expect(read).toThrow('CLIENT_ORIGIN: must be origins such as http://localhost:8080');
    },
  );

  it('can be several', () => {
    const { clientOrigins } = readSettings({ CLIENT_ORIGIN: 'https://a.example, http://b.example:81' });
    expect(clientOrigins).toEqual(['https://a.example', 'http://b.example:81']);
  });

  it('buys nothing with what a browser sends without asking first', async () => {
    const server = await start();
    const body = JSON.stringify({ country: 'USA' });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const headers = { Origin: 'https://evil.example', 'Content-Type': type };
      expect((await server.send('POST', GENERATE, { headers, body })).status).toBe(415);
    }
    expect(provider.owned()).toEqual([]);
  });
});

describe('the rate limit', () => {
  it('answers 429 to more purchases than are allowed, and does not make them', async () => {
    const server = await start({ environment: { PURCHASE_LIMIT_PER_MINUTE: '3' } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.generate({ country: 'USA' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(7);
    expect(refused[0]?.body).toMatchObject({ code: 'too_many_requests', mayOwnNumber: 'no' });
    expect(Number(refused[0]?.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(provider.owned()).toHaveLength(3);
  });

  it('does not count what can never work', async () => {
    const server = await start({ environment: { PURCHASE_LIMIT_PER_MINUTE: '1' } });
    const bodies = [{}, { country: 'Narnia' }, { country: 'USA', type: 'fax' }, { country: 'USA', x: 1 }];
    for (const body of [...bodies, ...bodies]) {
      expect([body, (await server.generate(body)).status]).toEqual([body, 400]);
    }
    expect((await server.generate({ country: 'USA' })).status).toBe(200);
    expect((await server.generate({ country: 'USA' })).status).toBe(429);
    expect((await server.generate({ country: 'USA', type: 'fax' })).status).toBe(400);
    expect(provider.owned()).toHaveLength(1);
  });

  it('does not count those who ask again for a purchase under way', async () => {
    provider = createMockProvider({ latencyMs: 1_500 });
    const server = await start({ environment: { PURCHASE_LIMIT_PER_MINUTE: '2' } });
    const first = server.generate({ country: 'USA' }, { 'Idempotency-Key': 'form' });
    await expect
      .poll(() => server.log.some((line) => line.includes('operation-started')), patiently)
      .toBe(true);
    for (let time = 0; time < 4; time += 1) {
      const { status } = await server.generate({ country: 'USA' }, { 'Idempotency-Key': 'form' });
      expect(status).toBe(409);
    }
    expect((await first).status).toBe(200);
  });

  it('counts purchases whose callers hang up', async () => {
    provider = createMockProvider({ latencyMs: 100 });
    const server = await start({ environment: { PURCHASE_LIMIT_PER_MINUTE: '3' } });
    const begun = () => server.log.filter((line) => line.includes('operation-started')).length;
    const refused = () => server.log.filter((line) => line.includes('too_many_requests')).length;
    for (let time = 1; time <= 15; time += 1) {
      const leaving = new AbortController();
      const answer = fetch(`${server.url}${GENERATE}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ country: 'USA' }),
        signal: leaving.signal,
      }).catch(() => undefined);
      await expect.poll(() => begun() + refused(), patiently).toBe(time);
      leaving.abort();
      await answer;
    }
    await server.stop();
    expect([provider.owned().length, refused()]).toEqual([3, 12]);
  });

  it('counts purchases that fail after the number was bought', async () => {
    const server = await start({
      environment: { PURCHASE_LIMIT_PER_MINUTE: '3' },
      wrapStore: (store) => ({
        ...store,
        attachChannel: () => Promise.reject(new StoreError({ code: 'store_rejected', message: 'Full.' })),
      }),
    });
    const statuses: number[] = [];
    for (let time = 0; time < 5; time += 1) {
      statuses.push((await server.generate({ country: 'USA' })).status);
    }
    expect(statuses).toEqual([500, 500, 500, 429, 429]);
    expect(server.log.filter((line) => line.includes('"number-purchased"')).length).toBe(3);
  });

  it('is one for all callers behind a proxy, unless the proxy is trusted to name them', async () => {
    const ask = async (server: TestServer) => {
      const statuses: number[] = [];
      for (const addresses of ['10.0.0.1', '10.0.0.2', 'made-up, 10.0.0.2']) {
        const headers = { 'X-Forwarded-For': addresses };
        statuses.push((await server.send('GET', '/api/countries', { headers })).status);
      }
      return statuses;
    };
    const alone = await start({ environment: { RATE_LIMIT_PER_MINUTE: '1' } });
    expect(await ask(alone)).toEqual([200, 429, 429]);
    expect(alone.log.join('')).toContain('ERR_ERL_UNEXPECTED_X_FORWARDED_FOR');
    const behind = await start({ environment: { RATE_LIMIT_PER_MINUTE: '1', TRUST_PROXY: '1' } });
    expect(await ask(behind)).toEqual([200, 200, 429]);
    expect(behind.log.join('')).not.toContain('ERR_ERL');
  });

  it('counts wrong tokens, so that nobody tries many', async () => {
    const server = await start({ environment: { API_TOKEN, RATE_LIMIT_PER_MINUTE: '5' } });
    const statuses: number[] = [];
    for (let time = 0; time < 7; time += 1) {
      const headers = { Authorization: `Bearer guess-number-${time}`, 'X-Forwarded-For': `10.0.0.${time}` };
      statuses.push((await server.send('GET', '/api/channels', { headers })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });
});

describe('three thousand requests, a thousand at a time', () => {
  it('are each answered clearly, and buy no more than is allowed', { timeout: 90_000 }, async () => {
    const server = await start({ environment: { PURCHASE_LIMIT_PER_MINUTE: '5' } });
    const request = (body: string) => ({
      method: 'POST' as const,
      path: GENERATE,
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    const result = await autocannon({
      url: server.url,
      connections: 1_000,
      amount: 3_000,
      timeout: 60,
      requests: [request('{"country":"USA"}'), request('{"country":')],
    });
    const statuses = Object.keys(result.statusCodeStats ?? {});
    expect(statuses.filter((status) => !['200', '400', '429'].includes(status))).toEqual([]);
    expect({ errors: result.errors, answers: result.requests.total }).toEqual({ errors: 0, answers: 3_000 });
    expect(provider.owned().length).toBeLessThanOrEqual(5);
    expect((await server.send('GET', '/api/channels')).status).toBe(429);
  });
});

describe('the log', () => {
  let simulator: TwilioSimulator;
  beforeEach(async () => {
    simulator = await startTwilioSimulator();
  });
  afterEach(() => simulator.close());

  it('holds no credential, whatever goes wrong', async () => {
    const { accountSid, authToken, url } = simulator;
    const server = await start({
      provider: createTwilioProvider({ accountSid, authToken, baseUrl: url }),
      environment: { API_TOKEN },
      policy: { attempts: 1 },
    });
    const headers = { Authorization: `Bearer ${API_TOKEN}`, Cookie: 'session=very-secret-cookie' };
    const body = { country: 'USA', metadata: { note: 'a-private-note' } };
    expect((await server.send('POST', GENERATE, { headers, body })).status).toBe(200);
    simulator.fault({ operation: 'any', kind: 'reset' });
    await server.send('GET', '/api/numbers?country=US', { headers });
    simulator.fault({ operation: 'any', kind: 'status', status: 401, message: `bad ${authToken}` });
    await server.send('POST', GENERATE, { headers, body });
    await server.send('GET', '/api/channels', {
      headers: { Authorization: 'Bearer wrong-but-private-token' },
    });
    const log = server.log.join('');
    const secrets = [API_TOKEN, authToken, btoa(`${accountSid}:${authToken}`), 'very-secret-cookie'];
    for (const secret of [...secrets, 'wrong-but-private-token', 'a-private-note']) {
      expect(log).not.toContain(secret);
    }
    for (const line of server.log) expect(JSON.parse(line)).toHaveProperty('level');
  });

  it('blots out credentials that somebody logs by mistake', async () => {
    const { createLogger } = await import('../server/create-logger.js');
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line) => void lines.push(line) });
    logger.info({ authToken: 'one-secret', req: { headers: { authorization: 'two-secret' } } }, 'Oh.');
    expect(lines.join('')).not.toMatch(/one-secret|two-secret/);
    expect(lines.join('')).toContain('[redacted]');
  });

  it('blots out what is secret of the settings and of the environment', async () => {
    const { createLogger } = await import('../server/create-logger.js');
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line) => void lines.push(line) });
    const environment = {
      API_TOKEN: 'a-secret-of-16-characters',
      DATABASE_URL: 'postgres://somebody:a-secret@db.example/channels',
      TWILIO_AUTH_TOKEN: 'a-secret',
      TWILIO_API_SECRET: 'a-secret',
      TWILIO_API_KEY_SECRET: 'a-secret',
    };
    const settings = readSettings(environment);
    logger.info({ settings });
    logger.info(settings);
    logger.info({ env: environment });
    logger.info(environment);
    logger.info({
      options: { store: { connectionString: 'a-secret' }, twilio: { apiKeySecret: 'a-secret' } },
    });
    logger.info({ req: { headers: { 'proxy-authorization': 'Basic a-secret' } } });
    expect(lines).toHaveLength(6);
    expect(lines.filter((line) => line.includes('a-secret'))).toEqual([]);
    expect(lines[0]).toContain('"port":3000');
  });

  it('has each failure once, with its real error, and what happens every day not as an error', async () => {
    provider = createMockProvider({ inventory: { FR: 0 } });
    const server = await start({
      wrapStore: (store) => ({ ...store, listChannels: () => Promise.resolve(nonsense) }),
    });
    const failed = await server.send('GET', '/api/channels');
    expect([failed.status, failed.body['code']]).toEqual([500, 'internal_error']);
    expect(failed.text).not.toMatch(/TypeError|undefined|\.ts|\bat\s|stack/);
    expect((await server.generate({ country: 'France' })).status).toBe(500);
    await expect.poll(() => server.log.filter((line) => line.includes('request completed')).length).toBe(2);
    const lines = server.log.map((line) => JSON.parse(line) as { level: number; err?: { type: string } });
    const errors = lines.filter(({ level }) => level >= 50);
    expect(errors).toMatchObject([{ err: { type: 'TypeError' }, req: { path: '/api/channels' } }]);
    expect(lines.filter(({ err }) => err !== undefined).map(({ err }) => err?.type)).toEqual([
      'TypeError',
      'ProviderError',
    ]);
  });
});

/** What no store answers. */
const nonsense = { channels: [{}], nextCursor: null } as unknown as ChannelPage;

function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
