import type { DatabaseKind } from './crash-database.js';

/**
 * Chapters of random kills that once failed, with what they found. They are replayed first, ever after. A seed decides the jobs,
 * the faults and the places of death; which of two processes is faster it does not decide, so one replay may come out well by luck.
 */
export const regressions: Readonly<
  Record<DatabaseKind, readonly { readonly seed: number; readonly found: string }[]>
> = { sqlite: [], postgres: [] };
