import { createRequire } from 'node:module';
import countries, { type LocaleData } from 'i18n-iso-countries/index.js';

// The entry of the package reads the names in eighty languages. A JSON import would print a warning on Node 20.
const english = createRequire(import.meta.url)('i18n-iso-countries/langs/en.json') as LocaleData;
const longNames = new Intl.DisplayNames('en', { type: 'region' });
const shortNames = new Intl.DisplayNames('en', { type: 'region', style: 'short' });

const isoCountriesByName = indexByName();

/** Lists the ISO 3166-1 alpha-2 codes of the countries that go by a name or an ISO code, in any case and spelling. */
export function countriesNamed(name: string): readonly string[] {
  return isoCountriesByName.get(comparable(name)) ?? [];
}

/** Names a country in English, for display. */
export function countryName(isoCountry: string): string {
  return longNames.of(isoCountry) ?? isoCountry;
}

/** Lists every name for display, with what it looks like to {@link comparable}. */
export function comparableCountryNames(): readonly { name: string; comparable: string }[] {
  return Object.keys(english.countries).map((isoCountry) => {
    const name = countryName(isoCountry);
    return { name, comparable: comparable(name) };
  });
}

/** Reduces a name to what tells it from others: `The U.S.A.` and `usa` are the same, and so are `Côte` and `cote`. */
export function comparable(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/^\s*the\s+/, '')
    .replace(/[^\p{Letter}\p{Number}]/gu, '');
}

function indexByName(): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const [isoCountry, alpha3] of Object.entries(countries.getAlpha2Codes())) {
    const names = [isoCountry, alpha3, countryName(isoCountry), shortNames.of(isoCountry) ?? isoCountry];
    const aliases = [...names, ...[english.countries[isoCountry] ?? []].flat()];
    for (const key of new Set(aliases.map(comparable))) {
      index.set(key, [...(index.get(key) ?? []), isoCountry]);
    }
  }
  return index;
}
