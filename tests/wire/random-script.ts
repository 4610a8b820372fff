import type { ProvisionRequest } from '@channelkit/core';
import type { Operation } from '@channelkit/twilio-simulator';
import type { Outcome } from '../crash/worker-orders.js';
import { seededRandom } from '../harness/seeded-random.js';
import { NOT_SHOWN, REFUSALS, WIRE_FAULTS, type WireFault } from './wire-faults.js';
import type { WireWorld, WireWorldOptions } from './wire-world.js';

/** One thing that happens in a script. */
export type Step =
  /** Two callers with the same key ask at the same time. */
  | { readonly kind: 'provision' | 'provision twice'; readonly key: string | null; readonly isNamed: boolean }
  /** The caller leaves at the arrival of that request, counted from now. */
  | { readonly kind: 'leave'; readonly key: string; readonly atRequest: number }
  | { readonly kind: 'release' | 'recover' | 'land' }
  /** Somebody else buys the number that is named, if it is still to be had. */
  | { readonly kind: 'sell' }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | {
      readonly kind: 'fault';
      readonly fault: WireFault;
      readonly operation: Operation;
      readonly times: number;
      readonly skip: number;
    };

/** What happens, one thing after another. */
export interface RandomScript {
  readonly options: WireWorldOptions;
  readonly steps: readonly Step[];
}

const STRUCK: readonly Operation[] = [
  'search',
  'purchase',
  'purchase',
  'purchase',
  'list',
  'list',
  'release',
  'account',
];
const GONE_BEFORE: Step = {
  kind: 'fault',
  fault: { name: 'reset after', action: { kind: 'reset', when: 'after-effect' } },
  operation: 'release',
  times: 1,
  skip: 0,
};
const NAMED = '+14155550000';
/** Longer than an operation goes on by itself. */
const OVER_MS = 2 * 60_000;
/** What is to land late lands within this and the time of one step: well before the protocol says that it no longer can. */
const LATEST_LANDING_MS = 5 * 60_000;

/** Writes the script of a seed, always the same. */
export function writeScript(seed: number): RandomScript {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <const Value>(values: readonly [Value, ...Value[]]): Value =>
    values[below(values.length)] ?? values[0];

  const fault = (): Step[] => {
    const operation = STRUCK[below(STRUCK.length)] ?? 'purchase';
    const own = operation === 'purchase' ? REFUSALS : operation === 'release' ? [NOT_SHOWN] : [];
    const faults = [...WIRE_FAULTS, ...own];
    const struck = faults[below(faults.length)];
    if (struck === undefined) throw new Error('There are no faults.');
    const laid = {
      kind: 'fault',
      fault: struck,
      operation,
      times: oneOf([1, 1, 1, 2, 3, Infinity]),
      skip: oneOf([0, 0, 0, 1, 2]),
    } as const;
    // The account is only asked about when a number is gone that was to be released.
    return operation === 'account' ? [GONE_BEFORE, { ...laid, skip: 0 }] : [laid];
  };
  const step = (): Step => {
    const key = oneOf(['a', 'a', 'b', null]);
    const kind = oneOf([
      'provision',
      'provision',
      'provision twice',
      'leave',
      'release',
      'release',
      'recover',
      'land',
      'sell',
      'wait',
    ]);
    switch (kind) {
      case 'provision':
      case 'provision twice':
        return { kind, key, isNamed: random() < 0.2 };
      case 'leave':
        return { kind, key: key ?? 'c', atRequest: 1 + below(4) };
      case 'wait':
        return { kind, milliseconds: oneOf([1_000, 30_000, 100_000, 200_000]) };
      default:
        return { kind };
    }
  };
  const options = {
    seed,
    stock: oneOf([1, 2, 4, 12]),
    repurchase: oneOf(['updates', 'refuses']),
    policy: { abandoned: oneOf(['auto', 'auto', 'adopt', 'release']) },
  } as const;
  const steps = Array.from({ length: 2 + below(4) }, () => [
    ...Array.from({ length: below(4) }, fault).flat(),
    step(),
    ...(random() < 0.3 ? [{ kind: 'recover' } as const] : []),
  ]).flat();
  return {
    options,
    steps: [...fault(), { kind: 'provision', key: oneOf(['a', null]), isNamed: false }, ...steps],
  };
}

/** Lets a script happen. */
export async function playScript(world: WireWorld, { steps }: RandomScript): Promise<void> {
  const channels: string[] = [];
  const note = (outcome: Outcome) => {
    if (outcome.kind === 'channel' && outcome.status === 'active') channels.push(outcome.id);
  };
  let landedAt = world.clock.now();
  for (const step of steps) {
    if (world.clock.now() - landedAt > LATEST_LANDING_MS) {
      world.simulator.landLate();
      landedAt = world.clock.now();
    }
    switch (step.kind) {
      case 'provision':
        note(await world.run(world.provision(requestOf(step))));
        break;
      case 'provision twice': {
        const both = [requestOf(step), requestOf(step)].map((request) => world.provision(request));
        for (const outcome of await world.run(Promise.all(both))) note(outcome);
        break;
      }
      case 'leave':
        note(await world.run(leaveAt(world, requestOf({ key: step.key, isNamed: false }), step.atRequest)));
        break;
      case 'release': {
        const id = channels.pop();
        if (id !== undefined) await world.run(world.release(id));
        break;
      }
      case 'recover':
        await world.run(world.recover());
        break;
      case 'land':
        world.simulator.landLate();
        break;
      case 'sell':
        if (!world.simulator.owned().some(({ phoneNumber }) => phoneNumber === NAMED))
          world.simulator.sell(NAMED);
        break;
      case 'wait':
        world.clock.advance(step.milliseconds);
        break;
      case 'fault':
        world.lay(step.fault, { operation: step.operation, times: step.times, skip: step.skip });
    }
  }
}

function requestOf({
  key,
  isNamed,
}: {
  readonly key: string | null;
  readonly isNamed: boolean;
}): ProvisionRequest {
  return {
    country: 'US',
    type: 'sms',
    ...(key === null ? {} : { idempotencyKey: isNamed ? `${key}, named` : key }),
    ...(isNamed ? { phoneNumber: NAMED } : {}),
  };
}

/** The caller leaves, and the operation may go on by itself until its deadline. */
async function leaveAt(world: WireWorld, request: ProvisionRequest, atRequest: number): Promise<Outcome> {
  const abort = new AbortController();
  let heard = 0;
  world.onRequest(() => {
    heard += 1;
    if (heard === atRequest) abort.abort();
  });
  const outcome = await world.provision(request, abort.signal);
  await world.clock.runtime.sleep(OVER_MS);
  return outcome;
}
