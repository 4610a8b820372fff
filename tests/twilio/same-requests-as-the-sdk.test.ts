import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpAnswer, httpRefusal, type RawServer, startRawServer } from './raw-server.js';
import {
  accountRow,
  accountSid,
  authToken,
  numberSid,
  offeredRow,
  ownedRow,
  phoneNumber,
  providerAt,
  purchase,
  query,
  reference,
} from './twilio-fixtures.js';

type Sdk = ReturnType<typeof twilio>;

const list = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`;

let server: RawServer;
beforeEach(async () => {
  server = await startRawServer((request) => {
    if (request.startsWith('GET') && request.includes('/AvailablePhoneNumbers/')) {
      return httpAnswer(200, { available_phone_numbers: [offeredRow()] });
    }
    if (request.startsWith('POST')) return httpAnswer(201, ownedRow());
    if (request.startsWith('DELETE')) return httpRefusal(404, 20404);
    if (request.startsWith(`GET /2010-04-01/Accounts/${accountSid}.json`))
      return httpAnswer(200, accountRow());
    if (request.includes('PageToken=')) return httpAnswer(200, { incoming_phone_numbers: [] });
    if (request.includes(`${numberSid}.json`)) return httpAnswer(200, ownedRow());
    return httpAnswer(200, {
      incoming_phone_numbers: [ownedRow()],
      next_page_uri: `${list}?PhoneNumber=%2B1415&PageSize=1000&Page=1&PageToken=PA1`,
    });
  });
});
afterEach(() => server.close());

function sdk(): Sdk {
  const client = twilio(accountSid, authToken, { userAgentExtensions: ['channelkit', 'app/1.0'] });
  client.api.baseUrl = server.url;
  return client;
}

const provider = () => providerAt(server.url, { userAgentExtensions: ['channelkit', 'app/1.0'] });

const webhooks = {
  smsUrl: "https://example.com/sms?a=b c&d='(*)!~é",
  voiceUrl: 'https://example.com/voice',
  statusCallbackUrl: 'https://example.com/status',
};
const regulatory = {
  addressId: `AD${'1'.repeat(32)}`,
  bundleId: `BU${'2'.repeat(32)}`,
  identityId: `RI${'3'.repeat(32)}`,
};

const cases: [string, () => Promise<unknown>, (client: Sdk) => Promise<unknown>[] | Promise<unknown>][] = [
  [
    'a search',
    () =>
      provider().searchNumbers({
        ...query,
        areaCode: '415',
        contains: '555',
        locality: 'San Francisco',
        region: 'CA',
        capabilities: { sms: true, mms: true, voice: true },
      }),
    (client) =>
      client.availablePhoneNumbers('US').local.page({
        areaCode: 415,
        contains: '555',
        inLocality: 'San Francisco',
        inRegion: 'CA',
        smsEnabled: true,
        mmsEnabled: true,
        voiceEnabled: true,
      }),
  ],
  [
    'a search by the beginning of a number',
    () =>
      provider().searchNumbers({
        ...query,
        country: 'GB',
        callingCode: '+44',
        areaCode: '20',
        numberType: 'mobile',
      }),
    (client) => client.availablePhoneNumbers('GB').mobile.page({ contains: '+4420' }),
  ],
  [
    'a purchase with all there is',
    () => provider().purchaseNumber({ ...purchase, webhooks, regulatory }),
    (client) =>
      client.incomingPhoneNumbers.create({
        phoneNumber,
        friendlyName: `channelkit/${reference}`,
        smsUrl: webhooks.smsUrl,
        voiceUrl: webhooks.voiceUrl,
        statusCallback: webhooks.statusCallbackUrl,
        addressSid: regulatory.addressId,
        bundleSid: regulatory.bundleId,
        identitySid: regulatory.identityId,
      }),
  ],
  [
    'a look-up by number',
    () => provider().findNumber({ phoneNumber }),
    (client) => client.incomingPhoneNumbers.page({ phoneNumber, pageSize: 1000 }),
  ],
  [
    'a look-up by id',
    () => provider().findNumber({ providerNumberId: numberSid }),
    (client) => client.incomingPhoneNumbers(numberSid).fetch(),
  ],
  [
    'a list over two pages',
    async () => {
      for await (const number of provider().listNumbers()) expect(number.providerNumberId).toBe(numberSid);
    },
    async (client) => {
      const page = await client.incomingPhoneNumbers.page({ pageSize: 1000 });
      await page.nextPage();
    },
  ],
  [
    'a release of what is gone, with the look at the account',
    () => provider().releaseNumber(numberSid),
    async (client) => {
      await client
        .incomingPhoneNumbers(numberSid)
        .remove()
        .catch(() => undefined);
      await client.api.v2010.accounts(accountSid).fetch();
    },
  ],
];

describe('the requests of the adapter', () => {
  it.each(cases)(
    'are byte for byte those of the SDK with its own HTTP client: %s',
    async (_name, ours, theirs) => {
      await ours();
      const count = server.requests.length;
      await theirs(sdk());

      expect(count).toBeGreaterThan(0);
      expect(server.requests.slice(0, count)).toEqual(server.requests.slice(count));
    },
  );

  it('carry the API key where there is one', async () => {
    const apiKeySid = `SK${'c'.repeat(32)}`;
    const { createTwilioProvider } = await import('@channelkit/adapter-twilio');
    const keyed = createTwilioProvider({
      accountSid,
      apiKeySid,
      apiKeySecret: 'secret',
      baseUrl: server.url,
    });
    await keyed.purchaseNumber(purchase);
    const client = twilio(apiKeySid, 'secret', { accountSid, userAgentExtensions: ['channelkit'] });
    client.api.baseUrl = server.url;
    await client.incomingPhoneNumbers.create({ phoneNumber, friendlyName: `channelkit/${reference}` });

    expect(server.requests[0]).toEqual(server.requests[1]);
    expect(server.requests[0]).toContain(Buffer.from(`${apiKeySid}:secret`).toString('base64'));
  });

  it('go over one connection, one after another', async () => {
    const one = provider();
    await one.searchNumbers(query);
    await one.purchaseNumber(purchase);
    expect(server.connections()).toBe(1);
  });

  it('keep the path of a base URL in front', async () => {
    const behind = providerAt(`${server.url}/proxy/`);
    await behind.searchNumbers(query);
    const pages = behind.listNumbers()[Symbol.asyncIterator]();
    while ((await pages.next()).done !== true);
    const paths = server.requests.map((request) => request.split(' ')[1] ?? '');
    expect(paths).toHaveLength(3);
    expect(paths.every((path) => path.startsWith('/proxy/2010-04-01/Accounts/'))).toBe(true);
  });
});
