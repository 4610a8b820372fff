import { describe, expect, it } from 'vitest';
import { TransportFailure } from './transport-failure.js';
import { isNotFound, toProviderError, UnexpectedAnswer } from './twilio-error.js';

const number = '+14155550123';
const context = { activity: `Buying ${number}`, isPurchase: true, secrets: ['s3cr3t-token'] };

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function refusal(status: number, code: number, message = 'No.') {
  return answer(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}

function judge(received: ReturnType<typeof answer>, isPurchase = true) {
  return toProviderError(new UnexpectedAnswer(received), { ...context, isPurchase });
}

describe('toProviderError', () => {
  it.each([
    [401, 20003, 'authentication_failed'],
    [403, 20005, 'account_restricted'],
    [403, 10001, 'account_restricted'],
    [403, 20006, 'account_restricted'],
    [403, 20403, 'account_restricted'],
    [403, 20008, 'account_restricted'],
    [400, 21404, 'account_restricted'],
    [403, 22300, 'account_restricted'],
    [400, 10002, 'account_restricted'],
    [400, 21422, 'number_unavailable'],
    [400, 21421, 'number_unavailable'],
    [400, 20001, 'provider_rejected'],
    [400, 20002, 'provider_rejected'],
    [405, 20004, 'provider_rejected'],
    [404, 20404, 'provider_rejected'],
    [422, 20422, 'provider_rejected'],
    [400, 21401, 'provider_rejected'],
    [400, 21402, 'provider_rejected'],
    [400, 21403, 'provider_rejected'],
    [400, 21405, 'provider_rejected'],
    [400, 21406, 'provider_rejected'],
    [400, 21407, 'provider_rejected'],
    [400, 21420, 'provider_rejected'],
    [400, 21450, 'provider_rejected'],
    [400, 21451, 'provider_rejected'],
    [400, 21452, 'provider_rejected'],
    [400, 21457, 'provider_rejected'],
    [400, 21458, 'provider_rejected'],
    [400, 21470, 'provider_rejected'],
    [400, 21481, 'provider_rejected'],
    [400, 22400, 'provider_rejected'],
    [400, 22402, 'provider_rejected'],
    [400, 99999, 'provider_rejected'],
  ])('takes HTTP %i with code %i for a refusal: %s', (status, vendorCode, code) => {
    const error = judge(refusal(status, vendorCode));
    expect(error).toMatchObject({ code, outcome: 'rejected', mayOwnNumber: 'no', requirement: null });
    expect(error.providerCode).toBe(String(vendorCode));
    expect(error.message).toContain(number);
    expect(error.message).toContain(String(vendorCode));
  });

  it.each([
    [21631, 'address'],
    [21613, 'address'],
    [21615, 'address'],
    [21649, 'bundle'],
    [21650, 'identity'],
    [21651, 'identity'],
  ])('takes code %i for a missing %s', (vendorCode, requirement) => {
    expect(judge(refusal(400, vendorCode))).toMatchObject({
      code: 'regulatory_required',
      outcome: 'rejected',
      requirement,
    });
  });

  it('permits another number for nothing but a purchase', () => {
    expect(judge(refusal(400, 21422), false).code).toBe('provider_rejected');
    expect(judge(refusal(400, 21421), false).code).toBe('provider_rejected');
  });

  it.each([
    [408, 20408],
    [409, 20409],
    [423, 20423],
    [425, 20425],
    [500, 20500],
    [502, 20502],
    [503, 20503],
    [504, 20504],
    [302, 20302],
  ])('takes HTTP %i for unknown even with the error body', (status, vendorCode) => {
    const error = judge(refusal(status, vendorCode));
    expect(error).toMatchObject({
      code: 'provider_unavailable',
      outcome: 'unknown',
      mayOwnNumber: 'unknown',
    });
    expect(error.providerCode).toBe(String(vendorCode));
  });

  it.each([
    ['an empty body', answer(400, '')],
    ['HTML', answer(400, '<html>Bad Request</html>')],
    ['a list', answer(400, [])],
    ['null', answer(400, 'null')],
    ['no code', answer(400, { message: 'No.', status: 400 })],
    ['a code that is text', answer(400, { code: '21422', message: 'No.', status: 400 })],
    ['a code that is no whole number', answer(400, { code: 21422.5, message: 'No.', status: 400 })],
    ['no message', answer(400, { code: 21422, status: 400 })],
    ['no status', answer(400, { code: 21422, message: 'No.' })],
    ['another status', answer(400, { code: 21422, message: 'No.', status: 404 })],
    ['an error body of RFC 9457', answer(400, { type: 'x', title: 'No.', status: 400, code: 21422 })],
    ['401 of a proxy', answer(401, 'Unauthorized')],
    ['404 of a proxy', answer(404, 'not found')],
    ['429 without the error body', answer(429, 'Too Many Requests')],
    ['HTML with 502', answer(502, '<html>')],
    ['a redirect', answer(307, '')],
    ['half a body with 201', answer(201, '{"sid":"PN')],
  ])('takes %s for unknown', (_name, received) => {
    expect(judge(received)).toMatchObject({
      code: 'provider_unavailable',
      outcome: 'unknown',
      mayOwnNumber: 'unknown',
      providerCode: null,
    });
  });

  it('takes 429 with the error body for throttled', () => {
    expect(judge(refusal(429, 20429))).toMatchObject({
      code: 'rate_limited',
      outcome: 'throttled',
      providerCode: '20429',
      retryAfterMs: null,
      mayOwnNumber: 'no',
    });
  });

  it.each([
    ['seconds', { 'retry-after': '3' }, 3000],
    ['none', { 'retry-after': '0' }, 0],
    ['more than nine seconds', { 'retry-after': '12' }, 12_000],
    ['seconds with blanks around them', { 'retry-after': ' 7 ' }, 7000],
    ['seconds with something after them', { 'retry-after': '7x' }, null],
    ['seconds with something before them', { 'retry-after': 'x7' }, null],
    [
      'a date, by the clock of the vendor',
      { 'retry-after': 'Thu, 30 Jul 2015 23:19:09 GMT', date: 'Thu, 30 Jul 2015 23:19:04 GMT' },
      5000,
    ],
    [
      'a date that has passed',
      { 'retry-after': 'Thu, 30 Jul 2015 23:19:00 GMT', date: 'Thu, 30 Jul 2015 23:19:04 GMT' },
      0,
    ],
    ['something unreadable', { 'retry-after': 'soon' }, null],
  ])('reads Retry-After: %s', (_name, headers, retryAfterMs) => {
    const { status, body } = refusal(429, 20429);
    expect(judge({ status, body, headers }).retryAfterMs).toBe(retryAfterMs);
  });

  it('measures a date by our own clock when the vendor does not tell its own', () => {
    const { status, body } = refusal(503, 20503);
    const headers = { 'retry-after': new Date(Date.now() + 60_000).toUTCString() };
    const { retryAfterMs } = judge({ status, body, headers });
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('takes what was not written for not sent, and what was for unknown', () => {
    const message = 'the connection failed (ECONNRESET)';
    expect(toProviderError(new TransportFailure({ message, written: false }), context)).toMatchObject({
      code: 'provider_unavailable',
      outcome: 'not_sent',
      mayOwnNumber: 'no',
    });
    expect(toProviderError(new TransportFailure({ message, written: true }), context)).toMatchObject({
      outcome: 'unknown',
      mayOwnNumber: 'unknown',
    });
  });

  it.each([
    ['an error', new Error('x')],
    ['a text', 'x'],
    ['nothing', undefined],
  ])('takes %s that it does not know for unknown', (_name, failure) => {
    expect(toProviderError(failure, context)).toMatchObject({
      code: 'provider_unavailable',
      outcome: 'unknown',
      mayOwnNumber: 'unknown',
    });
  });

  it('says so when what was thrown is no error', () => {
    expect(toProviderError('x', context).message).toContain('something that is no error was thrown');
  });

  it('knows that nothing is owned because of what was no purchase', () => {
    expect(judge(refusal(500, 20500), false)).toMatchObject({ outcome: 'unknown', mayOwnNumber: 'no' });
  });

  it.each([
    [20002, 'No. Not so... ', `Buying ${number}: Twilio refused (20002: No. Not so).`],
    [
      20003,
      'Authenticate',
      `Buying ${number}: Twilio refused (20003: Authenticate). Check the account SID, the auth token or API key, and whether they belong to this region.`,
    ],
  ])('quotes Twilio, and says what can be done: %i', (code, message, expected) => {
    expect(judge(refusal(400, code, message)).message).toBe(expected);
  });

  it('names the status of an answer that cannot be read', () => {
    expect(new UnexpectedAnswer(answer(502, '<html>'))).toMatchObject({
      name: 'UnexpectedAnswer',
      message: 'HTTP 502',
    });
  });

  it('blots the secret out of what the vendor says', () => {
    expect(judge(refusal(400, 20002, 'Bad token s3cr3t-token')).message).not.toContain('s3cr3t-token');
  });

  it('keeps no answer in the cause', () => {
    const { cause } = judge(refusal(400, 20002));
    expect(cause).toBeInstanceOf(Error);
    expect(cause).not.toHaveProperty('answer');
  });
});

describe('isNotFound', () => {
  it.each([
    ['404 in Twilio’s words', refusal(404, 20404), true],
    ['404 of a proxy', answer(404, 'not found'), false],
    ['404 with another code', refusal(404, 20003), false],
    ['that code with another status', refusal(400, 20404), false],
    ['an answer', answer(200, {}), false],
  ])('%s', (_case, received, expected) => {
    expect(isNotFound(received)).toBe(expected);
  });
});
