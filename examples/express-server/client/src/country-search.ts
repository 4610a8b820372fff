import type { Country } from './api/channels.js';

/**
 * Finds the country that a text names, as the server does: by name, code or calling code, which stands for the main country of
 * those that share it. `null` when it names none, or several.
 */
export function findCountry(countries: readonly Country[], text: string): Country | null {
  const wanted = comparable(text);
  if (wanted === '') return null;
  const named = countries.filter((country) => names(country).some((name) => comparable(name) === wanted));
  if (named.length > 0) return named.length === 1 ? (named[0] ?? null) : null;
  const code = `+${text.trim().replace(/^\+/, '')}`;
  return (
    countries.find(({ callingCode, isMainOfCallingCode }) => isMainOfCallingCode && callingCode === code) ??
    null
  );
}

/** Lists the countries that a text may be the beginning of; those whose own name begins with it come first. */
export function searchCountries(countries: readonly Country[], text: string): readonly Country[] {
  const wanted = comparable(text);
  if (wanted === '') return countries;
  const rank = (country: Country) => {
    const [own = '', ...others] = names(country).map(comparable);
    if (own.startsWith(wanted) || others.includes(wanted)) return 0;
    if (country.callingCode.startsWith(text.trim()) || country.callingCode === `+${text.trim()}`) return 1;
    if (others.some((name) => name.startsWith(wanted))) return 2;
    return own.includes(wanted) ? 3 : null;
  };
  return countries
    .flatMap((country) => {
      const place = rank(country);
      return place === null ? [] : [{ country, place }];
    })
    .sort((one, other) => one.place - other.place)
    .map(({ country }) => country);
}

function names({ name, isoCountry, alsoKnownAs }: Country): string[] {
  return [name, isoCountry, ...alsoKnownAs];
}

function comparable(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/^\s*the\s+/, '')
    .replace(/[^\p{Letter}\p{Number}]/gu, '');
}
