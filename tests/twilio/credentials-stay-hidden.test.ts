import { inspect } from 'node:util';
import { createTwilioProvider } from '@channelkit/adapter-twilio';
import twilio from 'twilio';
import { afterEach, describe, expect, it } from 'vitest';
import { httpAnswer, httpRefusal, type RawServer, type Reaction, startRawServer } from './raw-server.js';
import {
  accountRow,
  accountSid,
  authToken,
  numberSid,
  providerAt,
  purchase,
  query,
} from './twilio-fixtures.js';

let server: RawServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const apiKeySid = `SK${'c'.repeat(32)}`;
const apiKeySecret = 's3cr3t-of-the-key';
const basic = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64');
const secrets = [
  authToken,
  basic(accountSid, authToken),
  apiKeySecret,
  basic(apiKeySid, apiKeySecret),
  'Basic QUN',
];

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error,
  );
}

/** Everything there is to see of an error: all properties, hidden ones too, through every cause. */
function everythingOf(error: unknown): string {
  const seen = [inspect(error, { depth: Infinity, showHidden: true }), JSON.stringify(error)];
  for (let current = error; current instanceof Error; current = current.cause) {
    seen.push(
      current.message,
      String(current.stack),
      JSON.stringify(current, Object.getOwnPropertyNames(current)),
    );
  }
  return seen.join('\n');
}

function expectHidden(error: unknown) {
  const text = everythingOf(error);
  expect(text).toContain('ProviderError');
  for (const secret of secrets) expect(text).not.toContain(secret);
}

const tokenEcho = `the request said Authorization: Basic ${basic(accountSid, authToken)}, ${authToken}`;
const keyEcho = `the request said Authorization: Basic ${basic(apiKeySid, apiKeySecret)}, ${apiKeySecret}`;

const failures: [string, (echo: string) => Reaction][] = [
  ['a refusal that repeats them', (echo) => httpRefusal(400, 20001, echo)],
  ['wrong credentials', (echo) => httpRefusal(401, 20003, echo)],
  ['429', (echo) => httpRefusal(429, 20429, echo)],
  ['500', (echo) => httpRefusal(500, 20500, echo)],
  ['HTML that repeats them', (echo) => httpAnswer(502, `<html>${echo}</html>`)],
  ['201 that repeats them', (echo) => httpAnswer(201, { sid: echo, phone_number: echo })],
  ['200 with the account, which holds the token', () => httpAnswer(200, accountRow({ sid: 'AC' }))],
  ['half a body', (echo) => httpAnswer(201, `{"a":"${echo}`)],
  ['a reset', () => (socket) => socket.resetAndDestroy()],
  ['no HTTP', (echo) => `${echo}\r\n\r\n`],
];

describe('an error of the adapter', () => {
  it.each(failures)('holds no credential after %s', async (_name, react) => {
    const ofToken = basic(accountSid, authToken);
    server = await startRawServer((request) => react(request.includes(ofToken) ? tokenEcho : keyEcho));
    const token = providerAt(server.url);
    const key = createTwilioProvider({ accountSid, apiKeySid, apiKeySecret, baseUrl: server.url });
    for (const provider of [token, key]) {
      expectHidden(await failureOf(provider.purchaseNumber(purchase)));
      expectHidden(await failureOf(provider.searchNumbers(query)));
      expectHidden(await failureOf(provider.findNumber({ providerNumberId: numberSid })));
      expectHidden(await failureOf(provider.listNumbers()[Symbol.asyncIterator]().next()));
      expectHidden(await failureOf(provider.releaseNumber(numberSid)));
    }
  });

  it('holds no credential when nobody listens', async () => {
    const closed = await startRawServer(() => '');
    await closed.close();
    expectHidden(await failureOf(providerAt(closed.url).purchaseNumber(purchase)));
  });

  it('holds no credential when a signal ends it, whatever its reason', async () => {
    server = await startRawServer(() => () => undefined);
    const controller = new AbortController();
    const buying = failureOf(providerAt(server.url).purchaseNumber(purchase, { signal: controller.signal }));
    await server.arrived(1);
    controller.abort(
      Object.assign(new Error(tokenEcho), { config: { headers: { Authorization: tokenEcho } } }),
    );
    expectHidden(await buying);
  });

  it('holds none of what the SDK’s own HTTP client puts into its errors', async () => {
    server = await startRawServer(() => (socket) => socket.resetAndDestroy());
    const client = twilio(accountSid, authToken, { httpClient: new twilio.RequestClient() });
    client.api.baseUrl = server.url;
    const theirs = await failureOf(client.incomingPhoneNumbers.page());
    expect(everythingOf(theirs)).toContain(basic(accountSid, authToken));

    const ours = await failureOf(createTwilioProvider({ client }).purchaseNumber(purchase));
    expectHidden(ours);
    expect(ours).toMatchObject({ outcome: 'unknown' });
  });
});
