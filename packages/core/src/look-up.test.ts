import { describe, expect, it } from 'vitest';
import { isOlderThanSearch, isOurs } from './look-up.js';
import type { OwnedNumber } from './number-provider.js';
import type { Operation } from './operation.js';

const SEARCHED = Date.UTC(2026, 0, 15, 10, 30, 5);

function number(reference: string | null, createdAt: number | null): OwnedNumber {
  return {
    phoneNumber: '+14155550123',
    providerNumberId: 'PN1',
    isoCountry: 'US',
    reference,
    createdAt: createdAt === null ? null : new Date(createdAt),
    capabilities: { voice: true, sms: true, mms: true },
  };
}

const operation = (vendorDate: number | null) => ({ id: 'mine', vendorDate }) as Operation;

describe('isOurs', () => {
  it.each([
    ['our tag, bought after the search', 'mine', SEARCHED + 2_000, SEARCHED, true],
    ['our tag, bought in the second of the search', 'mine', SEARCHED, SEARCHED, true],
    ['our tag, owned a second before the search', 'mine', SEARCHED - 1_000, SEARCHED, false],
    ['our tag, owned a millisecond before the search', 'mine', SEARCHED - 1, SEARCHED, false],
    ['our tag, and the vendor does not tell since when', 'mine', null, SEARCHED, true],
    ['our tag, and no date with the search', 'mine', 0, null, true],
    ['our tag, and no date at all', 'mine', null, null, true],
    ['another tag, bought after the search', 'somebody else', SEARCHED + 2_000, SEARCHED, false],
    ['no tag of ours, bought after the search', null, SEARCHED + 2_000, SEARCHED, false],
    ['no tag of ours and no dates', null, null, null, false],
    ['a tag that begins like ours', 'mine too', SEARCHED + 2_000, SEARCHED, false],
  ])('%s', (_case, reference, createdAt, vendorDate, expected) => {
    expect(isOurs(number(reference, createdAt), operation(vendorDate))).toBe(expected);
  });
});

describe('isOlderThanSearch', () => {
  it('takes a date that is missing to prove nothing', () => {
    expect(isOlderThanSearch(number('mine', null), SEARCHED)).toBe(false);
    expect(isOlderThanSearch(number('mine', SEARCHED), null)).toBe(false);
  });
});
