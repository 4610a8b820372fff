import { createMockProvider } from '@channelkit/adapter-mock';
import { createTwilioProvider } from '@channelkit/adapter-twilio';
import { type ChannelStore, StoreError } from '@channelkit/core';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.js';

const servers: TestServer[] = [];
const start = async (options?: TestServerOptions) => {
  const server = await startTestServer(options);
  servers.push(server);
  return server;
};
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

/** A store that hands out channels which no answer can be made of. */
function misdating(store: ChannelStore): ChannelStore {
  return {
    ...store,
    attachChannel: async (...attachment) => {
      const attached = await store.attachChannel(...attachment);
      if (attached.outcome !== 'attached') return attached;
      const channel = { ...attached.record.channel, createdAt: new Date(Number.NaN) };
      return { ...attached, record: { ...attached.record, channel } };
    },
  };
}

describe('POST /api/channels/generate-phone-number', () => {
  it('answers the request of the document as the document does, field by field', async () => {
    const server = await start({ provider: createMockProvider({ inventory: ['+14155550123'] }) });
    const { status, body } = await server.generate({ country: 'USA', name: 'USA Number', type: 'whatsapp' });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      name: 'USA Number',
      phoneNumber: '+14155550123',
      countryCode: '+1',
      isoCountry: 'US',
      type: 'whatsapp',
      status: 'active',
      capabilities: { voice: true, sms: true, mms: true },
      isMock: true,
      twilioSid: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      message: 'Phone number purchased and stored successfully',
    });
  });

  it('names the channel after the country as given where no name is, and makes it a WhatsApp channel', async () => {
    const server = await start();
    const { body } = await server.generate({ country: 'USA' });
    expect(body).toMatchObject({ name: `USA - ${String(body['phoneNumber'])}`, type: 'whatsapp' });
  });

  it('stores the eight columns of the document', async () => {
    const server = await start();
    const { body } = await server.generate({ country: 'USA' });
    expect(server.rows('channels')).toEqual([
      expect.objectContaining({
        id: body['id'],
        name: body['name'],
        phone_number: body['phoneNumber'],
        country_code: '+1',
        type: 'whatsapp',
        status: 'active',
        twilio_sid: null,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/) as string,
      }),
    ]);
  });

  it('says that a number of Twilio is no mock, and stores its SID', async () => {
    const simulator = await startTwilioSimulator();
    try {
      const { accountSid, authToken, url } = simulator;
      const server = await start({
        provider: createTwilioProvider({ accountSid, authToken, baseUrl: url }),
        environment: { API_TOKEN: 'a-token-for-this-test' },
      });
      const headers = { Authorization: 'Bearer a-token-for-this-test' };
      const { body } = await server.generate({ country: 'USA' }, headers);
      const [owned] = simulator.owned();
      expect(body).toMatchObject({ isMock: false, twilioSid: owned?.sid, phoneNumber: owned?.phoneNumber });
      expect(server.rows('channels')).toMatchObject([{ twilio_sid: owned?.sid }]);
      expect((await server.send('GET', '/api/health')).body['mode']).toBe('twilio');
    } finally {
      await simulator.close();
    }
  });

  it('answers 500 with the words of the document when the country has no number, and stores nothing', async () => {
    const server = await start({ provider: createMockProvider({ inventory: { US: 0 } }) });
    const { status, body } = await server.generate({ country: 'USA' });
    expect(status).toBe(500);
    expect(body).toEqual({
      error: 'Failed to generate phone number',
      details: 'No available phone numbers in this country',
      code: 'no_numbers_available',
      mayOwnNumber: 'no',
      operationId: null,
    });
    expect(server.rows('channels')).toEqual([]);
  });

  it('says what found nothing when the request was narrower than a country', async () => {
    const server = await start({ provider: createMockProvider({ inventory: { US: 0 } }) });
    const { body } = await server.generate({ country: 'USA', areaCode: '415' });
    expect(body['details']).not.toBe('No available phone numbers in this country');
  });

  it('buys in the area code that was asked for', async () => {
    const server = await start();
    const { body } = await server.generate({ country: 'USA', areaCode: '415' });
    expect(body['phoneNumber']).toMatch(/^\+1415/);
  });

  it('answers 400 with every issue for input that can never work', async () => {
    const server = await start();
    const { status, body } = await server.generate({ country: '', type: 'fax', colour: 'red' });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: 'Failed to generate phone number',
      code: 'invalid_input',
      mayOwnNumber: 'no',
      operationId: null,
      issues: [
        { path: 'country', message: 'must be 1 to 100 characters' },
        { path: 'type', message: 'must be whatsapp or sms or voice' },
        { path: 'colour', message: 'is not a known key' },
      ],
    });
  });

  it.each([
    [{}, 'country: is missing'],
    [{ country: '   ' }, 'country: must be 1 to 100 characters'],
    [{ country: 1 }, 'country: must be text'],
    [{ country: 'USA', capabilities: [] }, 'capabilities: must be an object'],
    [{ country: 'USA', capabilities: { sms: 'yes' } }, 'capabilities.sms: must be true or false'],
    [{ country: 'USA', metadata: { a: 1 } }, 'metadata.a: must be text'],
    [{ country: 'USA', webhooks: { smsUrl: 'ftp://x' } }, 'webhooks.smsUrl: must be an http or https URL'],
  ])('says in plain words what is wrong with %j', async (request, details) => {
    const { body } = await (await start()).generate(request);
    expect(body['details']).toBe(details);
  });

  it('passes over blanks around what was typed', async () => {
    const { status, body } = await (await start()).generate({ country: ' USA ', name: ' My Channel ' });
    expect([status, body['name']]).toEqual([200, 'My Channel']);
  });

  it.each(['/api/channels/generate-phone-number/', '/API/Channels/Generate-Phone-Number'])(
    'answers as itself however its address is written: %s',
    async (path) => {
      const server = await start({ wrapStore: misdating });
      const refused = await server.send('POST', path, { body: {} });
      expect(refused.body).toMatchObject({ error: 'Failed to generate phone number', mayOwnNumber: 'no' });
      const failed = await server.send('POST', path, { body: { country: 'USA' } });
      expect(failed.body).toMatchObject({
        error: 'Failed to generate phone number',
        code: 'internal_error',
        mayOwnNumber: 'unknown',
      });
    },
  );

  it('answers 400 for a country that nobody knows, and offers those it may be', async () => {
    const server = await start();
    const { status, body } = await server.generate({ country: 'Germny' });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'unknown_country',
      details: expect.stringContaining('Germany') as string,
    });
  });

  it('gives the same channel to the same idempotency key', async () => {
    const provider = createMockProvider();
    const server = await start({ provider });
    const headers = { 'Idempotency-Key': 'form-1' };
    const first = await server.generate({ country: 'USA' }, headers);
    const second = await server.generate({ country: 'USA' }, headers);
    expect(second.body).toEqual(first.body);
    expect(provider.owned()).toHaveLength(1);
  });

  it('buys once for clicks that come together, and tells the others to ask again', async () => {
    const provider = createMockProvider({ latencyMs: 300 });
    const server = await start({ provider });
    const click = () => server.generate({ country: 'USA' }, { 'Idempotency-Key': 'form-1' });
    const answers = await Promise.all(Array.from({ length: 10 }, click));
    const refused = answers.filter(({ status }) => status === 409);
    const made = answers.filter(({ status }) => status === 200);
    expect(refused.length + made.length).toBe(10);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ body }) => body['id'])).size).toBe(1);
    for (const { body, headers } of refused) {
      expect(body).toMatchObject({ code: 'operation_in_progress', mayOwnNumber: 'unknown' });
      expect(body['retryAfterMs']).toBeLessThanOrEqual(1_000);
      expect(headers.get('Retry-After')).toMatch(/^[01]$/);
    }
    expect(provider.owned()).toHaveLength(1);
  });

  it('answers 409 when the key was used for another request', async () => {
    const server = await start();
    await server.generate({ country: 'USA' }, { 'Idempotency-Key': 'form-1' });
    const { status, body } = await server.generate({ country: 'Canada' }, { 'Idempotency-Key': 'form-1' });
    expect([status, body['code']]).toEqual([409, 'idempotency_mismatch']);
  });

  it('answers 409 when the channel of the key was released', async () => {
    const server = await start();
    const made = await server.generate({ country: 'USA' }, { 'Idempotency-Key': 'form-1' });
    await server.send('DELETE', `/api/channels/${String(made.body['id'])}`);
    const { status, body } = await server.generate({ country: 'USA' }, { 'Idempotency-Key': 'form-1' });
    expect([status, body['code']]).toEqual([409, 'channel_released']);
  });

  it('refuses two keys that differ', async () => {
    const server = await start();
    const { status } = await server.generate(
      { country: 'USA', idempotencyKey: 'one' },
      { 'Idempotency-Key': 'other' },
    );
    expect(status).toBe(400);
  });

  it('goes on when the caller leaves, so that who comes back with the key finds the channel', async () => {
    const provider = createMockProvider({ latencyMs: 150 });
    const server = await start({ provider });
    const leaving = fetch(`${server.url}/api/channels/generate-phone-number`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'form-1' },
      body: JSON.stringify({ country: 'USA' }),
      signal: AbortSignal.timeout(200),
    });
    await expect(leaving).rejects.toThrow();
    await expect
      .poll(async () => (await server.generate({ country: 'USA' }, { 'Idempotency-Key': 'form-1' })).status)
      .toBe(200);
    expect(provider.owned()).toHaveLength(1);
  });

  it('gives the number back when it cannot be stored, and says that nothing is owned', async () => {
    const provider = createMockProvider();
    const server = await start({
      provider,
      wrapStore: (store) => ({
        ...store,
        attachChannel: () => Promise.reject(new StoreError({ code: 'store_rejected', message: 'Full.' })),
      }),
    });
    const { status, body } = await server.generate({ country: 'USA' });
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'store_rejected', mayOwnNumber: 'no' });
    expect(provider.owned()).toEqual([]);
  });

  it('says that it is not known whether a number is owned, and when to ask again, when the answer is lost', async () => {
    const provider = createMockProvider();
    const server = await start({
      provider,
      policy: { deadlineMs: 300, purchaseTimeoutMs: 300, callTimeoutMs: 100, leaseMs: 600, attempts: 1 },
    });
    provider.failNext('purchaseNumber', 'after-effect');
    for (let look = 0; look < 20; look += 1) provider.failNext('findNumber', 'before-effect');
    const { status, body, headers } = await server.generate(
      { country: 'USA' },
      { 'Idempotency-Key': 'form-1' },
    );
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'purchase_unknown', mayOwnNumber: 'unknown', retryAfterMs: 3_000 });
    expect(headers.get('Retry-After')).toBe('3');
    expect((await server.send('GET', '/api/health')).body['operationsInDoubt']).toBe(1);
  });
});

describe('GET /api/channels', () => {
  it('lists page by page, newest first, each channel once', async () => {
    const server = await start();
    for (const name of ['one', 'two', 'three']) await server.generate({ country: 'USA', name });
    const first = await server.send('GET', '/api/channels?limit=2');
    const second = await server.send(
      'GET',
      `/api/channels?limit=2&cursor=${String(first.body['nextCursor'])}`,
    );
    const names = [first, second].flatMap(({ body }) =>
      (body['channels'] as { name: string }[]).map(({ name }) => name),
    );
    expect(names).toEqual(['three', 'two', 'one']);
    expect(second.body['nextCursor']).toBeNull();
  });

  it('filters by status and type', async () => {
    const server = await start();
    const sms = await server.generate({ country: 'USA', type: 'sms' });
    await server.generate({ country: 'USA', type: 'voice' });
    await server.send('DELETE', `/api/channels/${String(sms.body['id'])}`);
    const counts = await Promise.all(
      ['type=sms', 'type=voice', 'status=released', 'status=active&type=sms'].map(async (query) => {
        const { body } = await server.send('GET', `/api/channels?${query}`);
        return (body['channels'] as unknown[]).length;
      }),
    );
    expect(counts).toEqual([1, 1, 1, 0]);
  });
});

describe('DELETE /api/channels/:id', () => {
  it('answers 200 once the number is released, and again when repeated', async () => {
    const provider = createMockProvider();
    const server = await start({ provider });
    const made = await server.generate({ country: 'USA' });
    const path = `/api/channels/${String(made.body['id'])}`;
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await server.send('DELETE', path);
      expect([status, body['status']]).toEqual([200, 'released']);
    }
    expect(provider.owned()).toEqual([]);
  });

  it('does not say that nothing is owned when the database refuses', async () => {
    const server = await start({
      wrapStore: (store) => ({
        ...store,
        startRelease: () => Promise.reject(new StoreError({ code: 'store_rejected', message: 'Full.' })),
      }),
    });
    const made = await server.generate({ country: 'USA' });
    const { status, body } = await server.send('DELETE', `/api/channels/${String(made.body['id'])}`);
    expect(status).toBe(500);
    expect(body).toMatchObject({ error: 'Failed to release the channel', mayOwnNumber: 'unknown' });
  });

  it('answers 202 while the provider refuses', async () => {
    const provider = createMockProvider();
    const server = await start({ provider });
    const made = await server.generate({ country: 'USA' });
    provider.failNext('releaseNumber', 'provider_rejected');
    const { status, body } = await server.send('DELETE', `/api/channels/${String(made.body['id'])}`);
    expect([status, body['status']]).toEqual([202, 'releasing']);
    expect((await server.send('GET', '/api/health')).body['operationsInDoubt']).toBe(1);
  });
});

describe('GET /api/numbers', () => {
  it('lists what could be bought and buys nothing', async () => {
    const provider = createMockProvider();
    const server = await start({ provider });
    const { status, body } = await server.send(
      'GET',
      '/api/numbers?country=USA&areaCode=415&capabilities=sms,mms&limit=3',
    );
    expect(status).toBe(200);
    const numbers = body['numbers'] as { phoneNumber: string; capabilities: { mms: boolean } }[];
    expect(numbers).toHaveLength(3);
    expect(numbers.every(({ phoneNumber }) => phoneNumber.startsWith('+1415'))).toBe(true);
    expect(numbers.every(({ capabilities }) => capabilities.mms)).toBe(true);
    expect(provider.owned()).toEqual([]);
  });
});

describe('GET /api/health', () => {
  it('tells live and ready apart when the database is gone', async () => {
    const server = await start({
      wrapStore: (store) => ({
        ...store,
        listChannels: () =>
          Promise.reject(new StoreError({ code: 'store_unavailable', message: 'Out of reach.' })),
      }),
    });
    const ready = await server.send('GET', '/api/health');
    expect([ready.status, ready.body]).toEqual([
      503,
      { live: true, ready: false, mode: 'mock', database: 'unreachable', operationsInDoubt: 0 },
    ]);
    expect((await server.send('GET', '/api/health/live')).status).toBe(200);
  });
});
