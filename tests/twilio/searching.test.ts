import type { NumberQuery } from '@channelkit/core';
import { afterEach, describe, expect, it } from 'vitest';
import { httpAnswer, httpRefusal, type RawServer, requestLine, startRawServer } from './raw-server.js';
import { accountRow, accountSid, offeredRow, providerAt, query } from './twilio-fixtures.js';

let server: RawServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const account = `/2010-04-01/Accounts/${accountSid}`;
const available = (country: string) => `GET ${account}/AvailablePhoneNumbers/${country}`;
const date = { Date: 'Thu, 30 Jul 2015 23:19:04 GMT' };

async function search(routes: Readonly<Record<string, string>>, asked: Partial<NumberQuery> = {}) {
  server = await startRawServer(
    (request) =>
      routes[requestLine(request).split('?')[0] ?? ''] ?? httpRefusal(404, 20404, 'not found', date),
  );
  return providerAt(server.url).searchNumbers({ ...query, ...asked });
}

const offer = (...rows: unknown[]) => httpAnswer(200, { available_phone_numbers: rows }, date);
const lines = () => server?.requests.map((request) => requestLine(request).split('?')[0]);

describe('searchNumbers', () => {
  it('reads the casing of a search and the clock of the vendor', async () => {
    await expect(search({ [`${available('US')}/Local.json`]: offer(offeredRow()) })).resolves.toEqual({
      numbers: [
        {
          phoneNumber: '+14155550123',
          isoCountry: 'US',
          numberType: 'local',
          locality: 'San Francisco',
          region: 'CA',
          capabilities: { voice: true, sms: true, mms: true },
        },
      ],
      vendorDate: new Date('2015-07-30T23:19:04Z'),
    });
    expect(lines()).toHaveLength(1);
  });

  it('goes on to the next kind when a country has no such kind, and when there is none that matches', async () => {
    const { numbers } = await search(
      {
        [`${available('US')}/Local.json`]: offer(offeredRow({ capabilities: { voice: true } })),
        [`${available('US')}/TollFree.json`]: offer(offeredRow({ phone_number: '+18335550123' })),
      },
      { capabilities: { sms: true } },
    );
    expect(numbers.map(({ phoneNumber, numberType }) => [phoneNumber, numberType])).toEqual([
      ['+18335550123', 'toll_free'],
    ]);
    expect(lines()).toEqual(['Local', 'Mobile', 'TollFree'].map((type) => `${available('US')}/${type}.json`));
  });

  it('ends in an empty list where a country offers nothing, once the account is known to be the right one', async () => {
    const answer = await search(
      { [`GET ${account}.json`]: httpAnswer(200, accountRow(), date) },
      { country: 'AQ', callingCode: '+672' },
    );
    expect(answer.numbers).toEqual([]);
    expect(lines()?.at(-1)).toBe(`GET ${account}.json`);
  });

  it('does not take a wrong account for a country that offers nothing', async () => {
    await expect(search({})).rejects.toMatchObject({ code: 'authentication_failed', outcome: 'rejected' });
  });

  it('tries one kind only when it is asked for that', async () => {
    const { numbers } = await search(
      {
        [`GET ${account}.json`]: httpAnswer(200, accountRow()),
        [`${available('US')}/Local.json`]: offer(offeredRow()),
      },
      { numberType: 'mobile' },
    );
    expect(numbers).toEqual([]);
    expect(lines()).toEqual([`${available('US')}/Mobile.json`, `GET ${account}.json`]);
  });

  it('needs no look at the account when one kind has answered', async () => {
    const { numbers } = await search({ [`${available('US')}/Local.json`]: offer() });
    expect(numbers).toEqual([]);
    expect(lines()).toHaveLength(3);
  });

  it('sifts out whatever the vendor put in on its own', async () => {
    const { numbers } = await search(
      {
        [`${available('US')}/Local.json`]: offer(
          offeredRow({ phone_number: '+12125550123' }),
          offeredRow({ phone_number: '+14155550999', locality: 'Oakland' }),
          offeredRow({ phone_number: '+14155550998', region: 'NY' }),
          offeredRow({ phone_number: '+14155550997', capabilities: { SMS: false, voice: true } }),
          offeredRow({ phone_number: '+14155550996', iso_country: 'CA' }),
          offeredRow({ phone_number: null }),
          null,
          offeredRow(),
        ),
      },
      { areaCode: '415', locality: 'san francisco', region: 'ca', capabilities: { sms: true } },
    );
    expect(numbers.map(({ phoneNumber }) => phoneNumber)).toEqual(['+14155550123']);
  });

  it('takes all 30 numbers of an answer that is said to have more pages, and asks for no other', async () => {
    const rows = Array.from({ length: 30 }, (_, index) =>
      offeredRow({ phone_number: `+141555501${10 + index}` }),
    );
    const body = {
      available_phone_numbers: rows,
      next_page_uri: `${account}/AvailablePhoneNumbers/US/Local.json?Page=1`,
    };
    const { numbers } = await search({ [`${available('US')}/Local.json`]: httpAnswer(200, body) });
    expect(numbers).toHaveLength(30);
    expect(lines()).toHaveLength(1);
  });

  it.each([
    ['an HTML page', httpAnswer(200, '<html></html>')],
    ['another object', httpAnswer(200, { countries: [] })],
    ['an HTML 404', httpAnswer(404, '<html></html>')],
    ['an HTML 502', httpAnswer(502, '<html></html>')],
  ])('fails as unknown on %s', async (_name, answer) => {
    await expect(search({ [`${available('US')}/Local.json`]: answer })).rejects.toMatchObject({
      code: 'provider_unavailable',
      outcome: 'unknown',
      mayOwnNumber: 'no',
    });
  });

  it('fails as rejected on wrong credentials', async () => {
    const routes = { [`${available('US')}/Local.json`]: httpRefusal(401, 20003, 'Authenticate') };
    await expect(search(routes)).rejects.toMatchObject({
      code: 'authentication_failed',
      outcome: 'rejected',
    });
  });

  it('asks nobody when a query would mean something else to the vendor', async () => {
    await expect(search({}, { contains: '4*' })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(server?.requests).toEqual([]);
  });
});
