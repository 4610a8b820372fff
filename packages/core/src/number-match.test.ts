import { describe, expect, it } from 'vitest';
import { hasCapabilities, matchesQuery } from './number-match.js';
import type { AvailableNumber, NumberQuery } from './number-provider.js';

const listed: AvailableNumber = {
  phoneNumber: '+14155552665',
  isoCountry: 'US',
  numberType: 'local',
  locality: 'San Francisco',
  region: 'CA',
  capabilities: { voice: true, sms: true, mms: false },
};
const query: NumberQuery = { country: 'US', callingCode: '+1', type: 'whatsapp', capabilities: {} };
const matches = (number: Partial<AvailableNumber>, asked: Partial<NumberQuery> = {}) =>
  matchesQuery({ ...listed, ...number }, { ...query, ...asked });

describe('hasCapabilities', () => {
  const none = { voice: false, sms: false, mms: false };

  it('wants sms or voice for whatsapp', () => {
    expect(hasCapabilities(none, { type: 'whatsapp', capabilities: {} })).toBe(false);
    expect(hasCapabilities({ ...none, mms: true }, { type: 'whatsapp', capabilities: {} })).toBe(false);
    expect(hasCapabilities({ ...none, sms: true }, { type: 'whatsapp', capabilities: {} })).toBe(true);
    expect(hasCapabilities({ ...none, voice: true }, { type: 'whatsapp', capabilities: {} })).toBe(true);
  });

  it.each(['voice', 'sms', 'mms'] as const)('wants %s when it is required, and only then', (capability) => {
    const all = { voice: true, sms: true, mms: true };
    const lacking = { ...all, [capability]: false };
    const asked = { type: 'whatsapp' as const, capabilities: { [capability]: true } };
    expect(hasCapabilities(all, asked)).toBe(true);
    expect(hasCapabilities(lacking, asked)).toBe(false);
    expect(hasCapabilities(lacking, { type: 'whatsapp', capabilities: { [capability]: false } })).toBe(true);
  });
});

describe('matchesQuery', () => {
  it('lets a number through that meets all', () => {
    expect(matches({})).toBe(true);
    expect(
      matches(
        {},
        {
          numberType: 'local',
          areaCode: '415',
          contains: '5555',
          locality: 'san francisco',
          region: 'ca',
          capabilities: { voice: true, sms: true },
        },
      ),
    ).toBe(true);
  });

  it.each([
    ['another country', { isoCountry: 'CA' }, {}],
    ['a number that is not E.164', { phoneNumber: '4155552665' }, {}],
    ['a number too short', { phoneNumber: '+14155' }, {}],
    ['a number too long', { phoneNumber: '+1415555266512345' }, {}],
    ['another calling code', { phoneNumber: '+44155552665' }, {}],
    ['another kind', {}, { numberType: 'mobile' as const }],
    ['another area code', {}, { areaCode: '416' }],
    ['an area code that stands further on', {}, { areaCode: '555' }],
    ['other digits', {}, { contains: '777' }],
    ['another place', {}, { locality: 'Oakland' }],
    ['no place, where one is wanted', { locality: null }, { locality: 'San Francisco' }],
    ['another region', {}, { region: 'NY' }],
    ['part of a region', {}, { region: 'C' }],
    ['a capability it lacks', {}, { capabilities: { mms: true } }],
  ])('keeps out %s', (_case, number, asked) => {
    expect(matches(number, asked)).toBe(false);
  });

  it('reads letters as a keypad has them', () => {
    expect(matches({}, { contains: 'COOL' })).toBe(true); // 2665
    expect(matches({}, { contains: 'book' })).toBe(true); // 2665 as well
    expect(matches({}, { contains: '5cool' })).toBe(true);
    expect(matches({}, { contains: 'cold' })).toBe(false);
    const alphabet = 'abcdefghijklmnop';
    expect(
      matches({ phoneNumber: '+222333444555666' }, { callingCode: '+2', contains: alphabet.slice(0, 12) }),
    ).toBe(true);
    expect(matches({ phoneNumber: '+77778889999' }, { callingCode: '+7', contains: 'pqrstuvwxyz' })).toBe(
      true,
    );
  });
});
