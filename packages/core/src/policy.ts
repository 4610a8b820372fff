import type { InputIssue } from './errors/invalid-input-error.js';

/**
 * What recovery does with a number that was bought and has no channel. `auto`: a channel when the request had an
 * idempotency key (somebody can come back for it), else it is given back; `adopt`: always a channel; `release`: always given back.
 */
export const ABANDONED_POLICIES = ['auto', 'adopt', 'release'] as const;
/** What recovery does with a number left behind: one of {@link ABANDONED_POLICIES}. */
export type AbandonedPolicy = (typeof ABANDONED_POLICIES)[number];

/** How long things may take, and how often they are tried. */
export interface Policy {
  /** For the answer to one purchase. Default 30 000. */
  readonly purchaseTimeoutMs: number;
  /** For the answer to every other call, of the provider and of the store. Default 10 000. */
  readonly callTimeoutMs: number;
  /** No purchase is sent later than this after the operation began. Default 60 000. */
  readonly deadlineMs: number;
  /** How long an operation belongs to whoever began it. Default 90 000; at least `deadlineMs + purchaseTimeoutMs`. */
  readonly leaseMs: number;
  /** How long after the lease a purchase may still land. Default 1 200 000; never below the provider's `settleFloorMs`. */
  readonly settleMs: number;
  /** The first look back at something in doubt, and the least time between two; doubles to 15 minutes. Default 30 000. */
  readonly recheckMs: number;
  /** How many numbers one operation may try to buy, one after another, each only once the one before was definitely refused. Default 5. */
  readonly maxCandidates: number;
  /** How often a call that is safe to repeat is tried. Default 3. */
  readonly attempts: number;
  /** Default `auto`. */
  readonly abandoned: AbandonedPolicy;
}

/** The policy where none is given. */
export const defaultPolicy: Policy = {
  purchaseTimeoutMs: 30_000,
  callTimeoutMs: 10_000,
  deadlineMs: 60_000,
  leaseMs: 90_000,
  settleMs: 1_200_000,
  recheckMs: 30_000,
  maxCandidates: 5,
  attempts: 3,
  abandoned: 'auto',
};

/** Lists what is wrong with a policy once it is completed with the defaults. */
export function policyIssues(given: Partial<Policy> | undefined, settleFloorMs: number): InputIssue[] {
  const policy = completePolicy(given);
  const issues: InputIssue[] = [];
  const report = (key: string, message: string) => issues.push({ path: `policy.${key}`, message });

  for (const key of Object.keys(policy)) {
    if (!Object.hasOwn(defaultPolicy, key)) report(key, 'is not a key of the policy');
  }
  for (const key of ['purchaseTimeoutMs', 'callTimeoutMs', 'deadlineMs', 'leaseMs', 'recheckMs'] as const) {
    if (!isDuration(policy[key]))
      report(key, `must be a number of milliseconds above 0, at most ${LONGEST_MS}`);
  }
  for (const key of ['maxCandidates', 'attempts'] as const) {
    if (!(Number.isInteger(policy[key]) && policy[key] >= 1))
      report(key, 'must be a whole number of at least 1');
  }
  if (!ABANDONED_POLICIES.includes(policy.abandoned)) {
    report('abandoned', `must be one of ${ABANDONED_POLICIES.join(', ')}`);
  }
  if (!(Number.isFinite(policy.settleMs) && policy.settleMs >= settleFloorMs)) {
    report(
      'settleMs',
      `must be at least ${settleFloorMs}: a purchase at this provider may land that late, and would then be leaked`,
    );
  }
  if (policy.leaseMs < policy.deadlineMs + policy.purchaseTimeoutMs) {
    report(
      'leaseMs',
      `must be at least deadlineMs + purchaseTimeoutMs (${policy.deadlineMs + policy.purchaseTimeoutMs}): ` +
        'otherwise somebody else may take the operation over while a purchase is still under way',
    );
  }
  return issues;
}

/** Completes a policy with the defaults; a key that is `undefined` counts as left out. */
export function completePolicy(given: Partial<Policy> | undefined): Policy {
  const present = Object.entries<unknown>(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaultPolicy, ...Object.fromEntries(present) };
}

/** The longest that a timer of this platform can wait: a longer one fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Tells whether a timer can wait so many milliseconds. */
export function isDuration(milliseconds: number): boolean {
  return Number.isFinite(milliseconds) && milliseconds > 0 && milliseconds <= LONGEST_MS;
}
