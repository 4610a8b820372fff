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

/**
 * When an operation in doubt is looked at next, by the clock of the database: `recheckMs` from now, doubling to 15
 * minutes, and never later than the moment at which no purchase can land any more.
 */
export function nextCheckAt(operation: Operation, now: number, { recheckMs }: Policy): number {
  const later = now + Math.min(recheckMs * 2 ** operation.attempts, Math.max(recheckMs, MOST_MS));
  return Math.ceil(now < operation.settlesAt ? Math.min(later, operation.settlesAt) : later);
}

const MOST_MS = 15 * 60_000;
