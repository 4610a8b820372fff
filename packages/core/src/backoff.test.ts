import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

const least = { random: () => 0 };
const most = { random: () => 1 - Number.EPSILON };

describe('backoffMs', () => {
  it('doubles from 200 ms and stays at 5 s', () => {
    const bounds = [0, 1, 2, 3, 4, 5, 6, 50, 2_000].map((attempt) => backoffMs(attempt, most));
    expect(bounds).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000]);
  });

  it('jitters over the whole range, down to nothing', () => {
    expect([0, 3, 50].map((attempt) => backoffMs(attempt, least))).toEqual([0, 0, 0]);
    expect(backoffMs(1, { random: () => 0.5 })).toBe(200);
  });

  it('is a whole number of milliseconds', () => {
    expect(backoffMs(0, { random: () => 0.123_456 })).toBe(25);
  });
});
