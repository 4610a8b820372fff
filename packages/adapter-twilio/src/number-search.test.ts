import type { AvailableNumber, NumberQuery } from '@channelkit/core';
import { describe, expect, it } from 'vitest';
import { checkQuery, matchesQuery, toSearchParameters } from './number-search.js';

const us: NumberQuery = { country: 'US', callingCode: '+1', type: 'sms', capabilities: {} };
const gb: NumberQuery = { country: 'GB', callingCode: '+44', type: 'sms', capabilities: {} };

describe('toSearchParameters', () => {
  it.each<[string, NumberQuery, object]>([
    ['nothing', us, {}],
    ['an area code of the US', { ...us, areaCode: '415' }, { areaCode: 415 }],
    ['an area code of Canada', { ...us, country: 'CA', areaCode: '416' }, { areaCode: 416 }],
    ['an area code elsewhere as the beginning', { ...gb, areaCode: '20' }, { contains: '+4420' }],
    [
      'an area code of Jamaica as the beginning',
      { ...us, country: 'JM', areaCode: '876' },
      { contains: '+1876' },
    ],
    ['more than an area code as the beginning', { ...us, areaCode: '4155' }, { contains: '+14155' }],
    ['digits', { ...us, contains: '555' }, { contains: '555' }],
    ['letters as digits', { ...us, contains: 'FLOWERS' }, { contains: '3569377' }],
    [
      'area code and digits of the US',
      { ...us, areaCode: '415', contains: '99' },
      { areaCode: 415, contains: '99' },
    ],
    ['the longer of area code and digits', { ...gb, areaCode: '20', contains: '7946' }, { contains: '7946' }],
    ['the area code where it is longer', { ...gb, areaCode: '161', contains: '79' }, { contains: '+44161' }],
    ['a region of the US', { ...us, region: 'CA' }, { inRegion: 'CA' }],
    ['no region elsewhere', { ...gb, region: 'London' }, {}],
    ['a locality anywhere', { ...gb, locality: 'London' }, { inLocality: 'London' }],
    [
      'capabilities that are asked for, never those that are not',
      { ...us, capabilities: { sms: true, voice: false } },
      { smsEnabled: true },
    ],
    [
      'every capability',
      { ...us, capabilities: { sms: true, voice: true, mms: true } },
      { smsEnabled: true, mmsEnabled: true, voiceEnabled: true },
    ],
  ])('sends %s', (_name, query, parameters) => {
    expect(toSearchParameters(query)).toEqual(parameters);
  });
});

describe('matchesQuery', () => {
  const number: AvailableNumber = {
    phoneNumber: '+14153569377',
    isoCountry: 'US',
    numberType: 'local',
    locality: 'San Francisco',
    region: 'CA',
    capabilities: { voice: true, sms: true, mms: false },
  };

  it.each<[string, Partial<NumberQuery>]>([
    ['the area code', { areaCode: '415' }],
    ['digits in it', { contains: '5693' }],
    ['letters, lower case', { contains: 'flowers' }],
    ['letters, upper case', { contains: 'FLOWERS' }],
    ['the locality in another casing', { locality: 'SAN FRANCISCO' }],
    ['the region', { region: 'ca' }],
    ['capabilities it has', { capabilities: { voice: true, sms: true } }],
    ['a capability that is not asked for', { capabilities: { mms: false } }],
  ])('lets pass %s', (_name, constraints) => {
    expect(matchesQuery(number, { ...us, ...constraints })).toBe(true);
  });

  it.each<[string, Partial<NumberQuery>]>([
    ['another calling code', { callingCode: '+44' }],
    ['another area code', { areaCode: '212' }],
    ['an area code that comes later', { areaCode: '153' }],
    ['digits that are not in it', { contains: '0000' }],
    ['a wildcard', { contains: '415*' }],
    ['another locality', { locality: 'San' }],
    ['another region', { region: 'NY' }],
    ['a capability it lacks', { capabilities: { mms: true } }],
  ])('keeps out %s', (_name, constraints) => {
    expect(matchesQuery(number, { ...us, ...constraints })).toBe(false);
  });

  it('keeps out a number without a place when one is asked for', () => {
    const placeless = { ...number, locality: null, region: null };
    expect(matchesQuery(placeless, { ...us, locality: 'San Francisco' })).toBe(false);
    expect(matchesQuery(placeless, { ...us, region: 'CA' })).toBe(false);
  });

  it('knows every letter of the pad', () => {
    const contains = ['abcdefghijklm', 'nopqrstuvwxyz'];
    const numbers = ['+12223334445556', '+16677778889999'];
    for (const [index, letters] of contains.entries()) {
      const phoneNumber = numbers[index]?.slice(0, 2 + letters.length) ?? '';
      expect(matchesQuery({ ...number, phoneNumber }, { ...us, contains: letters })).toBe(true);
    }
  });

  it('wants sms or voice for whatsapp', () => {
    const holding = (capabilities: AvailableNumber['capabilities']) =>
      matchesQuery({ ...number, capabilities }, { ...us, type: 'whatsapp' });
    expect(holding({ voice: false, sms: true, mms: false })).toBe(true);
    expect(holding({ voice: true, sms: false, mms: false })).toBe(true);
    expect(holding({ voice: false, sms: false, mms: true })).toBe(false);
  });
});

describe('checkQuery', () => {
  it.each<[string, Partial<NumberQuery>]>([
    ['country', { country: '../' }],
    ['callingCode', { callingCode: '44' }],
    ['areaCode', { areaCode: '4*5' }],
    ['contains', { contains: '5%5' }],
    ['contains', { contains: '5' }],
  ])('refuses a %s that Twilio would read in another way', (path, constraints) => {
    expect(() => checkQuery({ ...us, ...constraints })).toThrow(
      expect.objectContaining({ code: 'invalid_input', issues: [expect.objectContaining({ path })] }),
    );
  });

  it('lets a good query pass', () => {
    expect(() => checkQuery({ ...gb, areaCode: '20', contains: 'abc' })).not.toThrow();
  });
});
