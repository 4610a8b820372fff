import type { Runtime } from './runtime.js';

/**
 * The start of a lease, as this process saw it: just before it was asked for, so never later than the database has it.
 * Kept on two clocks, since the wall clock can be set back and the monotonic one stands still while a machine is
 * suspended.
 */
export interface LeaseStart {
  readonly wall: number;
  readonly monotonic: number;
}

/** Notes the start of a lease. */
export function startLease({ now, monotonicNow }: Runtime): LeaseStart {
  return { wall: now(), monotonic: monotonicNow() };
}

/** Milliseconds since the lease began, by the clock that says more. */
export function elapsedMs(start: LeaseStart, { now, monotonicNow }: Runtime): number {
  return Math.max(now() - start.wall, monotonicNow() - start.monotonic);
}
