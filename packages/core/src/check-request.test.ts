import { describe, expect, it } from 'vitest';
import { checkQuery, checkRequest, refuseIssues } from './check-request.js';
import { InvalidInputError } from './errors/invalid-input-error.js';
import { fingerprint, readRequest, writeRequest } from './stored-request.js';

const least = { country: 'USA' };
const pathsOf = async (input: unknown) => (await checkRequest(input)).issues.map(({ path }) => path);
const valueOf = async (input: unknown) => {
  const { value } = await checkRequest(input);
  if (value === null) throw new Error('It is refused.');
  return value;
};
const print = async (input: unknown) => fingerprint((await valueOf(input)).request);

describe('checkRequest', () => {
  it('fills in what is left out', async () => {
    expect(await valueOf(least)).toEqual({
      idempotencyKey: null,
      request: {
        query: { country: 'US', callingCode: '+1', type: 'whatsapp', capabilities: {} },
        country: 'USA',
        name: null,
        phoneNumber: null,
        metadata: {},
        webhooks: {},
        regulatory: {},
      },
    });
  });

  it.each([
    ['country', ['US', 'us', 'United States', '+1'], ['', 7, null, undefined, 'x'.repeat(101), 'U\0S']],
    ['type', ['whatsapp', 'sms', 'voice', undefined], ['fax', '', null, 'SMS']],
    ['name', ['x', 'é'.repeat(255), '😀'.repeat(127)], ['', 'x'.repeat(256), 7, null, 'a\0b', '\ud800']],
    ['numberType', ['local', 'mobile', 'toll_free'], ['tollFree', '', null]],
    ['areaCode', ['4', '415', '123456'], ['', '1234567', '41a', 415, '+41', ' 415', '４１５']],
    ['contains', ['55', 'CALLME', '1234567890abcdef'], ['5', '1234567890abcdefg', '5*5', '', 'né']],
    ['locality', ['San Francisco', 'x'.repeat(100)], ['', 'x'.repeat(101), 5, 'a\0']],
    ['region', ['CA', 'x'.repeat(100)], ['', 'x'.repeat(101), null]],
    [
      'phoneNumber',
      ['+14155550123', '+1234567', '+123456789012345'],
      ['14155550123', '+1415', '+0415555012', '+1234567890123456', '+1 415 555 0123', 14155550123],
    ],
    ['idempotencyKey', ['k', 'x'.repeat(255)], ['', 'x'.repeat(256), 5, null, 'a\0b', '\udc00']],
    [
      'metadata',
      [{}, { tenant: '7', empty: '' }],
      [{ tenant: 7 }, [], 'x', null, { '': 'x' }, { key: 'a\0b' }, { 'k\0': 'v' }, { key: '\ud83d' }],
    ],
    ['capabilities', [{}, { sms: true }, { mms: false }], ['sms', ['sms'], null]],
    ['webhooks', [{}, { smsUrl: 'https://example.com/sms' }], ['https://example.com', null]],
    ['regulatory', [{}, { addressId: 'AD0123456789' }], ['AD01', null]],
  ])('takes good values of %s and refuses bad ones', async (key, good, bad) => {
    for (const value of good)
      expect(await pathsOf({ ...least, [key]: value }), JSON.stringify(value)).toEqual([]);
    for (const value of bad) {
      const [path = ''] = await pathsOf({ ...least, [key]: value });
      expect(path.split('.')[0], JSON.stringify(value)).toBe(key);
    }
  });

  it.each([
    ['capabilities.sms', { capabilities: { sms: 'yes' } }],
    ['webhooks.smsUrl', { webhooks: { smsUrl: 'ftp://example.com' } }],
    ['webhooks.voiceUrl', { webhooks: { voiceUrl: 'https://' } }],
    [
      'webhooks.statusCallbackUrl',
      { webhooks: { statusCallbackUrl: `https://example.com/${'x'.repeat(2_048)}` } },
    ],
    ['regulatory.bundleId', { regulatory: { bundleId: 'BU/../01' } }],
    ['regulatory.identityId', { regulatory: { identityId: 'x'.repeat(65) } }],
    ['regulatory.addressId', { regulatory: { addressId: 'AD 1' } }],
  ])('names what is nested: %s', async (path, given) => {
    expect(await pathsOf({ ...least, ...given })).toEqual([path]);
  });

  it('names every key that it does not know, nested ones as well', async () => {
    const paths = await pathsOf({
      ...least,
      nme: 'x',
      maxMonthlyPrice: { amount: '2.00', currency: 'USD' },
      capabilities: { fax: true },
      webhooks: { smsURL: 'https://example.com' },
      regulatory: { address: 'AD1' },
    });
    expect(paths.sort()).toEqual(
      ['capabilities.fax', 'maxMonthlyPrice', 'nme', 'regulatory.address', 'webhooks.smsURL'].sort(),
    );
  });

  it('is not fooled by keys that mean something to JavaScript', async () => {
    const hostile: unknown = JSON.parse('{"country":"USA","__proto__":{"type":"sms"},"constructor":1}');
    expect((await pathsOf(hostile)).sort()).toEqual(['__proto__', 'constructor']);
    const nested: unknown = JSON.parse('{"country":"USA","capabilities":{"__proto__":{"sms":true}}}');
    expect(await pathsOf(nested)).toEqual(['capabilities.__proto__']);
    expect(Object.hasOwn(Object.prototype, 'sms')).toBe(false);
  });

  it('refuses metadata with a key __proto__ instead of losing it', async () => {
    const hostile: unknown = JSON.parse('{"country":"USA","metadata":{"__proto__":"x","tenant":"7"}}');
    expect(await pathsOf(hostile)).toEqual(['metadata']);
    expect(await pathsOf({ ...least, metadata: { constructor: 'x', toString: 'y' } })).toEqual([]);
  });

  it('takes metadata of exactly 16 KiB as JSON, counted in bytes', async () => {
    const envelope = Buffer.byteLength(JSON.stringify({ k: '' }));
    const room = 16 * 1_024 - envelope;
    expect(await pathsOf({ ...least, metadata: { k: 'x'.repeat(room) } })).toEqual([]);
    expect(await pathsOf({ ...least, metadata: { k: 'x'.repeat(room + 1) } })).toEqual(['metadata']);
    expect(await pathsOf({ ...least, metadata: { k: 'é'.repeat(room / 2) } })).toEqual([]);
    expect(await pathsOf({ ...least, metadata: { k: 'é'.repeat(room / 2 + 1) } })).toEqual(['metadata']);
    expect(await pathsOf({ ...least, metadata: { k: '"'.repeat(room / 2 + 1) } })).toEqual(['metadata']);
  });

  it('tells everything that is wrong at once, the country included', async () => {
    const paths = await pathsOf({ country: 'Atlantis', type: 'fax', areaCode: 'abc', idempotencyKey: '' });
    expect(paths.sort()).toEqual(['areaCode', 'country', 'idempotencyKey', 'type']);
  });

  it.each([
    ['voice', { voice: false }],
    ['sms', { sms: false }],
    ['whatsapp', { voice: false, sms: false }],
  ])('refuses capabilities that leave out what %s needs', async (type, capabilities) => {
    expect(await pathsOf({ ...least, type, capabilities })).toEqual(['capabilities']);
  });

  it('lets whatsapp do without one of sms and voice', async () => {
    expect(await pathsOf({ ...least, type: 'whatsapp', capabilities: { voice: false } })).toEqual([]);
    expect(await pathsOf({ ...least, type: 'whatsapp', capabilities: { sms: false } })).toEqual([]);
  });

  it('requires what the type needs and what is asked for, and nothing else', async () => {
    const capabilitiesOf = async (given: object) =>
      (await valueOf({ ...least, ...given })).request.query.capabilities;
    expect(await capabilitiesOf({ type: 'sms' })).toEqual({ sms: true });
    expect(await capabilitiesOf({ type: 'voice', capabilities: { mms: true } })).toEqual({
      voice: true,
      mms: true,
    });
    expect(await capabilitiesOf({ capabilities: { voice: true, sms: false } })).toEqual({ voice: true });
  });

  it('refuses an exact number beside any key that searches', async () => {
    const searching = {
      numberType: 'local',
      areaCode: '415',
      contains: '55',
      locality: 'San Francisco',
      region: 'CA',
    };
    const paths = await pathsOf({ ...least, phoneNumber: '+14155550123', ...searching });
    expect(paths.sort()).toEqual(Object.keys(searching).sort());
    expect(
      await pathsOf({ ...least, phoneNumber: '+14155550123', type: 'sms', capabilities: { mms: true } }),
    ).toEqual([]);
  });

  it('refuses an exact number of another country', async () => {
    expect(await pathsOf({ country: 'GB', phoneNumber: '+14155550123' })).toEqual(['phoneNumber']);
  });

  it.each([undefined, null, 'USA', 7, [], () => 0])('refuses what is no object: %s', async (input) => {
    const { value, issues } = await checkRequest(input);
    expect(value).toBeNull();
    expect(issues.length).toBeGreaterThan(0);
  });
});

describe('the fingerprint of a request', () => {
  it('does not depend on the order of keys', async () => {
    const one = {
      country: 'USA',
      type: 'sms',
      metadata: { a: '1', b: '2' },
      webhooks: { smsUrl: 'https://a.example', voiceUrl: 'https://b.example' },
      capabilities: { sms: true, voice: true },
    };
    const other = {
      capabilities: { voice: true, sms: true },
      webhooks: { voiceUrl: 'https://b.example', smsUrl: 'https://a.example' },
      metadata: { b: '2', a: '1' },
      type: 'sms',
      country: 'USA',
    };
    expect(await print(one)).toBe(await print(other));
  });

  it('does not depend on what is left out or spelled out as its default', async () => {
    const bare = await print(least);
    expect(await print({ ...least, type: 'whatsapp', metadata: {}, webhooks: {}, name: undefined })).toBe(
      bare,
    );
    expect(await print({ ...least, capabilities: { sms: false, voice: undefined } })).toBe(bare);
  });

  it('does not depend on the idempotency key', async () => {
    expect(await print({ ...least, idempotencyKey: 'one' })).toBe(
      await print({ ...least, idempotencyKey: 'two' }),
    );
  });

  it('changes with everything else', async () => {
    const variants = [
      least,
      { ...least, type: 'sms' },
      { ...least, name: 'Sales' },
      { ...least, areaCode: '415' },
      { ...least, contains: '415' },
      { ...least, numberType: 'mobile' },
      { ...least, locality: 'CA' },
      { ...least, region: 'CA' },
      { ...least, phoneNumber: '+14155550123' },
      { ...least, metadata: { a: '1' } },
      { ...least, metadata: { a: '2' } },
      { ...least, capabilities: { mms: true } },
      { ...least, webhooks: { smsUrl: 'https://a.example' } },
      { ...least, webhooks: { voiceUrl: 'https://a.example' } },
      { ...least, regulatory: { addressId: 'AD1' } },
      { country: 'CA' },
    ];
    const prints = await Promise.all(variants.map(print));
    expect(new Set(prints).size).toBe(variants.length);
  });

  it('is of a request that can be read back as it was', async () => {
    const { request } = await valueOf({ ...least, metadata: { b: 'é\n"', a: '😀' }, name: 'Vertrieb "Süd"' });
    expect(readRequest(writeRequest(request))).toEqual(request);
  });
});

describe('checkQuery', () => {
  it('knows no keys but those that search', async () => {
    const { issues } = await checkQuery({
      country: 'USA',
      name: 'x',
      phoneNumber: '+14155550123',
      idempotencyKey: 'k',
    });
    expect(issues.map(({ path }) => path).sort()).toEqual(['idempotencyKey', 'name', 'phoneNumber']);
  });

  it('makes the query that an adapter gets', async () => {
    const { value } = await checkQuery({ country: 'gb', type: 'voice', areaCode: '20', region: undefined });
    expect(value).toEqual({
      country: 'GB',
      callingCode: '+44',
      type: 'voice',
      areaCode: '20',
      capabilities: { voice: true },
    });
  });
});

describe('refuseIssues', () => {
  const codeOf = async (input: unknown) => {
    const { issues } = await checkRequest(input);
    try {
      refuseIssues(issues);
    } catch (error) {
      if (InvalidInputError.isInstance(error)) return error.code;
    }
    return null;
  };

  it('says unknown_country only when that is all there is', async () => {
    expect(await codeOf({ country: 'Atlantis' })).toBe('unknown_country');
    expect(await codeOf({ country: 'Atlantis', type: 'fax' })).toBe('invalid_input');
    expect(await codeOf({ country: 7 })).toBe('invalid_input');
    expect(await codeOf(least)).toBeNull();
  });
});
