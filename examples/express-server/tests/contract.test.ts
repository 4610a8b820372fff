import { once } from 'node:events';
import { request } from 'node:http';
import { createMockProvider } from '@channelkit/adapter-mock';
import { type ChannelStore, StoreError } from '@channelkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenApiJudge, type OpenApiJudge } from './open-api-judge.js';
import { type Answer, sendUnderName, startTestServer, type TestServer } from './test-server.js';

const GENERATE = '/api/channels/generate-phone-number';
const API_TOKEN = 'a-token-for-this-test';

/** A store that reads nothing, as one whose database is gone. */
function blind(store: ChannelStore): ChannelStore {
  const gone = () => Promise.reject(new StoreError({ code: 'store_unavailable', message: 'Out of reach.' }));
  return { ...store, listChannels: gone, getChannel: gone };
}

describe('the OpenAPI document', () => {
  const provider = createMockProvider({ inventory: { FR: 0 } });
  let server: TestServer;
  let guarded: TestServer;
  let impatient: TestServer;
  let broken: TestServer;
  let judge: OpenApiJudge;
  beforeAll(async () => {
    server = await startTestServer({ provider });
    guarded = await startTestServer({ environment: { API_TOKEN } });
    impatient = await startTestServer({ environment: { RATE_LIMIT_PER_MINUTE: '1' } });
    broken = await startTestServer({ wrapStore: blind, policy: { attempts: 1 } });
    judge = await createOpenApiJudge(server);
    await impatient.send('GET', '/api/health/live');
  });
  afterAll(() => Promise.all([server, guarded, impatient, broken].map((each) => each.stop())));

  const routes = [
    ['POST', GENERATE],
    ['GET', '/api/channels'],
    ['GET', '/api/channels/some-id'],
    ['DELETE', '/api/channels/some-id'],
    ['GET', '/api/numbers?country=US'],
    ['GET', '/api/countries'],
  ] as const;

  it('is OpenAPI 3.1', async () => {
    expect((await server.send('GET', '/api/openapi.json')).body['openapi']).toBe('3.1.0');
  });

  it.each(routes)('foresees that %s %s asks for a token', async (method, path) => {
    expect((await judge.send(guarded, method, path)).status).toBe(401);
  });

  it.each([...routes, ['GET', '/api/health'], ['GET', '/api/health/live']] as const)(
    'foresees that %s %s is asked for too often',
    async (method, path) => {
      expect((await judge.send(impatient, method, path)).status).toBe(429);
    },
  );

  it.each([...routes, ['GET', '/api/health'], ['GET', '/api/health/live']] as const)(
    'foresees that %s %s is asked for under the name of a stranger',
    async (method, path) => {
      const answer = await sendUnderName('rebound.example', server, method, path);
      expect(answer.status).toBe(403);
      judge.check(method, path, answer);
    },
  );

  it('foresees a channel made, listed, shown, released, and being released', async () => {
    const headers = { 'Idempotency-Key': 'contract' };
    const made = await judge.send(server, 'POST', GENERATE, { body: { country: 'USA' }, headers });
    expect(made.status).toBe(200);
    const path = `/api/channels/${String(made.body['id'])}`;
    expect((await judge.send(server, 'GET', '/api/channels')).status).toBe(200);
    expect((await judge.send(server, 'GET', path)).status).toBe(200);
    provider.failNext('releaseNumber', 'provider_rejected');
    expect((await judge.send(server, 'DELETE', path)).status).toBe(202);

    const other = await judge.send(server, 'POST', GENERATE, { body: { country: 'USA' } });
    const otherPath = `/api/channels/${String(other.body['id'])}`;
    expect((await judge.send(server, 'DELETE', otherPath)).status).toBe(200);
    expect((await judge.send(server, 'GET', otherPath)).status).toBe(200);
    expect((await judge.send(server, 'POST', GENERATE, { body: { country: 'USA' }, headers })).status).toBe(
      409,
    );
  });

  it.each([
    [200, 'GET', '/api/numbers?country=USA&capabilities=sms,mms', undefined],
    [200, 'GET', '/api/countries', undefined],
    [200, 'GET', '/api/health', undefined],
    [200, 'GET', '/api/health/live', undefined],
    [400, 'POST', GENERATE, {}],
    [400, 'POST', GENERATE, { country: 'Narnia' }],
    [400, 'GET', '/api/channels?limit=0', undefined],
    [400, 'GET', '/api/channels?cursor=nonsense', undefined],
    [400, 'GET', '/api/channels/%00', undefined],
    [400, 'DELETE', '/api/channels/%00', undefined],
    [400, 'GET', '/api/numbers?country=Narnia', undefined],
    [404, 'GET', '/api/channels/no-such-channel', undefined],
    [404, 'DELETE', '/api/channels/no-such-channel', undefined],
    [413, 'POST', GENERATE, { country: 'USA', name: 'x'.repeat(100_000) }],
    [415, 'POST', GENERATE, 'country=USA'],
    [500, 'POST', GENERATE, { country: 'France' }],
  ] as const)('foresees %i for %s %s', async (status, method, path, body) => {
    const answer = await judge.send(server, method, path, body === undefined ? {} : { body });
    expect(answer.status).toBe(status);
  });

  it('foresees a provider that cannot be asked', async () => {
    provider.failNext('searchNumbers', 'authentication_failed');
    expect((await judge.send(server, 'GET', '/api/numbers?country=US')).status).toBe(500);
  });

  it.each([
    [500, 'GET', '/api/channels'],
    [500, 'GET', '/api/channels/some-id'],
    [500, 'DELETE', '/api/channels/some-id'],
    [503, 'GET', '/api/health'],
  ] as const)('foresees %i for %s %s without a database', async (status, method, path) => {
    expect((await judge.send(broken, method, path)).status).toBe(status);
  });

  it('foresees a purchase that reaches a server that is being stopped', async () => {
    const stopping = await startTestServer();
    const { answer, isKept } = await postWhile(stopping, () => stopping.stop());
    expect(answer.body).toMatchObject({ code: 'stopping', mayOwnNumber: 'no', operationId: null });
    expect([answer.status, answer.headers.get('Retry-After'), isKept]).toEqual([503, '2', false]);
    judge.check('POST', GENERATE, answer);
  });

  it('foresees nothing that was not seen here', () => {
    expect(judge.unseen()).toEqual([]);
  });
});

/** Sends a purchase whose body comes once something was begun that the server did not know of when the head came. */
async function postWhile(
  { url }: TestServer,
  begin: () => Promise<void>,
): Promise<{ readonly answer: Answer; readonly isKept: boolean }> {
  const headers = { 'Content-Type': 'application/json', Expect: '100-continue', Connection: 'keep-alive' };
  const sending = request(`${url}${GENERATE}`, { method: 'POST', headers });
  sending.flushHeaders();
  await once(sending, 'continue');
  const done = begin();
  const answered = new Promise<Answer & { readonly connection: string | undefined }>((resolve, reject) => {
    sending.once('error', reject);
    sending.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        const pairs = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(Object.fromEntries(pairs) as Record<string, string>),
          text,
          body: JSON.parse(text) as Record<string, unknown>,
          connection: response.headers.connection,
        });
      });
    });
  });
  sending.end(JSON.stringify({ country: 'USA' }));
  const { connection, ...answer } = await answered;
  await done;
  return { answer, isKept: connection !== 'close' };
}
