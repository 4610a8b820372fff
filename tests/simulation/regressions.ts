/** Seeds that once failed, with what they found. They are replayed first, ever after. */
export const regressions: readonly {
  readonly seed: number;
  readonly breaksA1: boolean;
  readonly found: string;
}[] = [
  {
    seed: 358,
    breaksA1: false,
    found: "a number bought in the second of its look-up was taken for somebody else's, and leaked",
  },
  {
    seed: 500,
    breaksA1: false,
    found: 'an operation that succeeded between two reads was reported as abandoned, with nothing owned',
  },
  {
    seed: 1556,
    breaksA1: false,
    found: 'the oracle took a purchase by a later caller with the same key for one by the caller before',
  },
  {
    seed: 2615,
    breaksA1: false,
    found:
      'a switch to the next candidate arrived late, undid the one after it, and the number bought was leaked',
  },
];
