import { gzipSync, brotliCompressSync, deflateSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { httpAnswer, httpRefusal, type RawServer, type Reaction, startRawServer } from './raw-server.js';
import {
  accountSid,
  numberSid,
  ownedRow,
  phoneNumber,
  providerAt,
  purchase,
  reference,
} from './twilio-fixtures.js';

let server: RawServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function buyFrom(react: (request: string, index: number) => Reaction) {
  server = await startRawServer(react);
  return providerAt(server.url).purchaseNumber(purchase);
}

function binaryAnswer(encoding: string, body: Buffer): Buffer {
  const head = `HTTP/1.1 201 Created\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** The fields of the form that was sent. */
function sentForm(): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(server?.requests[0]?.split('\r\n\r\n')[1]));
}

const json = JSON.stringify(ownedRow());
const half = json.slice(0, json.length / 2);

describe('purchaseNumber', () => {
  it('resolves to the number as it was bought', async () => {
    await expect(buyFrom(() => httpAnswer(201, ownedRow()))).resolves.toEqual({
      phoneNumber,
      providerNumberId: numberSid,
      isoCountry: null,
      reference,
      createdAt: new Date('2015-07-30T23:19:04Z'),
      capabilities: { voice: true, sms: true, mms: true },
    });
  });

  it('writes its tag, and nothing that was not asked for', async () => {
    await buyFrom(() => httpAnswer(201, ownedRow()));
    expect(sentForm()).toEqual({ PhoneNumber: phoneNumber, FriendlyName: `channelkit/${reference}` });
  });

  it('sets webhooks and documents in the same call', async () => {
    server = await startRawServer(() => httpAnswer(201, ownedRow()));
    await providerAt(server.url).purchaseNumber({
      ...purchase,
      webhooks: {
        smsUrl: 'https://a.example/sms',
        voiceUrl: 'https://a.example/voice',
        statusCallbackUrl: 'https://a.example/status',
      },
      regulatory: { addressId: 'AD1', bundleId: 'BU1', identityId: 'RI1' },
    });
    expect(sentForm()).toEqual({
      PhoneNumber: phoneNumber,
      FriendlyName: `channelkit/${reference}`,
      SmsUrl: 'https://a.example/sms',
      VoiceUrl: 'https://a.example/voice',
      StatusCallback: 'https://a.example/status',
      AddressSid: 'AD1',
      BundleSid: 'BU1',
      IdentitySid: 'RI1',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('takes 200 for bought as well, since only the number that it names counts', async () => {
    await expect(buyFrom(() => httpAnswer(200, ownedRow()))).resolves.toMatchObject({ phoneNumber });
  });

  it('resolves to null for a date that is missing, which the SDK makes now of', async () => {
    const number = await buyFrom(() => httpAnswer(201, ownedRow({ date_created: null })));
    expect(number.createdAt).toBeNull();
  });

  it.each([
    ['gzip', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['br', brotliCompressSync(json)],
  ])('reads an answer in %s', async (encoding, body) => {
    await expect(buyFrom(() => binaryAnswer(encoding, body))).resolves.toMatchObject({ phoneNumber });
  });

  it.each<[string, Reaction]>([
    ['201 with half a body, its length said to be whole', httpAnswer(201, half)],
    [
      '201 with half a body, the connection cut',
      (socket) => {
        socket.write(httpAnswer(201, half, { 'Content-Length': String(json.length) }));
        socket.end();
      },
    ],
    [
      '201 with half a body, the connection reset',
      (socket) => {
        socket.write(httpAnswer(201, half, { 'Content-Length': String(json.length) }), () =>
          socket.resetAndDestroy(),
        );
      },
    ],
    [
      '201 with half a body in chunks, cut',
      (socket) => {
        socket.end(
          `HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n${json.slice(0, 16)}\r\n`,
        );
      },
    ],
    ['201 without a body', httpAnswer(201, '')],
    ['201 with HTML', httpAnswer(201, '<html></html>')],
    ['201 for another number', httpAnswer(201, ownedRow({ phone_number: '+14155550124' }))],
    ['201 without a sid', httpAnswer(201, ownedRow({ sid: null }))],
    ['201 for another account', httpAnswer(201, ownedRow({ account_sid: `AC${'d'.repeat(32)}` }))],
    ['202', httpAnswer(202, ownedRow())],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['an HTML 502', httpAnswer(502, '<html>Bad Gateway</html>')],
    ['500 in Twilio’s words', httpRefusal(500, 20500)],
    ['503 in Twilio’s words', httpRefusal(503, 20503)],
    ['429 without Twilio’s words', httpAnswer(429, 'Too Many Requests')],
    ['400 without Twilio’s words', httpAnswer(400, 'Bad Request')],
    ['409 in Twilio’s words', httpRefusal(409, 20409)],
    ['a redirect', httpAnswer(307, '', { Location: '/elsewhere' })],
    ['a redirect to another server', httpAnswer(302, '', { Location: 'http://127.0.0.1:1/' })],
    ['something that is no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['something compressed that is not', binaryAnswer('gzip', Buffer.from('no gzip'))],
    ['an encoding nobody knows', binaryAnswer('zstd', Buffer.from(json))],
    ['a bomb', binaryAnswer('gzip', gzipSync(json + ' '.repeat(17 * 1024 * 1024)))],
    [
      'an answer without end',
      (socket) => socket.write(`HTTP/1.1 201 Created\r\n\r\n${' '.repeat(17 * 1024 * 1024)}`),
    ],
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['an end without an answer', (socket) => socket.end()],
  ])('is unknown after %s, and sends no second request', async (_name, reaction) => {
    await expect(buyFrom(() => reaction)).rejects.toMatchObject({
      name: 'ProviderError',
      code: 'provider_unavailable',
      outcome: 'unknown',
      mayOwnNumber: 'unknown',
    });
    expect(server?.requests).toHaveLength(1);
  });

  it.each([
    ['without a body', '', 'HTTP 201 without a readable number'],
    ['for another number', ownedRow({ phone_number: '+14155550124' }), 'HTTP 201 about +14155550124'],
  ])('says what is wrong with a 201 %s', async (_name, body, problem) => {
    await expect(buyFrom(() => httpAnswer(201, body))).rejects.toThrow(`the answer was ${problem}.`);
  });

  it('is unknown when a kept connection turns out to be dead', async () => {
    server = await startRawServer((_request, index) =>
      index === 0 ? httpAnswer(201, ownedRow()) : (socket) => socket.resetAndDestroy(),
    );
    const provider = providerAt(server.url);
    await provider.purchaseNumber(purchase);
    await expect(provider.purchaseNumber(purchase)).rejects.toMatchObject({ outcome: 'unknown' });
    expect([server.connections(), server.requests.length]).toEqual([1, 2]);
  });

  it.each([
    ['seconds', '7', 7000],
    ['nothing', null, null],
  ])(
    'is throttled by 429 in Twilio’s words, with %s to wait, and sends no second request',
    async (_name, wait, ms) => {
      const headers = wait === null ? {} : { 'Retry-After': wait };
      await expect(
        buyFrom(() => httpRefusal(429, 20429, 'Too Many Requests', headers)),
      ).rejects.toMatchObject({
        code: 'rate_limited',
        outcome: 'throttled',
        retryAfterMs: ms,
        mayOwnNumber: 'no',
      });
      expect(server?.requests).toHaveLength(1);
    },
  );

  it('is rejected when the number has been sold', async () => {
    await expect(
      buyFrom(() => httpRefusal(400, 21422, `${phoneNumber} is not available.`)),
    ).rejects.toMatchObject({
      code: 'number_unavailable',
      outcome: 'rejected',
      providerCode: '21422',
      message: `Buying ${phoneNumber}: Twilio refused (21422: ${phoneNumber} is not available).`,
    });
  });

  it('runs fewer at a time after 429', async () => {
    const waiting: (() => void)[] = [];
    server = await startRawServer((_request, index) =>
      index === 0
        ? httpRefusal(429, 20429)
        : (socket) => void waiting.push(() => socket.write(httpAnswer(201, ownedRow()))),
    );
    const provider = providerAt(server.url, { maxConcurrency: 2 });
    await expect(provider.purchaseNumber(purchase)).rejects.toMatchObject({ outcome: 'throttled' });
    const buying = [provider.purchaseNumber(purchase), provider.purchaseNumber(purchase)];
    await server.arrived(2);
    const other = providerAt(server.url);
    for (const wanted of [3, 4]) {
      // A purchase of another provider, sent later: had the second one been sent, it would have arrived before.
      const later = other.purchaseNumber(purchase);
      await server.arrived(wanted);
      waiting.pop()?.();
      await later;
    }
    expect(server.requests).toHaveLength(4);
    waiting.pop()?.();
    await server.arrived(5);
    waiting.pop()?.();
    await expect(Promise.all(buying)).resolves.toHaveLength(2);
  });

  it('tells the clock of the vendor, after a refusal too', async () => {
    server = await startRawServer(() =>
      httpRefusal(400, 21422, 'No.', { Date: 'Thu, 30 Jul 2015 23:19:04 GMT' }),
    );
    const dates: Date[] = [];
    const onVendorDate = (date: Date) => void dates.push(date);
    await providerAt(server.url)
      .purchaseNumber(purchase, { onVendorDate })
      .catch(() => undefined);
    expect(dates).toEqual([new Date('2015-07-30T23:19:04Z')]);
  });

  it('refuses what would be no purchase of one number under our tag, and asks nobody', async () => {
    server = await startRawServer(() => httpAnswer(201, ownedRow()));
    const provider = providerAt(server.url);
    for (const [path, value] of [
      ['phoneNumber', '+1415*'],
      ['phoneNumber', ''],
      ['reference', 'r'.repeat(54)],
    ] as const) {
      await expect(provider.purchaseNumber({ ...purchase, [path]: value })).rejects.toMatchObject({
        code: 'invalid_input',
        issues: [{ path }],
      });
    }
    expect(server.requests).toEqual([]);
    expect(provider.accountId).toBe(accountSid);
  });

  it('sends a tag of 64 characters, the most that fit', async () => {
    server = await startRawServer(() => httpAnswer(201, ownedRow()));
    await providerAt(server.url).purchaseNumber({ ...purchase, reference: 'r'.repeat(53) });
    expect(sentForm()).toMatchObject({ FriendlyName: `channelkit/${'r'.repeat(53)}` });
  });
});
