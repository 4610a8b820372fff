import { describe, expect, it } from 'vitest';
import { buy, search, start } from './simulator-fixture.js';

const ADDRESS = `AD${'1'.repeat(32)}`;
const BUNDLE = `BU${'2'.repeat(32)}`;
const NUMBER = '+14155550123';

describe('a purchase', () => {
  it('makes the number owned, in the words of the wire, and takes it off the market', async () => {
    const simulator = await start({ now: () => Date.UTC(2015, 6, 30, 23, 19, 4, 987) });
    simulator.setInventory([{ phoneNumber: NUMBER, countryCode: 'US' }]);
    const form = { PhoneNumber: NUMBER, FriendlyName: 'channelkit/1', SmsUrl: 'https://example.com/sms' };
    const { status, body, headers } = await buy(simulator, form);

    expect(status).toBe(201);
    expect(body).toMatchObject({
      phone_number: NUMBER,
      friendly_name: 'channelkit/1',
      sms_url: 'https://example.com/sms',
      capabilities: { voice: true, sms: true, mms: true, fax: false },
      date_created: 'Thu, 30 Jul 2015 23:19:04 +0000',
      status: 'in-use',
      type: 'local',
    });
    expect(body['sid']).toMatch(/^PN[0-9a-f]{32}$/);
    expect(headers.get('date')).toBe('Thu, 30 Jul 2015 23:19:04 GMT');
    expect(headers.get('twilio-request-id')).toMatch(/^RQ[0-9a-f]{32}$/);
    expect(headers.get('twilio-concurrent-requests')).toBe('1');
    expect(simulator.owned()).toEqual([
      expect.objectContaining({
        sid: body['sid'],
        phoneNumber: NUMBER,
        dateCreated: new Date('2015-07-30T23:19:04Z'),
      }),
    ]);
    expect((await search(simulator, 'US/Local')).numbers).toEqual([]);
    expect(simulator.paidPurchases(NUMBER)).toBe(1);
  });

  it('names a number by its formatted self when it is not told otherwise', async () => {
    const simulator = await start();
    simulator.setInventory([{ phoneNumber: NUMBER, countryCode: 'US' }]);

    expect((await buy(simulator, { PhoneNumber: NUMBER })).body['friendly_name']).toBe('(415) 555-0123');
  });

  it('buys any number in an area code, another one each time', async () => {
    const simulator = await start();
    await buy(simulator, { AreaCode: '415' });
    await buy(simulator, { AreaCode: '415' });

    expect(simulator.owned().map(({ phoneNumber }) => phoneNumber.slice(0, 5))).toEqual(['+1415', '+1415']);
    expect(simulator.paidPurchases()).toBe(2);
  });

  it.each([
    [21422, { PhoneNumber: '+14155550999' }],
    [21421, { PhoneNumber: '415-555' }],
    [21421, {}],
    [21452, { AreaCode: '999' }],
    [21451, { AreaCode: '4' }],
    [20002, { PhoneNumber: NUMBER, FriendlyName: 'x'.repeat(65) }],
  ])('is refused with %i: %j', async (code, form) => {
    const simulator = await start();
    const { status, body } = await buy(simulator, form);

    expect([status, body['code'], body['status']]).toEqual([400, code, 400]);
    expect(body['more_info']).toBe(`https://www.twilio.com/docs/errors/${code}`);
    expect(simulator.owned()).toEqual([]);
  });

  it('asks for an address and a bundle where the country does, the address first', async () => {
    const simulator = await start({ unapprovedBundles: [`BU${'9'.repeat(32)}`] });
    const { numbers } = await search(simulator, 'DE/Local');
    const PhoneNumber = String(numbers[0]?.['phone_number']);

    expect((await buy(simulator, { PhoneNumber })).body['code']).toBe(21631);
    const withAddress = { PhoneNumber, AddressSid: ADDRESS };
    expect((await buy(simulator, withAddress)).body).toMatchObject({
      code: 21649,
      message: 'Bundle required and not provided for country: [DE] and numberType: [LOCAL]',
    });
    const unapproved = { ...withAddress, BundleSid: `BU${'9'.repeat(32)}` };
    expect((await buy(simulator, unapproved)).body['code']).toBe(21649);
    expect((await buy(simulator, { ...withAddress, BundleSid: BUNDLE })).status).toBe(201);
  });

  it('takes requirements from the options instead', async () => {
    const requirements = { US: ['address'], 'US/TollFree': ['bundle'], DE: [] } as const;
    const simulator = await start({ requirements });
    const first = async (place: string) =>
      String((await search(simulator, place)).numbers[0]?.['phone_number']);
    const codeOf = async (place: string) =>
      (await buy(simulator, { PhoneNumber: await first(place) })).body['code'];

    expect(await codeOf('US/Local')).toBe(21631);
    expect(await codeOf('US/TollFree')).toBe(21649);
    expect(await codeOf('DE/Local')).toBeUndefined();
  });

  it('of a number that is owned updates it: same sid, same date, other name, nothing paid', async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const simulator = await start({ now: () => nowMs });
    simulator.setInventory([{ phoneNumber: NUMBER, countryCode: 'US' }]);
    const first = await buy(simulator, { PhoneNumber: NUMBER, FriendlyName: 'one' });
    nowMs += 60_000;
    const second = await buy(simulator, { PhoneNumber: NUMBER, FriendlyName: 'two' });

    expect(second.status).toBe(201);
    expect(second.body).toMatchObject({
      sid: first.body['sid'],
      friendly_name: 'two',
      date_created: first.body['date_created'],
    });
    expect(second.body['date_updated']).not.toBe(first.body['date_updated']);
    expect(simulator.paidPurchases(NUMBER)).toBe(1);
    expect(simulator.ledger().map(({ kind }) => kind)).toEqual(['purchased', 'repurchased']);
  });

  it('of a number that is owned is refused when the simulator is set so', async () => {
    const simulator = await start({ repurchase: 'refuses' });
    simulator.own(NUMBER, { friendlyName: 'one' });
    const { status, body } = await buy(simulator, { PhoneNumber: NUMBER, FriendlyName: 'two' });

    expect([status, body['code']]).toEqual([400, 21422]);
    expect(simulator.owned()[0]?.friendlyName).toBe('one');
  });

  it('of a number that somebody else bought in between is refused', async () => {
    const simulator = await start();
    simulator.setInventory([{ phoneNumber: NUMBER, countryCode: 'US' }]);
    expect((await search(simulator, 'US/Local')).numbers).toHaveLength(1);
    simulator.sell(NUMBER);

    expect((await buy(simulator, { PhoneNumber: NUMBER })).body['code']).toBe(21422);
    expect((await search(simulator, 'US/Local')).numbers).toEqual([]);
  });
});
