import { ChannelError } from '@channelkit/core';
import type { StoreKind } from '../harness/open-store.js';
import { createCallWorld, type SharedStore } from './call-world.js';
import type { Plan } from './failing-process.js';
import { aftermath, type Outcome, ownedNow, untruths } from './judge-run.js';
import type { Scenario } from './scenarios.js';
import { type CallName, type Way, waysOf } from './ways.js';

/** What one run came to. */
export interface Run {
  /** The failures, for people. */
  readonly story: string;
  readonly plan: Plan;
  readonly calls: readonly CallName[];
  /** The code of the error, or how it ended without one. */
  readonly ending: string;
  readonly wrong: readonly string[];
}

/** Runs a scenario once with failures at some of its calls, and judges it. */
export async function runOnce(
  kind: StoreKind | 'memory',
  scenario: Scenario,
  plan: Plan,
  order: 'recovery first' | 'caller first' = 'recovery first',
  shared?: SharedStore,
): Promise<Run> {
  const { preset = new Map<number, Way>(), presetByName, prepare, act } = scenario;
  const world = await createCallWorld(kind, { ...scenario, shared });
  try {
    const channel = await prepare?.(world);
    const before = ownedNow(world);
    const process = world.start({ ...plan, at: new Map([...preset, ...plan.at]), byName: presetByName });
    const outcome = await world.clock.run(
      Promise.race([
        act(process, channel).then(
          (value): Outcome => ({ kind: 'resolved', value }),
          (error: unknown): Outcome => ({ kind: 'rejected', error }),
        ),
        process.crashed.then((): Outcome => ({ kind: 'crashed' })),
      ]),
    );
    const calls = [...process.calls];
    const story = tell(scenario, plan, calls, order);
    const wrong = [
      ...(calls.length < Math.max(0, ...plan.at.keys()) ? ['a planned failure was never reached'] : []),
      ...(await untruths(world, scenario, outcome, before)),
      ...(await aftermath(world, scenario, outcome, order)),
    ];
    return { story, plan, calls, ending: endingOf(outcome), wrong };
  } finally {
    await world.close();
  }
}

/** Plans in which one more call fails than in the run, each in every way it can: those after the last failure. */
export function plansAfter(scenario: Scenario, { plan, calls }: Run): Plan[] {
  const last = Math.max(0, ...plan.at.keys());
  return calls.flatMap((name, index) => {
    const place = index + 1;
    if (place <= last || scenario.preset?.has(place) === true) return [];
    // A vendor that refuses a number because the account has it shows it, too.
    const isShown = plan.at.get(last)?.startsWith('delivered twice') === true;
    return waysFor(scenario, name)
      .filter((way) => !(isShown && way === 'stale'))
      .map((way) => ({ at: new Map([...plan.at, [place, way]]) }));
  });
}

/** Plans in which a call fails, and from then on every call of its kind. */
export function outagesOf(scenario: Scenario, { calls }: Run): Plan[] {
  return calls.flatMap((name, index) =>
    waysFor(scenario, name)
      .filter((way) => !way.startsWith('crash'))
      .map((way) => ({ at: new Map(), fromThenOn: { first: index + 1, name, way } })),
  );
}

/** Once a purchase can no longer land, a look-up tells the truth: assumption A2 of the protocol. */
function waysFor({ isSettled }: Scenario, name: CallName): readonly Way[] {
  return waysOf(name).filter((way) => way !== 'stale' || isSettled !== true);
}

function endingOf(outcome: Outcome): string {
  if (outcome.kind !== 'rejected') return outcome.kind;
  return ChannelError.isInstance(outcome.error) ? outcome.error.code : 'not an error of the SDK';
}

function tell({ name }: Scenario, plan: Plan, calls: readonly CallName[], order: string): string {
  const failures = [...plan.at].map(([place, way]) => `call ${place} (${calls[place - 1] ?? '?'}): ${way}`);
  const outage = plan.fromThenOn;
  if (outage !== undefined) failures.push(`from call ${outage.first} on every ${outage.name}: ${outage.way}`);
  return `${name}; ${failures.join('; ')}; ${order}`;
}
