import type { Runtime } from './runtime.js';

const FIRST_MS = 200;
const MOST_MS = 5_000;

/** How long to wait before the next attempt: full jitter, 200 ms doubling to 5 s. `attempt` counts from 0. */
export function backoffMs(attempt: number, { random }: Pick<Runtime, 'random'>): number {
  return Math.ceil(random() * Math.min(MOST_MS, FIRST_MS * 2 ** attempt));
}
