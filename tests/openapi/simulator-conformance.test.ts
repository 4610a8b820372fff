import { OPERATIONS, startTwilioSimulator, type TwilioSimulator } from '@channelkit/twilio-simulator';
import twilio from 'twilio';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { judgeExchanges } from './judge-exchanges.js';
import { describeJudged } from './judged.js';

const FULL_SETTINGS = {
  friendlyName: 'Support line',
  smsUrl: 'https://example.com/sms',
  smsMethod: 'POST',
  smsFallbackUrl: 'https://example.com/sms-fallback',
  voiceUrl: 'https://example.com/voice',
  voiceMethod: 'GET',
  voiceCallerIdLookup: true,
  statusCallback: 'https://example.com/status',
  addressSid: `AD${'1'.repeat(32)}`,
  bundleSid: `BU${'2'.repeat(32)}`,
  emergencyAddressSid: `AD${'3'.repeat(32)}`,
};

await describeJudged('the simulator by the OpenAPI document', (judge) => {
  let simulator: TwilioSimulator;

  beforeEach(async () => {
    simulator = await startTwilioSimulator({ seed: 11 });
  });

  afterEach(async () => {
    await simulator.close();
  });

  function clientOf(sid: string, token: string) {
    const client = twilio(sid, token);
    client.api.baseUrl = simulator.url;
    return client;
  }

  it('accepts every operation of the simulator as the real client sends and gets it', async () => {
    const client = clientOf(simulator.accountSid, simulator.authToken);
    const account = client.api.v2010.accounts(simulator.accountSid);
    await account.fetch();
    const countries = await account.availablePhoneNumbers.list();
    for (const { countryCode } of countries) {
      const country = client.availablePhoneNumbers(countryCode);
      const { subresourceUris } = await country.fetch();
      if ('local' in subresourceUris) await country.local.list({ smsEnabled: true, limit: 5 });
      if ('mobile' in subresourceUris) await country.mobile.list({ voiceEnabled: true, beta: false });
      if ('toll_free' in subresourceUris) await country.tollFree.list({ pageSize: 3 });
      if ('national' in subresourceUris) await country.national.list();
    }
    const [offer] = await client.availablePhoneNumbers('US').local.list({ areaCode: 415, contains: '+1415' });
    const bought = await client.incomingPhoneNumbers.create({
      phoneNumber: offer?.phoneNumber ?? '',
      ...FULL_SETTINGS,
    });
    await client.incomingPhoneNumbers.create({ areaCode: '212' });
    await client.incomingPhoneNumbers.create({ areaCode: '206' });
    await client.incomingPhoneNumbers.list({ pageSize: 1 });
    await client.incomingPhoneNumbers.list({ phoneNumber: bought.phoneNumber, friendlyName: 'Support line' });
    await client.incomingPhoneNumbers(bought.sid).fetch();
    await client.incomingPhoneNumbers(bought.sid).update({ voiceUrl: 'https://example.com/other' });
    await client.incomingPhoneNumbers(bought.sid).remove();

    expect(judgeExchanges(judge, simulator.exchanges)).toEqual([]);
    expect(new Set(simulator.requests.map(({ operation }) => operation))).toEqual(new Set(OPERATIONS));
    expect(simulator.exchanges.every(({ answer }) => answer !== null && answer.status < 300)).toBe(true);
  });

  it('accepts the bodies of refusals', async () => {
    const client = clientOf(simulator.accountSid, simulator.authToken);
    const test = clientOf(simulator.testAccountSid, simulator.testAuthToken);
    const stranger = clientOf(simulator.accountSid, 'wrong');
    const numbers = client.incomingPhoneNumbers;
    const statuses = await Promise.all(
      [
        () => client.availablePhoneNumbers('US').mobile.list(),
        () => client.availablePhoneNumbers('US').local.list({ contains: '1' }),
        () => numbers.create({ phoneNumber: '+12125550199' }),
        () => numbers.create({ areaCode: '999' }),
        () => numbers(`PN${'0'.repeat(32)}`).remove(),
        () => test.incomingPhoneNumbers.list(),
        () => stranger.incomingPhoneNumbers.list(),
      ].map((refused) => refused().then(() => 200, statusOf)),
    );

    expect(statuses).toEqual([404, 400, 400, 400, 404, 403, 401]);
    expect(judgeExchanges(judge, simulator.exchanges)).toEqual([]);
  });

  it('rejects what the document does not have, in a request and in an answer', async () => {
    const { accountSid, authToken } = simulator;
    const url = `${simulator.url}/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`;
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    await fetch(`${url}?Bogus=1`, { headers: { authorization } });
    const [exchange] = simulator.exchanges;
    const changed = exchange && {
      ...exchange,
      answer: exchange.answer && { ...exchange.answer, status: 202 },
    };

    expect(judgeExchanges(judge, simulator.exchanges)).toHaveLength(1);
    expect(judgeExchanges(judge, changed ? [changed] : [])).toHaveLength(2);
  });

  it('accepts a purchase with test credentials', async () => {
    const test = clientOf(simulator.testAccountSid, simulator.testAuthToken);
    await test.incomingPhoneNumbers.create({ phoneNumber: '+15005550006' });

    expect(judgeExchanges(judge, simulator.exchanges)).toEqual([]);
  });
});

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'status' in error ? error.status : error;
}
