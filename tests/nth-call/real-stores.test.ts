import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { STORE_KINDS } from '../harness/open-store.js';
import { NO_FAILURES, openSharedStore, type SharedStore } from './call-world.js';
import { plansAfter, type Run, runOnce } from './explore.js';
import { SCENARIOS } from './scenarios.js';
import { isProviderCall } from './ways.js';

/** Which scenarios are lived through on real databases too. */
const CHOSEN = [
  'provision with a key',
  'provision a number that lacks a capability',
  'take over what was not bought',
  'release',
  'recover a number that nobody can come back for',
];
const LEAST_RUNS = 150;

describe.each(STORE_KINDS)('fail the n-th call of the store, on %s', (kind) => {
  let runs = 0;
  let shared: SharedStore;
  beforeAll(async () => {
    shared = await openSharedStore(kind);
  });
  afterAll(async () => {
    await shared.opened.close();
    expect(runs).toBeGreaterThanOrEqual(LEAST_RUNS);
  });

  it.for(CHOSEN)('of: %s', { timeout: 10 * 60_000 }, async (name, context) => {
    const scenario = SCENARIOS.find((candidate) => candidate.name === name);
    if (scenario === undefined) throw new Error(`There is no scenario "${name}".`);
    const calm = await runOnce(kind, scenario, NO_FAILURES, 'recovery first', shared);
    expect(calm.wrong).toEqual([]);

    // How the vendor fails is the same whatever the store: only what its answer is worth is tried here.
    const plans = plansAfter(scenario, calm).filter(({ at }) =>
      [...at].every(([place, way]) => {
        const call = calm.calls[place - 1];
        return (
          call === undefined || !isProviderCall(call) || way === 'unknown after' || way === 'crash after'
        );
      }),
    );
    reportFigures(context, { [`runs on ${kind}`]: plans.length });
    const wrong: Run[] = [];
    for (const plan of plans) {
      const run = await runOnce(kind, scenario, plan, 'recovery first', shared);
      runs += 1;
      if (run.wrong.length > 0) wrong.push(run);
    }
    expect(wrong.map(({ story, ending, wrong: what }) => `${story}: ${ending}: ${what.join('; ')}`)).toEqual(
      [],
    );
  });
});
