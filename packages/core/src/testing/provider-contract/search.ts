import assert from 'node:assert/strict';
import { type AvailableNumber, NUMBER_TYPES, type NumberQuery } from '../../number-provider.js';
import type { ContractCase } from '../run-contract.js';
import { assertOwned, offered } from './fixtures.js';
import type { ProviderSubject } from './provider-subject.js';

const CAPABILITIES = ['voice', 'sms', 'mms'] as const;
const KEYPAD = ['', '', 'a', 'd', 'g', 'j', 'm', 'p', 't', 'w'];

/** What `searchNumbers` promises. */
export const searchCases: readonly ContractCase<ProviderSubject>[] = [
  {
    name: 'a search finds distinct numbers of the country, in full, at most a page of them',
    async check(subject) {
      const numbers = await offered(subject, 2);
      assert.ok(numbers.length <= subject.provider.traits.searchPageSize);
      assert.equal(new Set(numbers.map(({ phoneNumber }) => phoneNumber)).size, numbers.length);
      for (const number of numbers) assertWellFormed(number, subject.query);
    },
  },
  {
    name: 'a search that matches nothing resolves to an empty list',
    async check({ provider, emptyQuery }) {
      assert.deepEqual((await provider.searchNumbers(emptyQuery)).numbers, []);
    },
  },
  {
    name: 'a search without a number type finds the first kind that the country offers',
    async check({ provider, query }) {
      const found = await provider.searchNumbers(query);
      for (const numberType of NUMBER_TYPES) {
        const { numbers } = await provider.searchNumbers({ ...query, numberType });
        if (numbers.length === 0) continue;
        assert.deepEqual([...new Set(found.numbers.map((number) => number.numberType))], [numberType]);
        return;
      }
      assert.fail('the country offers no kind of number');
    },
  },
  {
    name: 'a search finds numbers of the number type alone',
    async check({ provider, query }) {
      for (const numberType of NUMBER_TYPES) {
        const { numbers } = await provider.searchNumbers({ ...query, numberType });
        for (const number of numbers) assert.equal(number.numberType, numberType);
      }
    },
  },
  {
    name: 'a search finds numbers in the area code alone',
    async check(subject) {
      const areaCodes = (await offered(subject, 2)).map((number) => areaCodeOf(number, subject.query));
      assert.ok(new Set(areaCodes).size > 1, 'the query of the subject has to find more than one area code');
      for (const areaCode of [...new Set(areaCodes)].slice(0, 2)) {
        await assertFinds(subject, { areaCode }, (number) => areaCodeOf(number, subject.query) === areaCode);
      }
    },
  },
  {
    name: 'a search finds numbers that contain the digits, one after another',
    async check(subject) {
      const [first] = await offered(subject, 2);
      const digits = first?.phoneNumber.slice(-4) ?? '';
      await assertFinds(subject, { contains: digits }, ({ phoneNumber }) => phoneNumber.includes(digits));
    },
  },
  {
    name: 'a search reads letters, of either case, as on a keypad',
    async check(subject) {
      const numbers = await offered(subject, 2);
      const digits = numbers.flatMap(({ phoneNumber }) => /[2-9]{3}$/.exec(phoneNumber)?.[0] ?? []).at(0);
      assert.ok(
        digits !== undefined,
        'the query of the subject finds a number that ends in three digits with letters',
      );
      const letters = Array.from(digits, (digit) => KEYPAD[Number(digit)] ?? '').join('');
      for (const contains of [letters, letters.toUpperCase()]) {
        await assertFinds(subject, { contains }, ({ phoneNumber }) => phoneNumber.includes(digits));
      }
    },
  },
  {
    name: 'a search finds numbers with the required capabilities alone',
    async check(subject) {
      for (const capability of await varyingCapabilities(subject)) {
        await assertFinds(
          subject,
          { capabilities: { [capability]: true } },
          (number) => number.capabilities[capability],
        );
      }
    },
  },
  {
    name: 'a capability that a search sets to false is no constraint',
    async check(subject) {
      for (const capability of await varyingCapabilities(subject)) {
        const query = { ...subject.query, capabilities: { [capability]: false } };
        const { numbers } = await subject.provider.searchNumbers(query);
        assert.ok(numbers.some((number) => number.capabilities[capability]));
      }
    },
  },
  ...(['locality', 'region'] as const).map((key) => ({
    name: `a search finds numbers of the ${key} alone`,
    async check(subject: ProviderSubject) {
      const numbers = await offered(subject, 2);
      const place = numbers.map((number) => number[key]).find((named) => named !== null) ?? 'Springfield';
      const found = await subject.provider.searchNumbers({ ...subject.query, [key]: place });
      for (const number of found.numbers) assert.equal(number[key]?.toLowerCase(), place.toLowerCase());
    },
  })),
  {
    name: 'a search keeps to all its constraints at once',
    async check(subject) {
      const [first] = await offered(subject, 2);
      assert.ok(first);
      const areaCode = areaCodeOf(first, subject.query);
      const contains = first.phoneNumber.slice(-3);
      await assertFinds(
        subject,
        { areaCode, contains, numberType: first.numberType },
        (number) =>
          areaCodeOf(number, subject.query) === areaCode &&
          number.phoneNumber.includes(contains) &&
          number.numberType === first.numberType,
      );
    },
  },
  {
    name: 'a search changes nothing',
    async check(subject) {
      const numbers = await offered(subject, 2);
      await assertOwned(subject.provider, [], numbers[0]?.phoneNumber ?? '');
    },
  },
  {
    name: 'a search tells the date of the answer in both ways, or in neither',
    async check({ provider, query }) {
      const heard: number[] = [];
      const { vendorDate } = await provider.searchNumbers(query, {
        onVendorDate: (date) => heard.push(date.getTime()),
      });
      if (vendorDate === null) assert.deepEqual(heard, []);
      else assert.ok(heard.includes(vendorDate.getTime()) && Number.isFinite(vendorDate.getTime()));
    },
  },
];

function assertWellFormed(number: AvailableNumber, { country, callingCode }: NumberQuery): void {
  assert.match(number.phoneNumber, /^\+[1-9]\d{1,14}$/);
  assert.ok(number.phoneNumber.startsWith(callingCode));
  assert.equal(number.isoCountry, country);
  assert.ok(NUMBER_TYPES.includes(number.numberType));
  for (const capability of CAPABILITIES) assert.equal(typeof number.capabilities[capability], 'boolean');
  for (const place of [number.locality, number.region]) assert.ok(place === null || place !== '');
}

/** Asserts that a search with more constraints finds something, and nothing that does not match. */
async function assertFinds(
  { provider, query }: ProviderSubject,
  constraints: Partial<NumberQuery>,
  matches: (number: AvailableNumber) => boolean,
): Promise<void> {
  const { numbers } = await provider.searchNumbers({ ...query, ...constraints });
  assert.ok(numbers.length > 0, `nothing was found for ${JSON.stringify(constraints)}`);
  for (const number of numbers) {
    assert.ok(matches(number), `${JSON.stringify(number)} does not match ${JSON.stringify(constraints)}`);
  }
}

function areaCodeOf({ phoneNumber }: AvailableNumber, { callingCode }: NumberQuery): string {
  return phoneNumber.slice(callingCode.length, callingCode.length + 3);
}

/** Tells which capabilities some of the numbers have and others do not: they show whether a search heeds them. */
async function varyingCapabilities(subject: ProviderSubject) {
  const numbers = await offered(subject, 2);
  const varying = CAPABILITIES.filter(
    (capability) => new Set(numbers.map((number) => number.capabilities[capability])).size > 1,
  );
  assert.ok(varying.length > 0, 'the query of the subject has to find numbers of different capabilities');
  return varying;
}
