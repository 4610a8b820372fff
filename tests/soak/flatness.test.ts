import { describe, expect, it } from 'vitest';
import { trendOf } from './flatness.js';

const bounds = { mostRatio: 1.2, noise: 5 };
const rising = (step: number) => Array.from({ length: 40 }, (_, index) => 100 + index * step);

describe('trendOf', () => {
  it('compares the second quarter with the last', () => {
    expect(trendOf({ values: [900, 900, 10, 10, 50, 60, 10, 10], ...bounds })).toEqual({
      early: 10,
      late: 10,
      isFlat: true,
    });
  });

  it('takes what goes up without end to be no longer flat', () => {
    expect(trendOf({ values: rising(2), ...bounds }).isFlat).toBe(false);
  });

  it('takes a little more to be flat', () => {
    expect(trendOf({ values: rising(0.5), ...bounds }).isFlat).toBe(true);
  });

  it('takes noise in something small to be flat', () => {
    expect(trendOf({ values: [1, 1, 1, 1, 1, 1, 6, 6], ...bounds }).isFlat).toBe(true);
    expect(trendOf({ values: [1, 1, 1, 1, 1, 1, 7, 7], ...bounds }).isFlat).toBe(false);
  });

  it('takes nothing measured to be no proof', () => {
    expect(trendOf({ values: [], ...bounds }).isFlat).toBe(false);
  });
});
