import { createMockProvider } from '@channelkit/adapter-mock';
import { type ChannelStore, StoreError } from '@channelkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenApiJudge, type OpenApiJudge } from './open-api-judge.js';
import { startTestServer, type TestServer } from './test-server.js';

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

  it('foresees nothing that was not seen here, but for a server that is being stopped', () => {
    expect(judge.unseen()).toEqual([`POST ${GENERATE} 503`]);
  });
});
