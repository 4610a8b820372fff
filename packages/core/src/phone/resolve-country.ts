import metadata from 'libphonenumber-js/min/metadata';
import { getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/min';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import { countriesNamed, countryName } from './country-names.js';
import { nearestCountryNames } from './nearest-country-names.js';

/** A country that has phone numbers of its own. */
export interface Country {
  /** ISO 3166-1 alpha-2: `US`. */
  readonly isoCountry: string;
  /** The calling code, with its plus: `+1`. */
  readonly callingCode: string;
  /** The English name for display: `United States`. */
  readonly name: string;
}

const CALLING_CODE = /^\+?[1-9]\d{0,2}$/;

/**
 * Finds the country that is meant: by an English name or a common alternative to it, by ISO 3166-1 alpha-2 or alpha-3
 * code, or by a calling code with or without its plus, which stands for the main country of those that share it.
 * Case, accents, punctuation and blanks around it make no difference.
 *
 * @throws InvalidInputError with the code `unknown_country` for what is no country, for a name that several
 * countries go by (`Congo`), and for a country without phone numbers of its own (Antarctica).
 *
 * @example
 * ```ts
 * resolveCountry('usa'); // { isoCountry: 'US', callingCode: '+1', name: 'United States' }
 * ```
 */
export function resolveCountry(input: string): Country {
  const text = input.trim();
  if (text === '') throw unknownCountry('is empty; give a name or an ISO code such as "US"');

  const found = CALLING_CODE.test(text) ? mainCountryOf(text.replace('+', '')) : countriesNamed(text);
  const [isoCountry, ...others] = found;
  if (isoCountry === undefined) throw unknownCountry(notACountry(text));
  if (others.length > 0) throw unknownCountry(severalCountries(text, found));
  if (!isSupportedCountry(isoCountry)) {
    throw unknownCountry(`${countryName(isoCountry)} has no phone numbers of its own`);
  }
  return {
    isoCountry,
    callingCode: `+${getCountryCallingCode(isoCountry)}`,
    name: countryName(isoCountry),
  };
}

/** The metadata lists the main country of a shared calling code first; no function of the library tells it. */
function mainCountryOf(callingCode: string): readonly string[] {
  const countries: Readonly<Record<string, readonly string[]>> = metadata.country_calling_codes;
  return countries[callingCode]?.slice(0, 1) ?? [];
}

function notACountry(text: string): string {
  const near = nearestCountryNames(text);
  const hint =
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'give a name or an ISO code such as "US"';
  return `"${text.slice(0, 60)}" is not a country we know; ${hint}`;
}

function severalCountries(text: string, found: readonly string[]): string {
  const choices = found.map((isoCountry) => `${isoCountry} (${countryName(isoCountry)})`);
  return `"${text}" is the name of more than one country; give ${choices.join(' or ')}`;
}

function unknownCountry(message: string): InvalidInputError {
  return new InvalidInputError({ code: 'unknown_country', issues: [{ path: 'country', message }] });
}
