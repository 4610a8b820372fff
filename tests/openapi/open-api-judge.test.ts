import { expect, it } from 'vitest';
import { describeJudged } from './judged.js';

const ACCOUNT = `/2010-04-01/Accounts/AC${'0'.repeat(32)}`;
const SEARCH = { method: 'GET', path: `${ACCOUNT}/AvailablePhoneNumbers/US/Local.json` };
const PURCHASE = { method: 'POST', path: `${ACCOUNT}/IncomingPhoneNumbers.json` };
const NUMBER = `${ACCOUNT}/IncomingPhoneNumbers/PN${'0'.repeat(32)}.json`;

await describeJudged('createOpenApiJudge', (judge) => {
  const request = (parts: object) => judge.checkRequest({ ...SEARCH, query: {}, form: {}, ...parts });
  const found = (fields: object) =>
    judge.checkResponse({
      ...SEARCH,
      status: 200,
      body: { available_phone_numbers: [fields], uri: '/2010-04-01/x.json' },
    });
  const bought = (status: number, fields: unknown) =>
    judge.checkResponse({ ...PURCHASE, status, body: fields });

  it('finds nothing wrong with a request of the document', () => {
    expect(request({ query: { Contains: '+1415', SmsEnabled: 'true', PageSize: '30' } })).toEqual([]);
    const form = { PhoneNumber: '+14155550123', FriendlyName: 'x', SmsUrl: 'https://example.com/sms' };
    expect(request({ ...PURCHASE, form })).toEqual([]);
    expect(request({ method: 'DELETE', path: NUMBER })).toEqual([]);
  });

  it('rejects an operation the document does not have', () => {
    expect(request({ path: `${ACCOUNT}/AvailablePhoneNumbers/US/Bogus.json` })).toHaveLength(1);
    expect(request({ path: `${ACCOUNT}/Nothing.json` })).toHaveLength(1);
    expect(request({ method: 'PATCH', path: NUMBER })).toHaveLength(1);
    const answer = { method: 'GET', path: `${ACCOUNT}/Nothing.json`, status: 200, body: {} };
    expect(judge.checkResponse(answer)).toHaveLength(1);
  });

  it.each([
    ['a query parameter the document does not have', { query: { Bogus: '1' } }],
    ['a form parameter where none are taken', { form: { PhoneNumber: '+14155550123' } }],
    ['a form parameter the document does not have', { ...PURCHASE, form: { Bogus: '1' } }],
    ['a query parameter by the name of an inherited property', { query: { constructor: '1' } }],
    ['text for a whole number', { query: { AreaCode: 'abc' } }],
    ['a number out of range', { query: { PageSize: '1001' } }],
    ['text for a boolean', { query: { SmsEnabled: 'yes' } }],
    ['a value outside an enumeration', { ...PURCHASE, form: { SmsMethod: 'PUT' } }],
    ['a sid of the wrong kind', { ...PURCHASE, form: { AddressSid: `BU${'0'.repeat(32)}` } }],
    ['a URL that is none', { ...PURCHASE, form: { SmsUrl: 'not a url' } }],
    ['a path parameter that is no sid', { method: 'DELETE', path: NUMBER.replace('/PN', '/XX') }],
  ])('rejects %s', (_name, parts) => {
    expect(request(parts)).toHaveLength(1);
  });

  it('rejects a success status the document does not have', () => {
    expect(bought(201, { sid: `PN${'0'.repeat(32)}` })).toEqual([]);
    expect(bought(200, { sid: `PN${'0'.repeat(32)}` })).toHaveLength(1);
    expect(judge.checkResponse({ method: 'DELETE', path: NUMBER, status: 204, body: {} })).toHaveLength(1);
  });

  it('rejects a field the document does not have, at the top and inside', () => {
    expect(bought(201, { bogus: 1 })).toEqual([expect.stringContaining('(bogus)')]);
    expect(found({ bogus: 1 })).toEqual([expect.stringContaining('(bogus)')]);
  });

  it('rejects a field of another type, format or enumeration', () => {
    expect(bought(201, { sid: 7 })).not.toEqual([]);
    expect(bought(201, { beta: 'false' })).not.toEqual([]);
    expect(bought(201, { sid: 'PN1' })).not.toEqual([]);
    expect(bought(201, { date_created: '2015-07-30T23:19:04Z' })).not.toEqual([]);
    expect(bought(201, { address_requirements: 'some' })).not.toEqual([]);
    expect(bought(201, { sid: null })).toEqual([]);
  });

  it('lets the real wire win where it differs from the document', () => {
    expect(found({ capabilities: { voice: true, SMS: true, MMS: false } })).toEqual([]);
    expect(found({ capabilities: { voice: true, sms: true, mms: false } })).not.toEqual([]);
    expect(found({ latitude: '19.720000', longitude: null })).toEqual([]);
    expect(found({ latitude: 19.72 })).not.toEqual([]);
    expect(bought(201, { capabilities: { voice: true, sms: true, mms: true, fax: false } })).toEqual([]);
    expect(bought(201, { capabilities: { voice: true, SMS: true, MMS: true } })).not.toEqual([]);
    expect(bought(201, { sms_application_sid: '', sms_url: '' })).toEqual([]);
  });

  it('wants an error body of the shape the wire has', () => {
    const error = {
      code: 20404,
      message: 'gone',
      more_info: 'https://www.twilio.com/docs/errors/20404',
      status: 404,
    };
    expect(bought(404, error)).toEqual([]);
    expect(bought(404, { ...error, code: '20404' })).not.toEqual([]);
    expect(bought(404, { ...error, bogus: 1 })).not.toEqual([]);
    expect(bought(503, '<html></html>')).not.toEqual([]);
  });
});
