import { describe, expect, it } from 'vitest';
import { type HeldOperation, isPastDeadline, recheckDelayMs, remainingMs } from './held-operation.js';
import type { Operation } from './operation.js';
import { defaultPolicy } from './policy.js';
import { systemRuntime } from './runtime.js';

const policy = { ...defaultPolicy, deadlineMs: 60_000, recheckMs: 30_000 };
const MINUTE = 60_000;

function operation(given: Partial<Operation> = {}): Operation {
  return {
    id: 'operation',
    idempotencyKey: null,
    fingerprint: '',
    request: '',
    provider: 'mock',
    accountId: 'mock',
    phoneNumber: '+14155550123',
    state: 'purchasing',
    leaseOwner: 'me',
    leaseExpiresAt: 90_000,
    token: 1,
    ambiguous: false,
    settlesAt: 100 * MINUTE,
    vendorDate: null,
    absentAt: null,
    attempts: 0,
    lastError: null,
    readAt: 0,
    ...given,
  };
}

const held: HeldOperation = {
  operation: operation(),
  leaseStart: { wall: 1_000_000, monotonic: 500 },
  isTakenOver: false,
};
/** So long after the start of the lease, by each clock. */
const after = (wall: number, monotonic: number) => ({
  ...systemRuntime,
  now: () => 1_000_000 + wall,
  monotonicNow: () => 500 + monotonic,
});

describe('isPastDeadline', () => {
  it('begins with the millisecond of the deadline, on either clock alone', () => {
    expect(isPastDeadline(held, policy, after(59_999, 59_999))).toBe(false);
    expect(isPastDeadline(held, policy, after(60_000, 59_999))).toBe(true);
    expect(isPastDeadline(held, policy, after(59_999, 60_000))).toBe(true);
  });

  it('goes by the monotonic clock when the wall clock is set back', () => {
    expect(isPastDeadline(held, policy, after(-3_600_000, 60_000))).toBe(true);
  });

  it('goes by the wall clock when the machine was suspended', () => {
    expect(isPastDeadline(held, policy, after(60_000, 5))).toBe(true);
  });
});

describe('remainingMs', () => {
  it('is what the clock that says more leaves, and never less than nothing', () => {
    expect(remainingMs(held, policy, after(0, 0))).toBe(60_000);
    expect(remainingMs(held, policy, after(10_000, 25_000))).toBe(35_000);
    expect(remainingMs(held, policy, after(70_000, 0))).toBe(0);
  });
});

describe('recheckDelayMs', () => {
  it('doubles from recheckMs and stays at 15 minutes', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 2_000].map((attempts) =>
      recheckDelayMs(operation({ attempts }), policy),
    );
    expect(delays).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000, 900_000]);
  });

  it('is never less than a recheckMs above 15 minutes', () => {
    const slow = { ...policy, recheckMs: 60 * MINUTE };
    expect(recheckDelayMs(operation(), slow)).toBe(60 * MINUTE);
    expect(recheckDelayMs(operation({ attempts: 3 }), slow)).toBe(60 * MINUTE);
  });

  it('is a whole number, for columns that hold no other', () => {
    expect(recheckDelayMs(operation(), { ...policy, recheckMs: 0.5 })).toBe(1);
  });
});
