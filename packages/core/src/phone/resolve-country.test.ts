import countries from 'i18n-iso-countries';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/min';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import { resolveCountry } from './resolve-country.js';

const unitedStates = { isoCountry: 'US', callingCode: '+1', name: 'United States' };

describe('resolveCountry', () => {
  it.each([
    'US',
    'us',
    'USA',
    'usa',
    ' Usa ',
    'United States',
    'united states of america',
    'U.S.A.',
    'The USA',
  ])('reads %j as the United States', (input) => expect(resolveCountry(input)).toEqual(unitedStates));

  it.each([
    ['UK', 'GB'],
    ['Great Britain', 'GB'],
    ['gbr', 'GB'],
    ['Germany', 'DE'],
    ["Cote d'Ivoire", 'CI'],
    ['Côte d’Ivoire', 'CI'],
    ['turkiye', 'TR'],
    ['The Netherlands', 'NL'],
    ['Bosnia and Herzegovina', 'BA'],
    ['Hong Kong', 'HK'],
    ['Bosnia', 'BA'],
    ['Trinidad & Tobago', 'TT'],
    ['South Korea', 'KR'],
  ])('reads %j as %s', (input, isoCountry) => expect(resolveCountry(input).isoCountry).toBe(isoCountry));

  it.each([
    ['+1', 'US'],
    ['1', 'US'],
    ['44', 'GB'],
    ['+44', 'GB'],
    ['+7', 'RU'],
    ['39', 'IT'],
    [' +358 ', 'FI'],
  ])('reads the calling code %j as its main country %s', (input, isoCountry) => {
    expect(resolveCountry(input).isoCountry).toBe(isoCountry);
  });

  const isoCountries = getCountries().filter((country) => countries.isValid(country));

  it('knows every ISO country that has a calling code by its codes and its name', () => {
    expect(isoCountries).toHaveLength(243);
    for (const isoCountry of isoCountries) {
      const country = resolveCountry(isoCountry);
      expect(country.isoCountry).toBe(isoCountry);
      expect(country.callingCode).toBe(`+${getCountryCallingCode(isoCountry)}`);
      expect(resolveCountry(countries.alpha2ToAlpha3(isoCountry) ?? '')).toEqual(country);
      expect(resolveCountry(country.name)).toEqual(country);
      expect(resolveCountry(countries.getName(isoCountry, 'en') ?? '')).toEqual(country);
    }
  });

  it('reads every calling code of an ISO country as a country with that calling code', () => {
    for (const isoCountry of isoCountries) {
      const { callingCode } = resolveCountry(isoCountry);
      expect(resolveCountry(callingCode).callingCode).toBe(callingCode);
    }
  });

  it.each([
    ['', 'country: is empty; give a name or an ISO code such as "US"'],
    ['  ', 'country: is empty; give a name or an ISO code such as "US"'],
    ['Untied States', 'country: "Untied States" is not a country we know; did you mean United States?'],
    ['Germny', 'country: "Germny" is not a country we know; did you mean Germany?'],
    ['ZZ', 'country: "ZZ" is not a country we know; give a name or an ISO code such as "US"'],
    ['+999', 'country: "+999" is not a country we know; give a name or an ISO code such as "US"'],
    [
      'constructor',
      'country: "constructor" is not a country we know; give a name or an ISO code such as "US"',
    ],
    ['Antarctica', 'country: Antarctica has no phone numbers of its own'],
    [
      'Congo',
      'country: "Congo" is the name of more than one country; give CG (Congo - Brazzaville) or CD (Congo - Kinshasa)',
    ],
  ])('refuses %j with a sentence that helps', (input, message) => {
    const error = caught(() => resolveCountry(input));
    expect(error).toMatchObject({ code: 'unknown_country', message, mayOwnNumber: 'no' });
    expect(error.issues.map(({ path }) => path)).toEqual(['country']);
  });

  it('repeats no more than the start of a very long input', () => {
    expect(caught(() => resolveCountry('x'.repeat(100_000))).message.length).toBeLessThan(200);
  });
});

function caught(call: () => unknown): InvalidInputError {
  try {
    call();
  } catch (error) {
    if (InvalidInputError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
