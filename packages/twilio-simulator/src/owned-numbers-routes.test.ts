import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { buy, call, start } from './simulator-fixture.js';
import type { TwilioSimulator } from './twilio-simulator.js';

const NUMBER = '+14155550123';

function clientOf(simulator: TwilioSimulator) {
  const client = twilio(simulator.accountSid, simulator.authToken);
  client.api.baseUrl = simulator.url;
  return client;
}

describe('a release', () => {
  it('answers 204, then 404, and keeps the number off the market for its quarantine', async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const simulator = await start({ now: () => nowMs, quarantineMs: 1000 });
    simulator.setInventory([{ phoneNumber: NUMBER, countryCode: 'US' }]);
    const { body } = await buy(simulator, { PhoneNumber: NUMBER });
    const release = () =>
      call(simulator, `/IncomingPhoneNumbers/${String(body['sid'])}.json`, { method: 'DELETE' });

    expect((await release()).status).toBe(204);
    const again = await release();
    expect([again.status, again.body['code']]).toEqual([404, 20404]);
    expect(simulator.owned()).toEqual([]);
    expect(simulator.releases(NUMBER)).toBe(1);
    expect((await buy(simulator, { PhoneNumber: NUMBER })).body['code']).toBe(21422);
    nowMs += 1000;
    expect((await buy(simulator, { PhoneNumber: NUMBER })).status).toBe(201);
    expect(simulator.paidPurchases(NUMBER)).toBe(2);
  });
});

describe('the real client', () => {
  it('searches, buys, looks up, changes and releases', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    const [offer] = await client.availablePhoneNumbers('US').local.list({ areaCode: 617, limit: 3 });
    const phoneNumber = offer?.phoneNumber ?? '';
    const bought = await client.incomingPhoneNumbers.create({ phoneNumber, friendlyName: 'a b+c/ä' });
    const changed = await client
      .incomingPhoneNumbers(bought.sid)
      .update({ voiceUrl: 'https://example.com/v' });
    const [found] = await client.incomingPhoneNumbers.list({ phoneNumber });
    const [named] = await client.incomingPhoneNumbers.list({ friendlyName: 'a b+c/ä' });

    expect(phoneNumber).toMatch(/^\+1617\d{7}$/);
    expect(changed).toMatchObject({ friendlyName: 'a b+c/ä', voiceUrl: 'https://example.com/v' });
    expect([found?.sid, named?.sid]).toEqual([bought.sid, bought.sid]);
    expect(await client.incomingPhoneNumbers.list({ friendlyName: 'a b' })).toEqual([]);
    expect(await client.incomingPhoneNumbers(bought.sid).remove()).toBe(true);
    await expect(client.incomingPhoneNumbers(bought.sid).fetch()).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });
  });

  it('pages through everything, unmoved by what is bought and released meanwhile', async () => {
    const simulator = await start();
    const numbers = Array.from({ length: 25 }, (_, index) => `+1415555${1000 + index}`);
    for (const phoneNumber of numbers) simulator.own(phoneNumber);
    const seen: string[] = [];
    clientOf(simulator).incomingPhoneNumbers.each({ pageSize: 4 }, (number) => {
      seen.push(number.phoneNumber);
      if (seen.length === 4) simulator.disown(number.phoneNumber);
      if (seen.length === 9) simulator.own('+14155559999');
    });
    await expect.poll(() => seen.length).toBe(25);

    expect([...seen].sort()).toEqual(numbers);
    const next = String(
      (await call(simulator, '/IncomingPhoneNumbers.json?PageSize=4')).body['next_page_uri'],
    );
    expect(next).toMatch(/^\/2010-04-01\/Accounts\/AC\w+\/IncomingPhoneNumbers\.json\?.*PageToken=PAPN/);
  });

  it('gets 21481 for a page token that was never given', async () => {
    const simulator = await start();
    const { status, body } = await call(
      simulator,
      '/IncomingPhoneNumbers.json?Page=1&PageToken=PAPN1&PageSize=2',
    );

    expect([status, body['code']]).toEqual([400, 21481]);
  });
});
