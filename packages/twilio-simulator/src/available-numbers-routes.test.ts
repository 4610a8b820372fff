import { describe, expect, it } from 'vitest';
import { type Body, search, start } from './simulator-fixture.js';

describe('a search', () => {
  it('answers at most 30 numbers whatever the page size, and no next page', async () => {
    const { numbers, body } = await search(await start(), 'US/Local', { PageSize: '1000' });

    expect(numbers).toHaveLength(30);
    expect(new Set(numbers.map((number) => number['phone_number'])).size).toBe(30);
    expect(Object.keys(body).sort()).toEqual(['available_phone_numbers', 'uri']);
  });

  it('draws others each time, and the same in the same order for the same seed', async () => {
    const [one, other] = [await start({ seed: 4 }), await start({ seed: 4 })];
    const first = await search(one, 'US/Local');
    const second = await search(one, 'US/Local');

    expect(second.numbers).not.toEqual(first.numbers);
    expect((await search(other, 'US/Local')).numbers).toEqual(first.numbers);
  });

  it('spells capabilities and coordinates as the wire does', async () => {
    const { numbers } = await search(await start(), 'US/Local', { AreaCode: '808' });

    expect(Object.keys(numbers[0]?.['capabilities'] as Body)).toEqual(['voice', 'SMS', 'MMS']);
    expect(numbers[0]).toMatchObject({ latitude: '19.720000', longitude: '-155.090000', region: 'HI' });
  });

  it.each([
    ['US/Local', { AreaCode: '212' }, (number: Body) => String(number['phone_number']).startsWith('+1212')],
    ['GB/Local', { Contains: '+4420' }, (number: Body) => String(number['phone_number']).startsWith('+4420')],
    ['GB/Local', { SmsEnabled: 'true' }, (number: Body) => (number['capabilities'] as Body)['SMS'] === true],
    ['US/Local', { InRegion: 'TX' }, (number: Body) => number['region'] === 'TX'],
    ['US/Local', { InPostalCode: '98101' }, (number: Body) => number['locality'] === 'Seattle'],
    ['AU/Local', { InLocality: 'sydney' }, (number: Body) => number['locality'] === 'Sydney'],
    ['US/Local', { Beta: 'false' }, (number: Body) => number['beta'] === false],
  ] as const)('keeps to its filter: %s %j', async (place, query, fits) => {
    const { numbers } = await search(await start(), place, query);

    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers.filter((number) => !fits(number))).toEqual([]);
  });

  it('takes a capability that is false for no filter', async () => {
    const { numbers } = await search(await start(), 'US/Local', { SmsEnabled: 'false' });

    expect(numbers.some((number) => (number['capabilities'] as Body)['SMS'] === true)).toBe(true);
  });

  it('ignores North American places elsewhere', async () => {
    const query = { AreaCode: '415', InRegion: 'CA', InPostalCode: '94103' };
    const { numbers } = await search(await start(), 'GB/Local', query);

    expect(numbers).toHaveLength(30);
  });

  it('excludes numbers that want an address', async () => {
    const simulator = await start();

    expect((await search(simulator, 'DK/Local')).numbers[0]).toMatchObject({ address_requirements: 'any' });
    const { numbers } = await search(simulator, 'DK/Local', { ExcludeAllAddressRequired: 'true' });
    expect(numbers).toEqual([]);
  });

  it('answers 404, 20404 for a type or a country that is not sold', async () => {
    const simulator = await start();

    for (const place of ['US/Mobile', 'ZZ/Local', 'US/Bogus']) {
      const { status, body } = await search(simulator, place);
      expect([status, body['code'], body['status']]).toEqual([404, 20404, 404]);
    }
  });

  it('refuses a pattern of one character and an area code that is none', async () => {
    const simulator = await start();

    expect((await search(simulator, 'US/Local', { Contains: '4' })).status).toBe(400);
    expect((await search(simulator, 'US/Local', { AreaCode: '41' })).body['code']).toBe(21451);
  });
});
