import { type AvailableNumber, InvalidInputError, NUMBER_TYPES, type NumberQuery } from '@channelkit/core';
import { generateNumbers } from './generate-numbers.js';
import { keypadDigits } from './keypad-digits.js';
import type { MockAccount } from './mock-account.js';
import { canCarry, mockCapabilities } from './mock-capabilities.js';
import { countryOf, hasPossibleShape, numberTypeOf } from './numbering-plan.js';

/**
 * What is for sale: at most so many numbers in each country, or in the countries named by ISO 3166-1 alpha-2 code (the
 * others have no limit), or these numbers and no others. Absent: no limit.
 */
export type MockInventory = number | Readonly<Record<string, number>> | readonly string[];

/** What the mock has for sale; what the account owns is sold, until it is given back. */
export interface Inventory {
  /** Lists numbers that match every key of the query, at most so many. */
  offers(query: NumberQuery, atMost: number): readonly AvailableNumber[];
  isForSale(phoneNumber: string): boolean;
}

/**
 * Opens the stock of a mock.
 *
 * @throws InvalidInputError when a number in a list is not E.164.
 */
export function createInventory(stock: MockInventory, account: MockAccount, random: () => number): Inventory {
  const isTaken = (phoneNumber: string) => account.find({ phoneNumber }) !== null;
  return isList(stock) ? listedInventory(stock, isTaken) : madeInventory(stock, account, random, isTaken);
}

function isList(stock: MockInventory): stock is readonly string[] {
  return Array.isArray(stock);
}

function madeInventory(
  stock: number | Readonly<Record<string, number>>,
  account: MockAccount,
  random: () => number,
  isTaken: (phoneNumber: string) => boolean,
): Inventory {
  const left = (country: string | null) => {
    const limit =
      typeof stock === 'number' ? stock : ((country === null ? null : stock[country]) ?? Infinity);
    if (limit === Infinity) return limit;
    return limit - account.owned().filter(({ isoCountry }) => isoCountry === country).length;
  };
  return {
    offers: (query, atMost) => {
      const count = Math.min(atMost, left(query.country));
      return count > 0 ? generateNumbers({ query, count, random, isTaken }) : [];
    },
    isForSale: (phoneNumber) =>
      hasPossibleShape(phoneNumber) && !isTaken(phoneNumber) && left(countryOf(phoneNumber)) > 0,
  };
}

function listedInventory(stock: readonly string[], isTaken: (phoneNumber: string) => boolean): Inventory {
  const issues = stock.flatMap((phoneNumber, index) =>
    /^\+[1-9]\d{1,14}$/.test(phoneNumber) ? [] : [{ path: `inventory.${index}`, message: 'must be E.164' }],
  );
  if (issues.length > 0) throw new InvalidInputError({ issues });
  return {
    offers: (query, atMost) => {
      const matching = stock.map(describe).filter((number) => matches(number, query));
      const free = matching.filter(({ phoneNumber }) => !isTaken(phoneNumber));
      const firstKind = NUMBER_TYPES.find((kind) => free.some(({ numberType }) => numberType === kind));
      return free.filter(({ numberType }) => numberType === firstKind).slice(0, atMost);
    },
    isForSale: (phoneNumber) => stock.includes(phoneNumber) && !isTaken(phoneNumber),
  };
}

function describe(phoneNumber: string): AvailableNumber {
  return {
    phoneNumber,
    isoCountry: countryOf(phoneNumber) ?? '',
    numberType: numberTypeOf(phoneNumber),
    locality: null,
    region: null,
    capabilities: mockCapabilities(phoneNumber),
  };
}

function matches(number: AvailableNumber, query: NumberQuery): boolean {
  const wanted = keypadDigits(query.contains ?? '');
  return (
    number.isoCountry === query.country &&
    (query.numberType === undefined || query.numberType === number.numberType) &&
    number.phoneNumber.startsWith(`${query.callingCode}${query.areaCode ?? ''}`) &&
    wanted !== null &&
    number.phoneNumber.includes(wanted) &&
    query.locality === undefined &&
    query.region === undefined &&
    canCarry(number, query)
  );
}
