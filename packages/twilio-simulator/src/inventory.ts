import type { NumberOnOffer } from './number-on-offer.js';
import { NUMBER_TYPES, type NumberType } from './number-types.js';
import type { Random } from './random.js';

/** The numbers of the simulated market and which of them can be had now. */
export interface Inventory {
  /** Puts these numbers on offer in place of everything that was. */
  replace(numbers: readonly NumberOnOffer[]): void;
  /** The types a country has; empty for a country that is not sold in. */
  typesOf(countryCode: string): readonly NumberType[];
  /** Countries in which at least one number was ever on offer. */
  countryCodes(): readonly string[];
  /** Up to `limit` available numbers for which `accepts` holds, drawn at random. */
  sample(
    offer: { countryCode: string; type: NumberType },
    accepts: (number: NumberOnOffer) => boolean,
    limit: number,
  ): NumberOnOffer[];
  find(phoneNumber: string): NumberOnOffer | undefined;
  isAvailable(phoneNumber: string): boolean;
  /** Makes a number unavailable until a moment (epoch milliseconds), or for ever. */
  withhold(phoneNumber: string, untilMs?: number): void;
}

/** Creates an inventory in memory; `now` decides when a withheld number is on offer again. */
export function createInventory(dependencies: { random: Random; now: () => number }): Inventory {
  const { random, now } = dependencies;
  let byNumber = new Map<string, NumberOnOffer>();
  let byOffer = new Map<string, NumberOnOffer[]>();
  const withheldUntil = new Map<string, number>();

  const isFree = (phoneNumber: string): boolean => (withheldUntil.get(phoneNumber) ?? -Infinity) <= now();
  const typesOf = (countryCode: string): NumberType[] =>
    NUMBER_TYPES.filter((type) => byOffer.has(`${countryCode}/${type}`));

  return {
    replace(numbers) {
      byNumber = new Map(numbers.map((number) => [number.phoneNumber, number]));
      byOffer = new Map();
      for (const number of byNumber.values()) {
        const key = `${number.countryCode}/${number.type}`;
        const others = byOffer.get(key);
        if (others === undefined) byOffer.set(key, [number]);
        else others.push(number);
      }
      withheldUntil.clear();
    },
    typesOf,
    countryCodes: () => [...new Set([...byNumber.values()].map((number) => number.countryCode))],
    sample({ countryCode, type }, accepts, limit) {
      const candidates = (byOffer.get(`${countryCode}/${type}`) ?? []).filter(
        (number) => isFree(number.phoneNumber) && accepts(number),
      );
      return draw(candidates, limit, random);
    },
    find: (phoneNumber) => byNumber.get(phoneNumber),
    isAvailable: (phoneNumber) => byNumber.has(phoneNumber) && isFree(phoneNumber),
    withhold(phoneNumber, untilMs = Infinity) {
      withheldUntil.set(phoneNumber, untilMs);
    },
  };
}

/** The first `limit` places of a shuffle; the list handed in is used up. */
function draw(candidates: NumberOnOffer[], limit: number, random: Random): NumberOnOffer[] {
  const drawn: NumberOnOffer[] = [];
  while (drawn.length < limit && candidates.length > 0) {
    const index = random.below(candidates.length);
    const last = candidates.pop();
    const chosen = index === candidates.length ? last : candidates[index];
    if (chosen === undefined || last === undefined) break;
    if (index < candidates.length) candidates[index] = last;
    drawn.push(chosen);
  }
  return drawn;
}
