/** A source of pseudo-random numbers that repeats itself for the same seed. */
export interface Random {
  /** A whole number from `0` to `limit - 1`. */
  below(limit: number): number;
  /** Whether something that happens with this probability (0 to 1) happens now. */
  chance(probability: number): boolean;
}

/** Creates a seeded source of pseudo-random numbers (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
  };
}
