/** Seeds of scripts that once failed, with what they found. They are replayed first, ever after. */
export const regressions: readonly { readonly seed: number; readonly found: string }[] = [];
