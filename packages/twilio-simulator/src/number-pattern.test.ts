import { describe, expect, it } from 'vitest';
import { readContains, readNumberFilter } from './number-pattern.js';

describe('readContains', () => {
  it.each([
    ['415', '+14155550123', true],
    ['+1415', '+14155550123', true],
    ['+415', '+14155550123', false],
    ['0123$', '+14155550123', true],
    ['4155$', '+14155550123', false],
    ['+14155550123', '+14155550123', true],
    ['+14155550124', '+14155550123', false],
    ['41555*', '+14155550123', true],
    ['0123*', '+14155550123', false],
    ['%0123', '+14155550123', true],
    ['CALL', '+14152255123', true],
    ['call', '+14155550123', false],
  ])('matches %s against %s: %s', (pattern, phoneNumber, matches) => {
    expect(readContains(pattern)(phoneNumber)).toBe(matches);
  });

  it.each(['4', '', '12345678901234567', '41*55', '41+5', '**415', '+*415', '415*$', '*4', 'é15', '4 15'])(
    'refuses %j',
    (pattern) => {
      expect(() => readContains(pattern)).toThrow('Invalid Pattern');
    },
  );
});

describe('readNumberFilter', () => {
  it('matches a part of a number, with * for one digit', () => {
    expect(readNumberFilter('415')('+14155550123')).toBe(true);
    expect(readNumberFilter('+1415555012*')('+14155550123')).toBe(true);
    expect(readNumberFilter('+415')('+14155550123')).toBe(false);
  });

  it('refuses a plus that was not encoded and so arrives as a space', () => {
    expect(() => readNumberFilter(' 14155550123')).toThrow('Invalid Pattern');
  });
});
