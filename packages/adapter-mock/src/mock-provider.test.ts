import { getCountries, getCountryCallingCode, isValidPhoneNumber } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import type { NumberPurchase, NumberQuery, OwnedNumber } from '@channelkit/core';
import { createMockProvider, type MockProviderOptions } from './mock-provider.js';

const unitedStates: NumberQuery = { country: 'US', callingCode: '+1', type: 'whatsapp', capabilities: {} };
const unitedKingdom: NumberQuery = { ...unitedStates, country: 'GB', callingCode: '+44' };

async function search(query: NumberQuery, options: MockProviderOptions = {}) {
  return (await createMockProvider({ seed: 7, ...options }).searchNumbers(query)).numbers;
}

async function searchNumbers(query: NumberQuery, options?: MockProviderOptions): Promise<string[]> {
  return (await search(query, options)).map(({ phoneNumber }) => phoneNumber);
}

function purchaseOf(phoneNumber: string): NumberPurchase {
  return { phoneNumber, reference: 'reference-1', webhooks: {}, regulatory: {} };
}

describe('searchNumbers of the mock', () => {
  it('makes +1 and ten digits for the US, in an exchange that seldom belongs to anybody', async () => {
    const numbers = await searchNumbers(unitedStates);
    expect(numbers).toHaveLength(30);
    for (const phoneNumber of numbers) expect(phoneNumber).toMatch(/^\+1[2-9]\d{2}555\d{4}$/);
  });

  it('makes valid, distinct numbers in every country that has numbers of its own', async () => {
    for (const country of getCountries()) {
      const callingCode = `+${getCountryCallingCode(country)}`;
      const numbers = await searchNumbers({ ...unitedStates, country, callingCode });
      expect(numbers.filter((phoneNumber) => !isValidPhoneNumber(phoneNumber))).toEqual([]);
      expect(new Set(numbers).size).toBe(numbers.length);
      // Those of Western Sahara cannot be told from those of Morocco.
      expect([country, numbers.length]).toEqual([country, country === 'EH' ? 0 : 30]);
    }
  });

  it('keeps to an area code in any country', async () => {
    for (const phoneNumber of await searchNumbers({ ...unitedStates, areaCode: '415' }))
      expect(phoneNumber).toMatch(/^\+1415/);
    for (const phoneNumber of await searchNumbers({ ...unitedKingdom, areaCode: '20' }))
      expect(phoneNumber).toMatch(/^\+4420/);
    expect(await searchNumbers({ ...unitedKingdom, areaCode: '20' })).toHaveLength(30);
    expect(await searchNumbers({ ...unitedStates, areaCode: '999' })).toEqual([]);
  });

  it('puts digits and letters anywhere in the number, and finds the one number that has them all', async () => {
    const pizzas = await searchNumbers({ ...unitedStates, contains: 'pizza' });
    expect(pizzas).toHaveLength(30);
    for (const phoneNumber of pizzas) expect(phoneNumber).toContain('74992');
    expect(await searchNumbers({ ...unitedStates, contains: '4155550123' })).toEqual(['+14155550123']);
    expect(await searchNumbers({ ...unitedStates, areaCode: '212', contains: '4155550123' })).toEqual([]);
    expect(await searchNumbers({ ...unitedStates, contains: '1234567890123456' })).toEqual([]);
    expect(await searchNumbers({ ...unitedStates, contains: '41*' })).toEqual([]);
  });

  it('offers the kinds of number that the country has', async () => {
    expect(await search({ ...unitedStates, numberType: 'mobile' })).toEqual([]);
    const mobiles = await search({ ...unitedKingdom, numberType: 'mobile' });
    expect(mobiles).toHaveLength(30);
    for (const { phoneNumber } of mobiles) expect(phoneNumber).toMatch(/^\+447/);
    const tollFree = await search({ ...unitedStates, numberType: 'toll_free' });
    for (const { phoneNumber } of tollFree) expect(phoneNumber).toMatch(/^\+18(00|33|44|55|66|77|88)/);
  });

  it.each(['voice', 'sms'] as const)('offers for %s what can carry it', async (type) => {
    const numbers = await search({ ...unitedStates, type });
    expect(numbers.every(({ capabilities }) => capabilities[type])).toBe(true);
  });

  it('offers the same for the same seed, and something else without one', async () => {
    expect(await searchNumbers(unitedStates)).toEqual(await searchNumbers(unitedStates));
    const random = await createMockProvider().searchNumbers(unitedStates);
    const others = await createMockProvider().searchNumbers(unitedStates);
    expect(random.numbers).not.toEqual(others.numbers);
  });
});

describe('the inventory of the mock', () => {
  it('is empty where it is 0, everywhere or in one country', async () => {
    expect(await search(unitedStates, { inventory: 0 })).toEqual([]);
    expect(await search(unitedStates, { inventory: { US: 0 } })).toEqual([]);
    expect(await search(unitedKingdom, { inventory: { US: 0 } })).toHaveLength(30);
    const provider = createMockProvider({ inventory: 0 });
    await expect(provider.purchaseNumber(purchaseOf('+14155550123'))).rejects.toMatchObject({
      code: 'number_unavailable',
      outcome: 'rejected',
    });
  });

  it('goes down with a purchase, and up with a release', async () => {
    const provider = createMockProvider({ inventory: 2 });
    const bought = await provider.purchaseNumber(purchaseOf('+14155550123'));
    expect((await provider.searchNumbers(unitedStates)).numbers).toHaveLength(1);
    await provider.releaseNumber(bought.providerNumberId);
    expect((await provider.searchNumbers(unitedStates)).numbers).toHaveLength(2);
  });

  it('is the numbers of a list and no others, where one is given', async () => {
    const inventory = ['+15551234567', '+14155550123', '+442079460123', '+447400123456'];
    const provider = createMockProvider({ inventory });
    const offered = async (query: NumberQuery) =>
      (await provider.searchNumbers(query)).numbers.map(({ phoneNumber }) => phoneNumber);
    expect(await offered(unitedStates)).toEqual(['+15551234567', '+14155550123']);
    expect(await offered({ ...unitedStates, areaCode: '415', contains: 'JJJ' })).toEqual(['+14155550123']);
    expect(await offered(unitedKingdom)).toEqual(['+442079460123']);
    expect(await offered({ ...unitedKingdom, numberType: 'mobile' })).toEqual(['+447400123456']);
    expect(await offered({ ...unitedKingdom, locality: 'London' })).toEqual([]);

    await provider.purchaseNumber(purchaseOf('+15551234567'));
    expect(await offered(unitedStates)).toEqual(['+14155550123']);
    await expect(provider.purchaseNumber(purchaseOf('+14155550124'))).rejects.toMatchObject({
      code: 'number_unavailable',
    });
  });

  it('takes no list with a number that is not E.164', () => {
    expect(() => createMockProvider({ inventory: ['+14155550123', '4155550124'] })).toThrow(
      'inventory.1: must be E.164',
    );
  });
});

describe('purchaseNumber of the mock', () => {
  it('sells any number of a possible shape, even one that is in no plan', async () => {
    const bought = await createMockProvider().purchaseNumber(purchaseOf('+15551234567'));
    expect(bought).toMatchObject({ phoneNumber: '+15551234567', isoCountry: 'US', reference: 'reference-1' });
  });

  it.each(['+1555', '+99912345678', '15551234567', 'PIZZA'])('does not sell %s', async (phoneNumber) => {
    const provider = createMockProvider();
    await expect(provider.purchaseNumber(purchaseOf(phoneNumber))).rejects.toMatchObject({
      outcome: 'rejected',
    });
    expect(provider.owned()).toEqual([]);
  });

  it('does not offer again what it sold', async () => {
    const provider = createMockProvider();
    await provider.purchaseNumber(purchaseOf('+14155550123'));
    const query = { ...unitedStates, contains: '4155550123' };
    expect((await provider.searchNumbers(query)).numbers).toEqual([]);
  });

  it('gives ids that no other process gives, whatever the seed', async () => {
    const buy = () => createMockProvider({ seed: 1 }).purchaseNumber(purchaseOf('+14155550123'));
    const [one, other] = [await buy(), await buy()];
    expect(one.providerNumberId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(one.providerNumberId).not.toBe(other.providerNumberId);
  });

  it('has taken effect when it is aborted while the answer is on its way', async () => {
    const provider = createMockProvider({ latencyMs: 600_000 });
    const controller = new AbortController();
    const purchase = provider.purchaseNumber(purchaseOf('+14155550123'), { signal: controller.signal });
    controller.abort();
    await expect(purchase).rejects.toMatchObject({ outcome: 'unknown' });
    expect(provider.owned()).toHaveLength(1);
  });

  it('takes its times from the clock that it was given, and waits as long as it was told', async () => {
    const waits: number[] = [];
    const dates: Date[] = [];
    const provider = createMockProvider({
      now: () => 1_800_000_000_000,
      latencyMs: 70,
      sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
    });
    const onVendorDate = (date: Date) => void dates.push(date);
    const bought = await provider.purchaseNumber(purchaseOf('+14155550123'), { onVendorDate });
    expect(bought.createdAt).toEqual(new Date(1_800_000_000_000));
    expect(dates).toEqual([new Date(1_800_000_000_000)]);
    expect(waits).toEqual([70]);
  });
});

describe('failNext of the mock', () => {
  const buy = (provider: ReturnType<typeof createMockProvider>) =>
    provider.purchaseNumber(purchaseOf('+14155550123'));

  it.each([
    ['before-effect', 'provider_unavailable', 'unknown', 0],
    ['after-effect', 'provider_unavailable', 'unknown', 1],
    ['number_unavailable', 'number_unavailable', 'rejected', 0],
    ['authentication_failed', 'authentication_failed', 'rejected', 0],
    ['rate_limited', 'rate_limited', 'throttled', 0],
    ['provider_unavailable', 'provider_unavailable', 'not_sent', 0],
  ] as const)(
    '%s: the code is %s, the outcome %s, and %i numbers are owned',
    async (how, code, outcome, owned) => {
      const provider = createMockProvider();
      provider.failNext('purchaseNumber', how);
      await expect(buy(provider)).rejects.toMatchObject({ code, outcome });
      expect(provider.owned()).toHaveLength(owned);
      await buy(provider);
      expect(provider.owned()).toHaveLength(1);
    },
  );

  it('says what a regulator wants', async () => {
    const provider = createMockProvider();
    provider.failNext('purchaseNumber', 'regulatory_required');
    await expect(buy(provider)).rejects.toMatchObject({ requirement: 'address' });
  });

  it('queues the failures of each operation', async () => {
    const provider = createMockProvider();
    provider.failNext('purchaseNumber', 'rate_limited');
    provider.failNext('purchaseNumber', 'before-effect');
    provider.failNext('searchNumbers', 'authentication_failed');
    await expect(buy(provider)).rejects.toMatchObject({ outcome: 'throttled' });
    await expect(buy(provider)).rejects.toMatchObject({ outcome: 'unknown' });
    await buy(provider);
    await expect(provider.searchNumbers(unitedStates)).rejects.toMatchObject({
      code: 'authentication_failed',
    });
  });

  it('keeps a failure for the next purchase when this one may not be sent', async () => {
    const provider = createMockProvider();
    provider.failNext('purchaseNumber', 'after-effect');
    const late = provider.purchaseNumber(purchaseOf('+14155550123'), { maySend: () => false });
    await expect(late).rejects.toMatchObject({ outcome: 'not_sent' });
    await expect(buy(provider)).rejects.toMatchObject({ outcome: 'unknown' });
  });

  it.each(['findNumber', 'listNumbers', 'releaseNumber'] as const)('reaches %s', async (operation) => {
    const provider = createMockProvider();
    const { phoneNumber, providerNumberId } = await buy(provider);
    provider.failNext(operation, 'after-effect');
    const calls = {
      findNumber: () => provider.findNumber({ phoneNumber }),
      listNumbers: () => listAll(provider),
      releaseNumber: () => provider.releaseNumber(providerNumberId),
    };
    await expect(calls[operation]()).rejects.toMatchObject({ outcome: 'unknown' });
    expect(provider.owned()).toHaveLength(operation === 'releaseNumber' ? 0 : 1);
  });
});

describe('listNumbers of the mock', () => {
  it('misses nothing and repeats nothing when the account changes between two pages', async () => {
    const provider = createMockProvider();
    const add = (index: number) => provider.own({ phoneNumber: `+1415555${String(index).padStart(4, '0')}` });
    const numbers = Array.from({ length: 120 }, (_, index) => add(index));
    const listed: string[] = [];
    for await (const { phoneNumber } of provider.listNumbers()) {
      listed.push(phoneNumber);
      if (listed.length === 10) await provider.releaseNumber(numbers[0]?.providerNumberId ?? '');
      if (listed.length === 60) add(120);
    }
    expect(listed).toEqual([...numbers, ...provider.owned().slice(-1)].map(({ phoneNumber }) => phoneNumber));
  });
});

async function listAll(provider: ReturnType<typeof createMockProvider>): Promise<OwnedNumber[]> {
  const numbers: OwnedNumber[] = [];
  for await (const number of provider.listNumbers()) numbers.push(number);
  return numbers;
}
