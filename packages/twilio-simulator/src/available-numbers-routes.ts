import { type Answer, jsonAnswer } from './answer.js';
import { availableNumberResource } from './available-number.js';
import { MARKET } from './market.js';
import type { NumberOnOffer } from './number-on-offer.js';
import { readContains } from './number-pattern.js';
import { findNumberType, snakeCaseType } from './number-types.js';
import type { SimulatedAccount } from './simulated-account.js';
import { notFound, TwilioError } from './twilio-error.js';

/**
 * How many numbers a search answers at the most, whatever `PageSize` says; there is no second page
 * (github.com/twilio/twilio-node/issues/316).
 */
export const SEARCH_LIMIT = 30;

type Query = Readonly<Record<string, string>>;
type Accepts = (number: NumberOnOffer) => boolean;

/** Answers the countries in which something is sold. */
export function listCountries(account: SimulatedAccount): Answer {
  const countries = account.inventory.countryCodes().map((code) => countryResource(account, code));
  return jsonAnswer(200, { countries, uri: `${basePath(account)}.json` });
}

/** Answers one country with the types of number it has; 404 for one that is not sold in. */
export function fetchCountry(account: SimulatedAccount, countryCode: string): Answer {
  if (account.inventory.typesOf(countryCode).length === 0) {
    throw notFound(`${basePath(account)}/${countryCode}.json`);
  }
  return jsonAnswer(200, countryResource(account, countryCode));
}

/**
 * Answers up to 30 numbers drawn at random from those that fit.
 *
 * A type the country does not have is a 404, 20404 (github.com/twilio/twilio-node/issues/159). `NearNumber`,
 * `NearLatLong` and `Distance` are not simulated.
 */
export function searchNumbers(
  account: SimulatedAccount,
  search: { countryCode: string; type: string; query: Query },
): Answer {
  const { countryCode, query } = search;
  const uri = `${basePath(account)}/${countryCode}/${search.type}.json`;
  const type = findNumberType(search.type);
  if (type === undefined || !account.inventory.typesOf(countryCode).includes(type)) throw notFound(uri);
  const filters = readFilters(countryCode, query);
  const accepts: Accepts = (number) => filters.every((filter) => filter(number));
  const limit = Math.min(SEARCH_LIMIT, readPageSize(query));
  const numbers = account.inventory.sample({ countryCode, type }, accepts, limit);
  return jsonAnswer(200, { uri, available_phone_numbers: numbers.map(availableNumberResource) });
}

function readFilters(countryCode: string, query: Query): Accepts[] {
  const filters: Accepts[] = [];
  if (query['Contains'] !== undefined && query['Contains'] !== '') {
    const contains = readContains(query['Contains']);
    filters.push((number) => contains(number.phoneNumber));
  }
  if (isTrue(query['SmsEnabled'])) filters.push((number) => number.capabilities.sms);
  if (isTrue(query['MmsEnabled'])) filters.push((number) => number.capabilities.mms);
  if (isTrue(query['VoiceEnabled'])) filters.push((number) => number.capabilities.voice);
  if (isTrue(query['FaxEnabled'])) filters.push((number) => number.capabilities.fax);
  if (query['Beta'] === 'false') filters.push((number) => !number.beta);
  // Addresses of stock are accepted from anywhere, so that only the first of the three exclusions has something to exclude.
  if (isTrue(query['ExcludeAllAddressRequired'])) {
    filters.push((number) => !number.requirements.includes('address'));
  }
  filters.push(...placeFilters(query, 'InLocality', 'locality'));
  // Everywhere else these are ignored.
  if (countryCode === 'US' || countryCode === 'CA') filters.push(...northAmericanFilters(query));
  return filters;
}

function northAmericanFilters(query: Query): Accepts[] {
  const filters = [
    ...placeFilters(query, 'InRegion', 'region'),
    ...placeFilters(query, 'InPostalCode', 'postalCode'),
    ...placeFilters(query, 'InLata', 'lata'),
    ...placeFilters(query, 'InRateCenter', 'rateCenter'),
  ];
  const areaCode = query['AreaCode'];
  if (areaCode === undefined) return filters;
  if (!/^\d{3}$/.test(areaCode)) {
    throw new TwilioError({ status: 400, code: 21451, message: `Invalid area code ${areaCode}` });
  }
  return [...filters, (number) => number.phoneNumber.startsWith(`+1${areaCode}`)];
}

function placeFilters(
  query: Query,
  parameter: string,
  key: 'locality' | 'region' | 'postalCode' | 'lata' | 'rateCenter',
): Accepts[] {
  const wanted = query[parameter]?.toLowerCase();
  return wanted === undefined ? [] : [(number) => number[key]?.toLowerCase() === wanted];
}

/** Only `true` filters: `SmsEnabled=false` does not mean "without" (github.com/twilio/twilio-node/issues/344). */
function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

function readPageSize(query: Query): number {
  const size = Number(query['PageSize'] ?? SEARCH_LIMIT);
  return Number.isInteger(size) && size >= 1 ? size : SEARCH_LIMIT;
}

function countryResource(account: SimulatedAccount, countryCode: string): Record<string, unknown> {
  const base = `${basePath(account)}/${countryCode}`;
  const types = account.inventory.typesOf(countryCode);
  return {
    country_code: countryCode,
    country: MARKET.find((market) => market.countryCode === countryCode)?.country ?? countryCode,
    uri: `${base}.json`,
    beta: false,
    subresource_uris: Object.fromEntries(types.map((type) => [snakeCaseType(type), `${base}/${type}.json`])),
  };
}

function basePath(account: SimulatedAccount): string {
  return `/2010-04-01/Accounts/${account.accountSid}/AvailablePhoneNumbers`;
}
