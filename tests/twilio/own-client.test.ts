import { createTwilioProvider } from '@channelkit/adapter-twilio';
import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpAnswer, type RawServer, startRawServer } from './raw-server.js';
import {
  accountSid,
  authToken,
  offeredRow,
  ownedRow,
  phoneNumber,
  purchase,
  query,
} from './twilio-fixtures.js';

/** What the SDK hands to an HTTP client, as far as a test looks at it. */
interface SeenRequest {
  readonly uri: string;
}

/** An HTTP client that notes where requests would go, and goes nowhere. */
function createSpy(answer: () => Promise<unknown>) {
  const uris: string[] = [];
  const request = (seen: SeenRequest) => {
    uris.push(seen.uri);
    return answer();
  };
  return { uris, httpClient: { request } as unknown as twilio.RequestClient };
}

const offer = {
  statusCode: 200,
  body: { available_phone_numbers: [offeredRow()] },
  headers: { Date: 'Thu, 30 Jul 2015 23:19:04 GMT' },
};
const sold = { statusCode: 201, body: JSON.stringify(ownedRow()), headers: {} };

describe('createTwilioProvider with a client', () => {
  it.each([
    ['neither', {}, 'https://api.twilio.com/'],
    ['a region', { region: 'au1' }, 'https://api.au1.twilio.com/'],
    ['an edge', { edge: 'sydney' }, 'https://api.sydney.us1.twilio.com/'],
    ['both', { region: 'au1', edge: 'sydney' }, 'https://api.sydney.au1.twilio.com/'],
  ])('goes to the host of %s, of the client or of the options', async (_name, place, host) => {
    const spy = createSpy(() => Promise.resolve(offer));
    const placed = twilio(accountSid, authToken, { ...place, httpClient: spy.httpClient });
    const plain = twilio(accountSid, authToken, { httpClient: spy.httpClient });
    await createTwilioProvider({ client: placed }).searchNumbers(query);
    await createTwilioProvider({ client: plain, ...place }).searchNumbers(query);
    expect(spy.uris).toHaveLength(2);
    for (const uri of spy.uris) expect(uri.startsWith(host)).toBe(true);
  });

  it('reads an answer of another HTTP client, parsed or not', async () => {
    const spy = createSpy(() => Promise.resolve(spy.uris.length === 1 ? offer : sold));
    const client = twilio(accountSid, authToken, { httpClient: spy.httpClient });
    const provider = createTwilioProvider({ client });
    await expect(provider.searchNumbers(query)).resolves.toMatchObject({
      numbers: [{ phoneNumber }],
      vendorDate: new Date('2015-07-30T23:19:04Z'),
    });
    await expect(provider.purchaseNumber(purchase)).resolves.toMatchObject({ phoneNumber });
  });

  it('asks before it hands a purchase to another HTTP client, and takes every failure of that for unknown', async () => {
    const spy = createSpy(() =>
      Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
    );
    const provider = createTwilioProvider({
      client: twilio(accountSid, authToken, { httpClient: spy.httpClient }),
    });
    await expect(provider.purchaseNumber(purchase, { maySend: () => false })).rejects.toMatchObject({
      outcome: 'not_sent',
    });
    expect(spy.uris).toEqual([]);
    await expect(provider.purchaseNumber(purchase)).rejects.toMatchObject({ outcome: 'unknown' });
  });

  it('stops waiting for another HTTP client when a signal aborts', async () => {
    const controller = new AbortController();
    const spy = createSpy(() => {
      controller.abort();
      return new Promise(() => undefined);
    });
    const provider = createTwilioProvider({
      client: twilio(accountSid, authToken, { httpClient: spy.httpClient }),
    });
    const { signal } = controller;
    await expect(provider.purchaseNumber(purchase, { signal })).rejects.toMatchObject({ outcome: 'unknown' });
    await expect(provider.purchaseNumber(purchase, { signal })).rejects.toMatchObject({
      outcome: 'not_sent',
    });
    expect(spy.uris).toHaveLength(1);
  });

  it.each([undefined, {}, { statusCode: '201' }])(
    'takes %j of another HTTP client for unknown',
    async (response) => {
      const spy = createSpy(() => Promise.resolve(response));
      const client = twilio(accountSid, authToken, { httpClient: spy.httpClient });
      const buying = createTwilioProvider({ client }).purchaseNumber(purchase);
      await expect(buying).rejects.toMatchObject({ outcome: 'unknown' });
    },
  );

  describe('over HTTP', () => {
    let server: RawServer;
    beforeEach(async () => {
      server = await startRawServer(() => httpAnswer(201, ownedRow()));
    });
    afterEach(() => server.close());

    it('replaces the HTTP client of the SDK, and changes nothing on the client', async () => {
      const client = twilio(accountSid, authToken, { userAgentExtensions: ['app/1'] });
      client.api.baseUrl = server.url;
      let asked = 0;
      await createTwilioProvider({ client }).purchaseNumber(purchase, { maySend: () => (asked += 1) > 0 });
      expect(asked).toBe(1);
      expect(server.requests[0]).toContain('app/1');
      expect([client._httpClient, client.username, client.api.baseUrl]).toEqual([
        undefined,
        accountSid,
        server.url,
      ]);
    });

    it('uses the token of a credential provider', async () => {
      const client = twilio(accountSid, authToken);
      client.api.baseUrl = server.url;
      client.setCredentialProvider({
        toAuthStrategy: () => ({ getAuthString: () => Promise.resolve('Bearer t0ken') }),
      } as never);
      client.setAccountSid(accountSid);
      await createTwilioProvider({ client }).purchaseNumber(purchase);
      expect(server.requests[0]).toContain('\r\nAuthorization: Bearer t0ken\r\n');
    });
  });
});

describe('the environment', () => {
  const variables = {
    TWILIO_REGION: 'au1',
    TWILIO_EDGE: 'sydney',
    TWILIO_LOG_LEVEL: 'debug',
    TWILIO_ACCOUNT_SID: `AC${'e'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'from-the-environment',
    HTTP_PROXY: 'http://127.0.0.1:1',
  };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  it('changes nothing about where a request goes, and as whom', async () => {
    const server = await startRawServer(() => httpAnswer(201, ownedRow()));
    Object.assign(process.env, variables);
    const provider = createTwilioProvider({ accountSid, authToken, baseUrl: server.url });
    await provider.purchaseNumber(purchase);
    expect(server.requests[0]).toContain(`/Accounts/${accountSid}/`);
    expect(server.requests[0]).toContain(Buffer.from(`${accountSid}:${authToken}`).toString('base64'));
    await server.close();
  });
});
