/** Seeds of scripts that once failed, with what they found. They are replayed first, ever after. */
export const regressions: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 3719, found: 'the clock waited for a search that queued behind one nobody answered' },
  { seed: 18724, found: 'the clock waited for a look-up that queued behind one nobody answered' },
];
