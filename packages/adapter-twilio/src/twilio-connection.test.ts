import { afterEach, describe, expect, it } from 'vitest';
import { resolveOptions } from './resolve-options.js';
import { createTwilioConnection } from './twilio-connection.js';

const accountSid = `AC${'a'.repeat(32)}`;

/** A connection whose HTTP client notes where requests would go, and goes nowhere. */
function connect(settings: object, body: unknown = {}) {
  const uris: string[] = [];
  const connection = createTwilioConnection({
    ...resolveOptions({ accountSid, authToken: 'token', ...settings }),
    borrowedHttpClient: {
      request: ({ uri }: { uri: string }) => {
        uris.push(uri);
        return Promise.resolve({ statusCode: 200, body, headers: {} });
      },
    },
  });
  return { connection, uris };
}

const before = { region: process.env['TWILIO_REGION'], edge: process.env['TWILIO_EDGE'] };
afterEach(() => {
  for (const [name, value] of [
    ['TWILIO_REGION', before.region],
    ['TWILIO_EDGE', before.edge],
  ] as const) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
});

describe('createTwilioConnection', () => {
  it.each([
    ['neither', {}, 'api.twilio.com'],
    ['a region', { region: 'ie1' }, 'api.ie1.twilio.com'],
    ['an edge', { edge: 'dublin' }, 'api.dublin.us1.twilio.com'],
    ['region and edge', { region: 'ie1', edge: 'dublin' }, 'api.dublin.ie1.twilio.com'],
  ])('goes to the host of %s, whatever the environment says', async (_name, place, host) => {
    Object.assign(process.env, { TWILIO_REGION: 'au1', TWILIO_EDGE: 'sydney' });
    const { connection, uris } = connect(place);
    await connection.call((client) => client.api.v2010.accounts(accountSid).fetch(), {});
    expect(uris).toEqual([`https://${host}/2010-04-01/Accounts/${accountSid}.json`]);
  });

  it('sends nothing to another server than intended', async () => {
    const { connection, uris } = connect({ baseUrl: 'http://127.0.0.1:4010' });
    const call = connection.call(
      (client) => client.request({ method: 'get', uri: 'http://127.0.0.1:4011/' }) as Promise<unknown>,
      {},
    );
    await expect(call).rejects.toMatchObject({ name: 'TransportFailure', written: false });
    expect(uris).toEqual([]);
  });

  it('has the answer even where the SDK fails to make sense of it', async () => {
    const { connection } = connect({}, '{"sid":');
    const call = connection.call((client) => client.incomingPhoneNumbers.create({ phoneNumber: '+1' }), {});
    await expect(call).resolves.toMatchObject({ status: 200, body: '{"sid":' });
  });

  it('sent nothing when the SDK fails before it has sent anything', async () => {
    const { connection, uris } = connect({});
    const call = connection.call(() => Promise.reject(new Error('no')), {});
    await expect(call).rejects.toMatchObject({ name: 'TransportFailure', written: false });
    expect(uris).toEqual([]);
  });
});
