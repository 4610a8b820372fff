import { describe, expect, it } from 'vitest';
import { completePolicy, defaultPolicy, type Policy, policyIssues } from './policy.js';

const paths = (given: object | undefined) =>
  policyIssues(given as Partial<Policy> | undefined, 300_000).map(({ path }) => path);

describe('policyIssues', () => {
  it('finds nothing wrong with the defaults, or with nothing', () => {
    expect(paths(undefined)).toEqual([]);
    expect(paths({})).toEqual([]);
    expect(paths(defaultPolicy)).toEqual([]);
  });

  it('wants a lease as long as the deadline and one purchase, exactly', () => {
    const times = { deadlineMs: 5_000, purchaseTimeoutMs: 2_000 };
    expect(paths({ ...times, leaseMs: 7_000 })).toEqual([]);
    expect(paths({ ...times, leaseMs: 6_999 })).toEqual(['policy.leaseMs']);
    const [issue] = policyIssues({ ...times, leaseMs: 6_999 }, 300_000);
    expect(issue?.message).toContain('7000');
  });

  it('wants no shorter a settle window than the provider says, exactly', () => {
    expect(paths({ settleMs: 300_000 })).toEqual([]);
    expect(paths({ settleMs: 299_999 })).toEqual(['policy.settleMs']);
    expect(policyIssues({ settleMs: 0 }, 0)).toEqual([]);
    expect(policyIssues({ settleMs: -1 }, 0)).toHaveLength(1);
  });

  it.each(['purchaseTimeoutMs', 'callTimeoutMs', 'deadlineMs', 'recheckMs'])(
    'wants %s to be a finite time above 0',
    (key) => {
      for (const value of [0, -1, NaN, '100', null])
        expect(paths({ [key]: value })).toContain(`policy.${key}`);
      expect(paths({ [key]: Infinity })).toContain(`policy.${key}`);
      expect(paths({ [key]: 0.5 })).toEqual([]);
    },
  );

  it.each(['maxCandidates', 'attempts'])('wants %s to be a whole number from 1', (key) => {
    for (const value of [0, -1, 1.5, NaN, Infinity, '3'])
      expect(paths({ [key]: value })).toEqual([`policy.${key}`]);
    expect(paths({ [key]: 1 })).toEqual([]);
  });

  it('knows three fates of what is abandoned', () => {
    for (const abandoned of ['auto', 'adopt', 'release']) expect(paths({ abandoned })).toEqual([]);
    expect(paths({ abandoned: 'keep' })).toEqual(['policy.abandoned']);
  });

  it('tells everything that is wrong at once, unknown keys included', () => {
    const wrong = { leaseMS: 5, attempts: 0, settleMs: 1, abandoned: 'keep', deadlineMs: 70_000 };
    expect(paths(wrong).sort()).toEqual(
      ['policy.abandoned', 'policy.attempts', 'policy.leaseMS', 'policy.leaseMs', 'policy.settleMs'].sort(),
    );
  });
});

describe('completePolicy', () => {
  it('fills in the defaults, for keys that are undefined as well', () => {
    const given = { attempts: 7, leaseMs: undefined } as unknown as Partial<Policy>;
    expect(completePolicy(given)).toEqual({ ...defaultPolicy, attempts: 7 });
  });
});
