import { comparable, comparableCountryNames } from './country-names.js';

/** Longer than any name; the work below grows with the square of the length. */
const MAX_LENGTH = 60;

/** Finds up to three names of countries that a mistyped or unfinished one may stand for, the nearest first. */
export function nearestCountryNames(input: string): readonly string[] {
  const typed = comparable(input.slice(0, MAX_LENGTH));
  if (typed.length < 3) return [];
  const tolerance = Math.max(1, Math.floor(typed.length / 4));
  return comparableCountryNames()
    .map((country) => ({ name: country.name, distance: distanceBetween(typed, country.comparable) }))
    .filter(({ distance }) => distance <= tolerance)
    .sort((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** How many letters differ; a name that merely goes on counts as one. */
function distanceBetween(typed: string, name: string): number {
  return name.startsWith(typed) ? 1 : levenshtein(typed, name);
}

function levenshtein(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
}
