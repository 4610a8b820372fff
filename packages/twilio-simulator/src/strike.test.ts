import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { buy, call, search, start } from './simulator-fixture.js';
import type { TwilioSimulator } from './twilio-simulator.js';

const NUMBER = '+14155550123';

async function startWithNumber(): Promise<TwilioSimulator> {
  const simulator = await start();
  simulator.setInventory([{ phoneNumber: NUMBER, countryCode: 'US' }]);
  return simulator;
}

const buyNumber = (simulator: TwilioSimulator) => buy(simulator, { PhoneNumber: NUMBER });

/** Posts a purchase and follows no redirect. */
function sendPurchase(simulator: TwilioSimulator, signal?: AbortSignal): Promise<Response> {
  const secret = Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64');
  return fetch(`${simulator.url}/2010-04-01/Accounts/${simulator.accountSid}/IncomingPhoneNumbers.json`, {
    method: 'POST',
    body: new URLSearchParams({ PhoneNumber: NUMBER }),
    headers: { authorization: `Basic ${secret}` },
    redirect: 'manual',
    signal: signal ?? null,
  });
}

/** Sends a purchase on a socket of its own and tells what came back and how the connection ended. */
async function buyRaw(simulator: TwilioSimulator): Promise<{ text: string; errorCode: string | null }> {
  const { port } = new URL(simulator.url);
  const socket = connect(Number(port), '127.0.0.1');
  const form = `PhoneNumber=${encodeURIComponent(NUMBER)}`;
  const secret = Buffer.from(`${simulator.accountSid}:${simulator.authToken}`).toString('base64');
  let text = '';
  let errorCode: string | null = null;
  socket.on('data', (chunk) => (text += chunk.toString('utf8')));
  socket.on('error', (error) => (errorCode = (error as NodeJS.ErrnoException).code ?? error.message));
  socket.write(
    [
      `POST /2010-04-01/Accounts/${simulator.accountSid}/IncomingPhoneNumbers.json HTTP/1.1`,
      'Host: localhost',
      `Authorization: Basic ${secret}`,
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${form.length}`,
      '',
      form,
    ].join('\r\n'),
  );
  await new Promise((resolve) => socket.once('close', resolve));
  return { text, errorCode };
}

describe('a fault', () => {
  it.each([
    ['before-effect', 0],
    ['after-effect', 1],
  ] as const)('resets the connection %s', async (when, purchases) => {
    const simulator = await startWithNumber();
    simulator.fault({ operation: 'purchase', kind: 'reset', when });

    expect(await buyRaw(simulator)).toEqual({ text: '', errorCode: 'ECONNRESET' });
    expect(simulator.paidPurchases()).toBe(purchases);
    expect(simulator.exchanges[0]).toMatchObject({ answer: null, fault: 'reset' });
  });

  it.each([
    ['before-effect', 0],
    ['after-effect', 1],
  ] as const)('never answers, %s', async (when, purchases) => {
    const simulator = await startWithNumber();
    const fault = simulator.fault({ operation: 'purchase', kind: 'hang', when });
    const answer = buyNumber(simulator).then(
      () => 'answered',
      () => 'cut off',
    );
    await expect.poll(() => fault.struck()).toBe(1);
    const closed = simulator.close();

    expect(await answer).toBe('cut off');
    await closed;
    expect(simulator.paidPurchases()).toBe(purchases);
  });

  it('answers another status with an error body that fits', async () => {
    const simulator = await startWithNumber();
    for (const status of [500, 503, 429, 401]) {
      simulator.fault({ operation: 'purchase', kind: 'status', status });
    }
    const codes = [];
    for (let count = 0; count < 4; count += 1) codes.push((await buyNumber(simulator)).body['code']);

    expect(codes).toEqual([20500, 20503, 20429, 20003]);
    expect(simulator.owned()).toEqual([]);
  });

  it('answers any code, headers and body', async () => {
    const simulator = await startWithNumber();
    const laid = { operation: 'purchase', kind: 'status' } as const;
    simulator.fault({ ...laid, status: 400, code: 21631, message: 'Address!' });
    simulator.fault({ ...laid, status: 429, headers: { 'Retry-After': '2' } });
    simulator.fault({ ...laid, status: 500, body: '' });
    simulator.fault({ ...laid, status: 201, body: { sid: 7 }, when: 'after-effect' });

    expect((await buyNumber(simulator)).body).toEqual({
      code: 21631,
      message: 'Address!',
      more_info: 'https://www.twilio.com/docs/errors/21631',
      status: 400,
    });
    expect((await buyNumber(simulator)).headers.get('retry-after')).toBe('2');
    expect(await buyNumber(simulator)).toMatchObject({ status: 500, body: {} });
    expect(simulator.owned()).toEqual([]);
    expect((await buyNumber(simulator)).body).toEqual({ sid: 7 });
    expect(simulator.owned()).toHaveLength(1);
  });

  it('cuts the answer in half and ends the connection', async () => {
    const simulator = await startWithNumber();
    simulator.fault({ operation: 'purchase', kind: 'truncated' });
    const { text } = await buyRaw(simulator);
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const announced = Number(/content-length: (\d+)/i.exec(head)?.[1]);

    expect(head).toContain('201 Created');
    expect(body.length).toBe(Math.floor(announced / 2));
    expect(simulator.owned()).toHaveLength(1);
  });

  it('announces half an answer as if it were whole', async () => {
    const simulator = await startWithNumber();
    simulator.fault({ operation: 'purchase', kind: 'truncated', framing: 'short' });

    await expect(buyNumber(simulator)).rejects.toThrow(SyntaxError);
    expect(simulator.owned()).toHaveLength(1);
  });

  it('announces more than it sends', async () => {
    const simulator = await startWithNumber();
    simulator.fault({ operation: 'purchase', kind: 'truncated', framing: 'long' });
    const { text } = await buyRaw(simulator);
    const [head = '', body = ''] = text.split('\r\n\r\n');

    expect(JSON.parse(body)).toMatchObject({ phone_number: NUMBER });
    expect(Number(/content-length: (\d+)/i.exec(head)?.[1])).toBeGreaterThan(body.length);
  });

  it('cuts an error when the effect is not to happen', async () => {
    const simulator = await startWithNumber();
    simulator.fault({ operation: 'purchase', kind: 'truncated', framing: 'short', when: 'before-effect' });

    await expect(buyNumber(simulator)).rejects.toThrow(SyntaxError);
    expect(simulator.exchanges[0]?.answer?.status).toBe(500);
    expect(simulator.owned()).toEqual([]);
  });

  it('answers with a page of HTML', async () => {
    const simulator = await startWithNumber();
    simulator.fault({ operation: 'purchase', kind: 'html', when: 'after-effect' });
    const response = await sendPurchase(simulator);

    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(await response.text()).toContain('502 Bad Gateway');
    expect(simulator.owned()).toHaveLength(1);
  });

  it('redirects', async () => {
    const simulator = await startWithNumber();
    simulator.fault({ operation: 'purchase', kind: 'redirect', status: 302, location: '/elsewhere' });
    const response = await sendPurchase(simulator);

    expect([response.status, response.headers.get('location')]).toEqual([302, '/elsewhere']);
    expect(simulator.owned()).toEqual([]);
  });

  it.each([
    ['before-effect', 0],
    ['after-effect', 1],
  ] as const)('answers late; %s the number is not bought or bought meanwhile', async (when, purchases) => {
    const simulator = await startWithNumber();
    const fault = simulator.fault({ operation: 'purchase', kind: 'slow', delayMs: 150, when });
    const answer = buyNumber(simulator);
    await expect.poll(() => fault.struck(), { interval: 5 }).toBe(1);

    expect(simulator.paidPurchases()).toBe(purchases);
    expect((await answer).status).toBe(201);
    expect(simulator.paidPurchases()).toBe(1);
  });

  it('lets the effect happen after the client has gone, when it is told to', async () => {
    const simulator = await startWithNumber();
    simulator.fault({ operation: 'purchase', kind: 'late' });

    expect((await buyRaw(simulator)).errorCode).toBe('ECONNRESET');
    expect(simulator.owned()).toEqual([]);
    expect(simulator.landLate()).toBe(1);
    expect(simulator.owned()).toHaveLength(1);
    expect(simulator.landLate()).toBe(0);
  });

  it('lets the effect happen by itself after a delay', async () => {
    const simulator = await startWithNumber();
    simulator.fault({ operation: 'purchase', kind: 'late', delayMs: 20 });
    await buyRaw(simulator);

    await expect.poll(() => simulator.owned().length, { interval: 5 }).toBe(1);
    expect(simulator.landLate()).toBe(0);
  });

  it('leaves a client hanging whose effect comes later', async () => {
    const simulator = await startWithNumber();
    const fault = simulator.fault({ operation: 'purchase', kind: 'late', client: 'hang' });
    const gaveUp = new AbortController();
    const answer = sendPurchase(simulator, gaveUp.signal);
    await expect.poll(() => fault.struck(), { interval: 5 }).toBe(1);
    gaveUp.abort();

    await expect(answer).rejects.toThrow('aborted');
    simulator.landLate();
    expect(simulator.owned()).toHaveLength(1);
  });

  it('loses what has not landed when the simulator closes', async () => {
    const simulator = await startWithNumber();
    simulator.fault({ operation: 'purchase', kind: 'late', delayMs: 60_000 });
    await buyRaw(simulator);
    await simulator.close();

    expect(simulator.landLate()).toBe(0);
    expect(simulator.owned()).toEqual([]);
  });

  it('strikes in order, as often as told, after letting as many pass, and only what it names', async () => {
    const simulator = await startWithNumber();
    const first = simulator.fault({ operation: 'search', kind: 'status', status: 500, skip: 1, times: 2 });
    simulator.fault({ operation: 'search', kind: 'status', status: 503 });
    const statuses = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await search(simulator, 'US/Local')).status);

    expect(statuses).toEqual([200, 500, 500, 503, 200]);
    expect(first.struck()).toBe(2);
    expect((await call(simulator, '/IncomingPhoneNumbers.json')).status).toBe(200);
  });

  it('can be narrowed, cancelled and cleared', async () => {
    const simulator = await startWithNumber();
    const lay = { operation: 'any', kind: 'status', status: 500, times: Infinity } as const;
    simulator.fault({ ...lay, match: ({ query }) => query['FriendlyName'] === 'x' });
    const list = (name: string) => call(simulator, `/IncomingPhoneNumbers.json?FriendlyName=${name}`);

    expect([(await list('y')).status, (await list('x')).status, (await list('x')).status]).toEqual([
      200, 500, 500,
    ]);
    simulator.clearFaults();
    expect((await list('x')).status).toBe(200);
    simulator.fault(lay).cancel();
    expect((await list('x')).status).toBe(200);
  });

  it('does not strike a request that is not let in', async () => {
    const simulator = await startWithNumber();
    const fault = simulator.fault({ operation: 'any', kind: 'status', status: 500 });
    const { status } = await call(simulator, '/IncomingPhoneNumbers.json', { as: ['AC', 'wrong'] });

    expect([status, fault.struck()]).toEqual([401, 0]);
  });

  it('is refused when it makes no sense', async () => {
    const simulator = await start();
    const lay = { operation: 'any', kind: 'status' } as const;

    expect(() => simulator.fault({ ...lay, status: 99 })).toThrow('status is between 200 and 599');
    expect(() => simulator.fault({ ...lay, status: 500, times: 0 })).toThrow('times is a whole number');
    expect(() => simulator.fault({ ...lay, status: 500, skip: 0.5 })).toThrow('skip is a whole number');
    expect(() => simulator.fault({ operation: 'any', kind: 'slow', delayMs: -1 })).toThrow('delayMs');
  });
});
