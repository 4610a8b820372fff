import { describe, expect, it } from 'vitest';
import { digitsMatching } from './digits-matching.js';
import { createSeededRandom } from './seeded-random.js';

describe('digitsMatching', () => {
  it.each([
    '\\d{7}',
    '8(?:00|33|44)[2-9]\\d{6}',
    '7(?:457[0-57-9]|911[02]?)\\d{2,5}',
    '1|(?:2(?:0[1-3]|1)|33)4?',
  ])('makes digits that match %s', (pattern) => {
    const random = createSeededRandom(3);
    const make = digitsMatching(pattern);
    const made = Array.from({ length: 200 }, () => make(random));
    for (const digits of made) expect(digits).toMatch(new RegExp(`^(?:${pattern})$`));
    expect(new Set(made).size).toBeGreaterThan(5);
  });

  it.each(['(\\d)', '\\d+', '(?=1)1', '[^1]', '(?:1'])(
    'refuses %s, which no numbering plan uses',
    (pattern) => {
      expect(() => digitsMatching(pattern)).toThrow(SyntaxError);
    },
  );
});
