import { describe, expect, it } from 'vitest';
import { buy, call, start } from './simulator-fixture.js';

const NUMBER = '+14155550123';

describe('the door', () => {
  it('is shut for wrong and missing credentials and for other accounts', async () => {
    const simulator = await start();
    const path = '/IncomingPhoneNumbers.json';
    const wrong = await call(simulator, path, { as: [simulator.accountSid, 'wrong'] });
    const elsewhere = await call(simulator, path, { account: `AC${'f'.repeat(32)}` });
    const bare = await fetch(`${simulator.url}/2010-04-01/Accounts/${simulator.accountSid}${path}`);

    expect(wrong.body).toMatchObject({
      code: 20003,
      detail: 'Your AccountSid or AuthToken was incorrect.',
      status: 401,
    });
    expect([wrong.status, elsewhere.status, bare.status]).toEqual([401, 401, 401]);
    expect(bare.headers.get('www-authenticate')).toBe('Basic realm="Twilio API"');
  });

  it('lets an API key in, but a standard one not to the account', async () => {
    const path = '/IncomingPhoneNumbers.json';
    const standard = await start();
    const main = await start({ apiKeyType: 'main' });
    const as: [string, string] = [standard.apiKeySid, standard.apiKeySecret];

    expect((await call(standard, path, { as })).status).toBe(200);
    expect((await call(standard, '.json', { as })).body['code']).toBe(20003);
    expect((await call(main, '.json', { as })).status).toBe(200);
    expect((await call(standard, '.json')).body).toMatchObject({
      sid: standard.accountSid,
      status: 'active',
    });
  });

  it('lets test credentials buy magic numbers and nothing else', async () => {
    const simulator = await start();
    const as: [string, string] = [simulator.testAccountSid, simulator.testAuthToken];
    const test = (form?: Record<string, string>) =>
      call(simulator, '/IncomingPhoneNumbers.json', {
        as,
        account: simulator.testAccountSid,
        ...(form === undefined ? {} : { form }),
      });
    const codeOf = async (form: Record<string, string>) => (await test(form)).body['code'];

    expect(await codeOf({ PhoneNumber: '+15005550000' })).toBe(21422);
    expect(await codeOf({ PhoneNumber: '+15005550001' })).toBe(21421);
    expect(await codeOf({ PhoneNumber: '+14155550123' })).toBe(21421);
    expect(await codeOf({ AreaCode: '533' })).toBe(21452);
    const bought = await test({ PhoneNumber: '+15005550006', FriendlyName: 'echo' });
    expect(bought.status).toBe(201);
    expect(bought.body).toMatchObject({ friendly_name: 'echo', account_sid: simulator.testAccountSid });
    expect((await test({ AreaCode: '500' })).body['phone_number']).toBe('+15005550006');
    const list = await test();
    expect([list.status, list.body['code']]).toEqual([403, 20008]);
    expect(simulator.owned()).toEqual([]);
  });

  it('answers 404 for a path and 405 for a method that it does not know', async () => {
    const simulator = await start();

    expect((await call(simulator, '/Messages.json')).body['code']).toBe(20404);
    expect((await call(simulator, '/IncomingPhoneNumbers')).status).toBe(404);
    const wrongMethod = await call(simulator, '/IncomingPhoneNumbers.json', { method: 'DELETE' });
    expect([wrongMethod.status, wrongMethod.body['code']]).toEqual([405, 20004]);
  });

  it('refuses more requests at once than its limit, untouched', async () => {
    const simulator = await start({ concurrencyLimit: 2, latencyMs: 50, retryAfterSeconds: 1 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => buy(simulator, { AreaCode: '415' })));
    const refused = answers.filter(({ status }) => status === 429);

    expect(refused).toHaveLength(3);
    expect(refused[0]?.body['code']).toBe(20429);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(simulator.owned()).toHaveLength(2);
  });
});

describe('the records', () => {
  it('hold requests and answers in order and no secret', async () => {
    const simulator = await start();
    await call(simulator, '.json');
    await buy(simulator, { PhoneNumber: NUMBER, FriendlyName: 'x' });
    await call(simulator, '/IncomingPhoneNumbers.json?PhoneNumber=%2B1415');

    expect(simulator.requests.map(({ operation }) => operation)).toEqual(['account', 'purchase', 'list']);
    expect(simulator.requests[1]).toMatchObject({
      method: 'POST',
      path: `/2010-04-01/Accounts/${simulator.accountSid}/IncomingPhoneNumbers.json`,
      form: { PhoneNumber: NUMBER, FriendlyName: 'x' },
      username: simulator.accountSid,
    });
    expect(simulator.requests[2]?.query).toEqual({ PhoneNumber: '+1415' });
    expect(simulator.exchanges.map(({ answer }) => answer?.status)).toEqual([200, 400, 200]);
    const records = JSON.stringify(simulator.exchanges);
    expect(records).not.toContain(simulator.authToken);
    expect(records).not.toContain(
      Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64'),
    );
  });
});
