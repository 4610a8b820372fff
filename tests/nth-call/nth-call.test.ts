import { describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { createCallWorld, NO_FAILURES } from './call-world.js';
import { outagesOf, plansAfter, type Run, runOnce } from './explore.js';
import { type Scenario, SCENARIOS } from './scenarios.js';
import { PROVIDER_WAYS } from './ways.js';

const isLong = process.env['CHANNELKIT_LONG'] === '1';

/**
 * Runs that there are at least: every call of every scenario in every way, each with recovery first and, with a key, with
 * a caller who comes back first; every call failing from some point on; and for purchases every ordered pair.
 */
const FLOORS: Readonly<Record<Scenario['kind'], number>> = { provision: 60, release: 40, recover: 100 };
const PAIRS_OF_A_PURCHASE = 350;

/** No part of the protocol. */
const NOT_MADE = ['migrate', 'close', 'listChannels'];
/** The last resort where assumption A1 is broken: a purchase took effect after its operation had ended. */
const ONLY_WITHOUT_A1 = ['recordReleasing'];

describe('fail the n-th call', () => {
  it('comes to every call that the protocol makes', async () => {
    const failed = new Set<string>();
    for (const scenario of SCENARIOS) {
      const { calls } = await runOnce('memory', scenario, NO_FAILURES);
      for (const [index, name] of calls.entries()) {
        if (scenario.preset?.has(index + 1) !== true) failed.add(name);
      }
    }
    const { store } = await createCallWorld('memory');
    const verbs = Object.keys(store).filter((key) => typeof Reflect.get(store, key) === 'function');
    const all = [...Object.keys(PROVIDER_WAYS), ...verbs].filter((name) => !NOT_MADE.includes(name));
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter((name) => !failed.has(name))).toEqual(ONLY_WITHOUT_A1);
  });

  it.for(SCENARIOS)('of: $name', { timeout: 20 * 60_000 }, async (scenario, context) => {
    const calm = await runOnce('memory', scenario, NO_FAILURES);
    expect(calm.wrong).toEqual([]);

    const singles: Run[] = [];
    for (const plan of plansAfter(scenario, calm)) singles.push(await runOnce('memory', scenario, plan));
    const others = [
      ...(await callersFirst(scenario, calm)),
      ...(await outages(scenario, calm)),
      ...(await pairs(scenario, calm, singles)),
    ];
    const runs = [...singles, ...others];
    reportFigures(context, { runs: runs.length });

    expect(runs.filter(({ wrong }) => wrong.length > 0).map(describeRun)).toEqual([]);
    expect(singles.length + others.length).toBeGreaterThanOrEqual(FLOORS[scenario.kind]);
    for (const [index, name] of calm.calls.entries()) {
      if (scenario.preset?.has(index + 1) === true) continue;
      const plans = singles.filter(({ plan }) => plan.at.has(index + 1));
      expect(plans.length, `failures of call ${index + 1}, ${name}`).toBeGreaterThanOrEqual(11);
    }
  });
});

async function callersFirst(scenario: Scenario, calm: Run): Promise<Run[]> {
  const runs: Run[] = [];
  if (scenario.request.idempotencyKey === undefined || scenario.kind === 'release') return runs;
  for (const plan of plansAfter(scenario, calm))
    runs.push(await runOnce('memory', scenario, plan, 'caller first'));
  return runs;
}

async function outages(scenario: Scenario, calm: Run): Promise<Run[]> {
  const runs: Run[] = [];
  for (const plan of outagesOf(scenario, calm)) runs.push(await runOnce('memory', scenario, plan));
  return runs;
}

/** A purchase that fails, and then any call after it; the long run does so for every call. */
async function pairs(scenario: Scenario, calm: Run, singles: readonly Run[]): Promise<Run[]> {
  const purchase = calm.calls.lastIndexOf('purchaseNumber') + 1;
  const first = singles.filter(({ plan }) => isLong || (scenario.hasPairs === true && plan.at.has(purchase)));
  const runs: Run[] = [];
  for (const single of first) {
    for (const plan of plansAfter(scenario, single)) {
      const order = runs.length % 2 === 0 ? 'recovery first' : 'caller first';
      runs.push(await runOnce('memory', scenario, plan, order));
    }
  }
  if (scenario.hasPairs === true) expect(runs.length).toBeGreaterThanOrEqual(PAIRS_OF_A_PURCHASE);
  return runs;
}

function describeRun({ story, ending, wrong }: Run): string {
  return `${story}: ended as ${ending}: ${wrong.join('; ')}`;
}
