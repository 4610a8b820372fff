import { describe, expect, it } from 'vitest';
import { MARKET } from './market.js';
import { createRandom } from './random.js';
import { stockMarket } from './stock-market.js';

describe('stockMarket', () => {
  const numbers = stockMarket(MARKET, 3000, createRandom(7));

  it('makes about as many distinct E.164 numbers as it is asked for', () => {
    expect(numbers.length).toBeGreaterThan(2900);
    expect(numbers.length).toBeLessThan(3100);
    expect(new Set(numbers.map(({ phoneNumber }) => phoneNumber)).size).toBe(numbers.length);
    expect(numbers.filter(({ phoneNumber }) => !/^\+[1-9]\d{9,12}$/.test(phoneNumber))).toEqual([]);
  });

  it('gives North American numbers ten digits and a possible exchange', () => {
    const american = numbers.filter(({ countryCode }) => countryCode === 'US' || countryCode === 'CA');

    expect(american.filter(({ phoneNumber }) => !/^\+1\d{3}[2-9]\d{6}$/.test(phoneNumber))).toEqual([]);
    expect(american.filter(({ phoneNumber }) => /^\+1\d{3}(555|.11)/.test(phoneNumber))).toEqual([]);
  });

  it('has every country and type, even when few numbers are asked for', () => {
    const few = stockMarket(MARKET, 1, createRandom(7));
    const offers = new Set(few.map(({ countryCode, type }) => `${countryCode}/${type}`));

    expect(offers).toContain('US/TollFree');
    expect(offers).toContain('GB/Mobile');
    expect(offers).toContain('FR/National');
    expect(offers).not.toContain('US/Mobile');
  });

  it('makes the same numbers for the same seed and others for another', () => {
    expect(stockMarket(MARKET, 3000, createRandom(7))).toEqual(numbers);
    expect(stockMarket(MARKET, 3000, createRandom(8))).not.toEqual(numbers);
  });

  it('has numbers with and without each capability', () => {
    for (const key of ['voice', 'sms', 'mms', 'fax'] as const) {
      expect(new Set(numbers.map(({ capabilities }) => capabilities[key])).size).toBe(2);
    }
  });
});
