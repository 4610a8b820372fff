import { afterEach, describe, expect, it } from 'vitest';
import { createTwilioProvider } from '@channelkit/adapter-twilio';
import {
  httpAnswer,
  httpRefusal,
  type RawServer,
  type Reaction,
  requestLine,
  startRawServer,
} from './raw-server.js';
import {
  accountRow,
  accountSid,
  numberSid,
  ownedRow,
  phoneNumber,
  providerAt,
  reference,
} from './twilio-fixtures.js';

let server: RawServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const account = `/2010-04-01/Accounts/${accountSid}`;
const list = `${account}/IncomingPhoneNumbers.json`;
const one = `${account}/IncomingPhoneNumbers/${numberSid}.json`;
const missing = httpRefusal(404, 20404, 'The requested resource was not found');

async function start(routes: Readonly<Record<string, Reaction>>) {
  server = await startRawServer((request) => routes[requestLine(request)] ?? routes['*'] ?? missing);
  return providerAt(server.url);
}

const sidOf = (index: number) => `PN${String(index).padStart(32, '0')}`;
const row = (index: number) => ownedRow({ sid: sidOf(index), phone_number: `+1415555${1000 + index}` });
const page = (rows: readonly unknown[], next: unknown = null) =>
  httpAnswer(200, { incoming_phone_numbers: rows, next_page_uri: next });

async function listed(provider: ReturnType<typeof providerAt>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { providerNumberId } of provider.listNumbers()) ids.push(providerNumberId);
  return ids;
}

describe('findNumber', () => {
  const filtered = `GET ${list}?PhoneNumber=%2B14155550123&PageSize=1000`;

  it('takes the phone number whole though the vendor takes it for a pattern', async () => {
    const longer = ownedRow({ sid: sidOf(1), phone_number: '+141555501234' });
    const provider = await start({ [filtered]: page([longer, ownedRow()]) });
    await expect(provider.findNumber({ phoneNumber })).resolves.toMatchObject({
      providerNumberId: numberSid,
      phoneNumber,
      reference,
    });
  });

  it('resolves to null when only others match the pattern', async () => {
    const provider = await start({ [filtered]: page([ownedRow({ phone_number: '+141555501234' })]) });
    await expect(provider.findNumber({ phoneNumber })).resolves.toBeNull();
  });

  it('looks on the next page', async () => {
    const next = `${list}?PhoneNumber=%2B14155550123&PageSize=1000&Page=1&PageToken=PA1`;
    const provider = await start({ [filtered]: page([row(1)], next), [`GET ${next}`]: page([ownedRow()]) });
    await expect(provider.findNumber({ phoneNumber })).resolves.toMatchObject({
      providerNumberId: numberSid,
    });
  });

  it.each(['+1415*', '4155550123', '', '%2B1'])(
    'resolves to null for %j, which nobody can own',
    async (wrong) => {
      const provider = await start({ '*': page([ownedRow()]) });
      await expect(provider.findNumber({ phoneNumber: wrong })).resolves.toBeNull();
      expect(server?.requests).toEqual([]);
    },
  );

  it('does not take a list that is not there for an empty one', async () => {
    const provider = await start({});
    await expect(provider.findNumber({ phoneNumber })).rejects.toMatchObject({ outcome: 'rejected' });
  });

  it('finds by id', async () => {
    const provider = await start({ [`GET ${one}`]: httpAnswer(200, ownedRow({ friendly_name: 'Support' })) });
    await expect(provider.findNumber({ providerNumberId: numberSid })).resolves.toMatchObject({
      phoneNumber,
      reference: null,
    });
  });

  it('resolves to null for an id that is not there, once the account is known to be the right one', async () => {
    const provider = await start({ [`GET ${account}.json`]: httpAnswer(200, accountRow()) });
    await expect(provider.findNumber({ providerNumberId: numberSid })).resolves.toBeNull();
    expect(server?.requests).toHaveLength(2);
  });

  it('does not take a wrong account for a number that is not there', async () => {
    const provider = await start({});
    await expect(provider.findNumber({ providerNumberId: numberSid })).rejects.toMatchObject({
      code: 'authentication_failed',
    });
  });

  it('fails on a 404 that is not the vendor’s', async () => {
    const provider = await start({ '*': httpAnswer(404, '<html>') });
    await expect(provider.findNumber({ providerNumberId: numberSid })).rejects.toMatchObject({
      outcome: 'unknown',
    });
  });

  it('fails on an answer about another number', async () => {
    const provider = await start({ [`GET ${one}`]: httpAnswer(200, row(1)) });
    await expect(provider.findNumber({ providerNumberId: numberSid })).rejects.toMatchObject({
      outcome: 'unknown',
    });
  });

  it('takes a number for found only when the answer is 200', async () => {
    const provider = await start({ [`GET ${one}`]: httpAnswer(202, ownedRow()) });
    await expect(provider.findNumber({ providerNumberId: numberSid })).rejects.toMatchObject({
      outcome: 'unknown',
    });
  });

  it('tells a refusal of a look-up by id from an answer that says nothing', async () => {
    const provider = await start({ [`GET ${one}`]: httpRefusal(401, 20003, 'Authenticate') });
    await expect(provider.findNumber({ providerNumberId: numberSid })).rejects.toMatchObject({
      code: 'authentication_failed',
      outcome: 'rejected',
    });
  });

  it('escapes an id in the address', async () => {
    const provider = await start({ [`GET ${account}.json`]: httpAnswer(200, accountRow()) });
    await expect(provider.findNumber({ providerNumberId: '../a?b#c/%' })).resolves.toBeNull();
    expect(requestLine(server?.requests[0])).toBe(
      `GET ${account}/IncomingPhoneNumbers/..%2Fa%3Fb%23c%2F%25.json`,
    );
  });
});

describe('listNumbers', () => {
  const first = `GET ${list}?PageSize=1000`;
  const second = `${list}?PageSize=1000&Page=1&PageToken=PA1`;

  it('yields each number once, over all pages', async () => {
    const provider = await start({
      [first]: page([row(1), row(2), row(2)], second),
      [`GET ${second}`]: page([row(2), row(3)]),
    });
    await expect(listed(provider)).resolves.toEqual([sidOf(1), sidOf(2), sidOf(3)]);
  });

  it('asks for a page only when it is wanted', async () => {
    const provider = await start({ [first]: page([row(1)], second) });
    for await (const number of provider.listNumbers()) {
      expect(number.providerNumberId).toBe(sidOf(1));
      break;
    }
    expect(server?.requests).toHaveLength(1);
  });

  it('sends the credentials nowhere else, whatever server a link names', async () => {
    const elsewhere = await startRawServer(() => page([]));
    const provider = await start({
      [first]: page([row(1)], `${elsewhere.url}${second}`),
      [`GET ${second}`]: page([row(2)]),
    });
    await expect(listed(provider)).resolves.toEqual([sidOf(1), sidOf(2)]);
    expect(elsewhere.connections()).toBe(0);
    await elsewhere.close();
  });

  it.each([
    ['empty', { next_page_uri: '' }],
    ['missing', {}],
  ])('ends with the page whose link is %s', async (_name, link) => {
    const last = httpAnswer(200, { incoming_phone_numbers: [row(2)], ...link });
    const provider = await start({ [first]: page([row(1)], second), [`GET ${second}`]: last });
    await expect(listed(provider)).resolves.toEqual([sidOf(1), sidOf(2)]);
  });

  it.each<[string, string, Reaction]>([
    [
      'a link to something else',
      'with a link that leads elsewhere',
      page([row(2)], '/2010-04-01/Accounts/ACother/IncomingPhoneNumbers.json?Page=2'),
    ],
    ['a link that is none', 'with a link that leads elsewhere', page([row(2)], 5)],
    ['a link that leads in a circle', 'that leads nowhere', page([row(1)], second)],
    ['a number that cannot be read', 'a number that cannot be read', page([row(2), { sid: 'PN' }])],
    [
      'a number of another account',
      'a number that cannot be read',
      page([ownedRow({ account_sid: `AC${'d'.repeat(32)}` })]),
    ],
    ['no list', 'HTTP 200', httpAnswer(200, {})],
    ['a part of a list', 'HTTP 206', httpAnswer(206, { incoming_phone_numbers: [row(2)] })],
    ['an HTML 502', 'HTTP 502', httpAnswer(502, '<html>')],
    ['a reset', 'ECONNRESET', (socket) => socket.resetAndDestroy()],
  ])('fails instead of ending early on %s, and says so: %s', async (_name, problem, reaction) => {
    const provider = await start({ [first]: page([row(1)], second), [`GET ${second}`]: reaction });
    await expect(listed(provider)).rejects.toMatchObject({
      name: 'ProviderError',
      outcome: 'unknown',
      message: expect.stringContaining(problem) as string,
    });
  });

  it('rejects, and leaves no promise unhandled, when the credentials cannot be had', async () => {
    const { default: twilio } = await import('twilio');
    await start({});
    const client = twilio(accountSid, 'x');
    client.api.baseUrl = server?.url ?? '';
    client.setCredentialProvider({
      toAuthStrategy: () => ({ getAuthString: () => Promise.reject(new Error('no token')) }),
    } as never);
    client.setAccountSid(accountSid);
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    await expect(listed(createTwilioProvider({ client }))).rejects.toMatchObject({ outcome: 'not_sent' });
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(server?.requests).toEqual([]);
  });
});

describe('releaseNumber', () => {
  it('deletes by id', async () => {
    const provider = await start({ [`DELETE ${one}`]: 'HTTP/1.1 204 No Content\r\n\r\n' });
    await expect(provider.releaseNumber(numberSid)).resolves.toBe('released');
    expect(server?.requests).toHaveLength(1);
  });

  it('takes what is gone for released, once the account is known to be the right one', async () => {
    const provider = await start({ [`GET ${account}.json`]: httpAnswer(200, accountRow()) });
    await expect(provider.releaseNumber(numberSid)).resolves.toBe('gone');
    expect(server?.requests.map(requestLine)).toEqual([`DELETE ${one}`, `GET ${account}.json`]);
  });

  it('escapes an id in the address', async () => {
    const provider = await start({ [`GET ${account}.json`]: httpAnswer(200, accountRow()) });
    await provider.releaseNumber('../a?b#c/%');
    expect(requestLine(server?.requests[0])).toBe(
      `DELETE ${account}/IncomingPhoneNumbers/..%2Fa%3Fb%23c%2F%25.json`,
    );
  });

  it.each<[string, Reaction, string]>([
    ['nobody knows the account', missing, 'authentication_failed'],
    [
      'another account answers',
      httpAnswer(200, accountRow({ sid: `AC${'d'.repeat(32)}` })),
      'authentication_failed',
    ],
    ['the credentials are refused', httpRefusal(401, 20003, 'Authenticate'), 'authentication_failed'],
    ['the account is closed', httpAnswer(200, accountRow({ status: 'closed' })), 'account_restricted'],
    ['the account is suspended', httpAnswer(200, accountRow({ status: 'suspended' })), 'account_restricted'],
    ['the account cannot be read', httpAnswer(200, '<html>'), 'provider_unavailable'],
    ['nobody answers', (socket) => socket.resetAndDestroy(), 'provider_unavailable'],
  ])('does not take what is not there for released when %s', async (_name, reaction, code) => {
    const provider = await start({ [`GET ${account}.json`]: reaction });
    await expect(provider.releaseNumber(numberSid)).rejects.toMatchObject({ code });
  });

  it.each([
    ['an active route', 400, 22400],
    ['a region that forbids it', 400, 22402],
    ['an emergency address', 400, 21631],
  ])('is rejected because of %s', async (_name, status, code) => {
    const provider = await start({ [`DELETE ${one}`]: httpRefusal(status, code) });
    await expect(provider.releaseNumber(numberSid)).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: String(code),
      mayOwnNumber: 'no',
    });
  });

  it.each<[string, Reaction]>([
    ['200', httpAnswer(200, {})],
    ['a 404 that is not the vendor’s', httpAnswer(404, '')],
    ['an HTML 502', httpAnswer(502, '<html>')],
    ['a reset', (socket) => socket.resetAndDestroy()],
  ])('is unknown after %s', async (_name, reaction) => {
    const provider = await start({ [`DELETE ${one}`]: reaction });
    await expect(provider.releaseNumber(numberSid)).rejects.toMatchObject({ outcome: 'unknown' });
  });

  describe('with a standard API key, which may not read the account', () => {
    const probe = `GET ${list}?PageSize=1`;
    const uri = `${list}?PageSize=1&Page=0`;

    async function release(reaction: Reaction) {
      const { url } = (server = await startRawServer((request) =>
        requestLine(request) === probe
          ? reaction
          : requestLine(request) === `GET ${account}.json`
            ? httpRefusal(401, 20003, 'Authentication Error - invalid username')
            : missing,
      ));
      const apiKeySid = `SK${'c'.repeat(32)}`;
      return createTwilioProvider({
        accountSid,
        apiKeySid,
        apiKeySecret: 'secret',
        baseUrl: url,
      }).releaseNumber(numberSid);
    }

    it.each([
      ['holds numbers', [ownedRow()]],
      ['holds none', []],
    ])('knows the account by its list, which %s', async (_name, incoming_phone_numbers) => {
      await expect(release(httpAnswer(200, { uri, incoming_phone_numbers }))).resolves.toBe('gone');
    });

    it.each([
      ['is refused', httpRefusal(401, 20003)],
      [
        'is of another account',
        httpAnswer(200, { uri: uri.replaceAll('a', 'd'), incoming_phone_numbers: [] }),
      ],
      [
        'holds numbers of another',
        httpAnswer(200, { uri, incoming_phone_numbers: [ownedRow({ account_sid: 'AC' })] }),
      ],
      ['is none', httpAnswer(200, {})],
    ])('does not know it by a list that %s', async (_name, answer) => {
      await expect(release(answer)).rejects.toMatchObject({ name: 'ProviderError' });
    });
  });
});
