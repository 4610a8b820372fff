import { elapsedMs, type LeaseStart } from './lease.js';
import type { Operation } from './operation.js';
import type { Policy } from './policy.js';
import type { Runtime } from './runtime.js';

/** An operation whose lease this process took. */
export interface HeldOperation {
  readonly operation: Operation;
  readonly leaseStart: LeaseStart;
  /** Whether somebody else held it before, who may have a purchase under way. */
  readonly isTakenOver: boolean;
}

/** Tells whether the time for sending a purchase is over. */
export function isPastDeadline(
  { leaseStart }: HeldOperation,
  { deadlineMs }: Policy,
  runtime: Runtime,
): boolean {
  return elapsedMs(leaseStart, runtime) >= deadlineMs;
}

/** Milliseconds in which a purchase may still be sent. */
export function remainingMs({ leaseStart }: HeldOperation, { deadlineMs }: Policy, runtime: Runtime): number {
  return Math.max(0, deadlineMs - elapsedMs(leaseStart, runtime));
}

/** How long until an operation in doubt is looked at again, in whole milliseconds: `recheckMs`, doubling to 15 minutes. */
export function recheckDelayMs({ attempts }: Operation, { recheckMs }: Policy): number {
  return Math.ceil(Math.min(recheckMs * 2 ** attempts, Math.max(recheckMs, MOST_MS)));
}

const MOST_MS = 15 * 60_000;
