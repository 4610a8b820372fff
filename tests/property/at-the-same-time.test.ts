import {
  type Channel,
  ChannelError,
  type ErrorCode,
  provisionChannel,
  recoverOperations,
  releaseChannel,
} from '@channelkit/core';
import fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { settle, violations } from '../harness/oracle.js';
import { type CallWorld, createCallWorld, NO_FAILURES } from '../nth-call/call-world.js';
import { type CallName, type Way, waysOf } from '../nth-call/ways.js';
import { checkProperty, isReplay, runsOf } from './check-property.js';

const STOCK = ['+14155550100', '+14155550101', '+14155550102', '+14155550103', '+14155550104'];
const KEYS = ['a', 'b', null] as const;

/** Something that somebody does while others do other things. */
type Action =
  | {
      readonly does: 'provision';
      readonly key: string | null;
      readonly name: string;
      readonly fails: Failure | null;
    }
  | { readonly does: 'release'; readonly index: number }
  | { readonly does: 'recover' };

interface Failure {
  readonly call: CallName;
  readonly way: Way;
}

const FAILING: readonly CallName[] = ['searchNumbers', 'beginOperation', 'purchaseNumber', 'attachChannel'];

const failure: fc.Arbitrary<Failure> = fc
  .constantFrom(...FAILING)
  .chain((call) => fc.constantFrom(...waysOf(call)).map((way) => ({ call, way })));

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('provision' as const),
      key: fc.constantFrom(...KEYS),
      name: fc.oneof({ weight: 5, arbitrary: fc.constant('One') }, fc.constant('Two')),
      fails: fc.option(failure, { freq: 2 }),
    }),
  },
  fc.record({ does: fc.constant('release' as const), index: fc.nat(4) }),
  fc.record({ does: fc.constant('recover' as const) }),
);

/** Several things at once, some time later several more. */
const history = fc.array(
  fc.record({
    actions: fc.array(action, { minLength: 2, maxLength: 5, size: 'max' }),
    thenMs: fc.constantFrom(0, 120_000, 1_500_000),
  }),
  { minLength: 1, maxLength: 3, size: 'max' },
);

/** What was told to callers. */
interface Told {
  readonly channels: Map<
    string,
    { readonly channel: Channel; readonly key: string | null; readonly name: string }
  >;
  readonly released: Set<string>;
  readonly untrue: string[];
}

/** How often each answer came up: a property that never gets there proves nothing. */
const reached = new Map<string, number>();
const OFTEN = [
  'a channel',
  'crashed',
  'store_rejected',
  'operation_in_progress',
  'idempotency_mismatch',
  'channel_released',
  'no_numbers_available',
];

async function act(world: CallWorld, told: Told, asked: Action): Promise<void> {
  if (asked.does === 'recover') {
    await recoverOperations(world.start().options);
    return;
  }
  if (asked.does === 'release') {
    const id = [...told.channels.keys()][asked.index];
    if (id === undefined) return;
    told.released.add(id);
    const channel = await releaseChannel({ ...world.start().options, id });
    if (channel.status !== 'released' && channel.status !== 'releasing')
      told.untrue.push(`release resolved to a channel that is ${channel.status}`);
    return;
  }
  const { key, name, fails } = asked;
  const process = world.start(
    fails === null ? NO_FAILURES : { at: new Map(), byName: { [fails.call]: [fails.way] } },
  );
  const request = { country: 'USA', type: 'sms' as const, name, idempotencyKey: key ?? undefined };
  const answer = await Promise.race([
    provisionChannel({ ...process.options, request }).catch((error: unknown) => {
      if (ChannelError.isInstance(error)) return error;
      throw error;
    }),
    process.crashed,
  ]);
  const word = answer === 'crashed' ? answer : ChannelError.isInstance(answer) ? answer.code : 'a channel';
  reached.set(word, (reached.get(word) ?? 0) + 1);
  if (answer === 'crashed') return;
  if (ChannelError.isInstance(answer)) judgeError(world, told, answer, process.begun);
  else told.channels.set(answer.id, { channel: answer, key, name });
}

/** Codes that speak of an operation of somebody else, whose number may be owned. */
const ABOUT_ANOTHER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'idempotency_mismatch',
  'channel_released',
]);

/** An error is about all that its call began, whatever it names. */
function judgeError(world: CallWorld, told: Told, error: ChannelError, begun: readonly string[]): void {
  const { code, operationId, mayOwnNumber } = error;
  if (mayOwnNumber !== 'no' || ABOUT_ANOTHER.has(code)) return;
  const concerned = [operationId, ...begun];
  for (const { reference } of world.provider.owned()) {
    if (reference !== null && concerned.includes(reference))
      told.untrue.push(`${code} said that nothing is owned by ${reference}`);
  }
}

/** Runs the work while the scheduler decides whose call goes on next; time passes only when none is waiting. */
async function interleave(world: CallWorld, scheduler: fc.Scheduler, work: Promise<unknown>): Promise<void> {
  let isOver = false;
  const all = work.finally(() => (isOver = true));
  const drive = async () => {
    while (!isOver) {
      await Promise.race([nextTurn(), all]);
      if (scheduler.count() > 0) await scheduler.waitNext(1);
    }
  };
  await world.clock.run(Promise.all([all, drive()]));
}

async function live(
  scheduler: fc.Scheduler,
  batches: readonly { readonly actions: readonly Action[]; readonly thenMs: number }[],
): Promise<void> {
  let isCalm = false;
  const world = await createCallWorld('memory', {
    mock: { inventory: STOCK },
    between: (label) => (isCalm ? Promise.resolve() : scheduler.schedule(Promise.resolve(), label)),
  });
  const told: Told = { channels: new Map(), released: new Set(), untrue: [] };
  for (const { actions, thenMs } of batches) {
    await interleave(world, scheduler, Promise.all(actions.map((asked) => act(world, told, asked))));
    isCalm = true;
    await world.letTimePass(thenMs);
    isCalm = false;
  }
  isCalm = true;
  while (scheduler.count() > 0) await scheduler.waitNext(1);
  await settle(world);
  await judge(world, told);
}

async function judge(world: CallWorld, told: Told): Promise<void> {
  expect([...world.broken]).toEqual([]);
  expect(told.untrue).toEqual([]);
  expect(await violations(world)).toEqual([]);
  const { channels, operations } = await world.rows();
  expect(operations.filter(({ state }) => state === 'purchasing')).toEqual([]);
  expect(channels.filter(({ status }) => status === 'releasing')).toEqual([]);

  for (const [id, { channel, key, name }] of told.channels) {
    const status = channels.find((row) => row.id === id)?.status;
    expect(status).toBe(told.released.has(id) ? 'released' : 'active');
    expect(channel.name).toBe(name);
    if (key === null) continue;
    const request = { country: 'USA', type: 'sms' as const, name, idempotencyKey: key };
    const again = world.clock.run(provisionChannel({ ...world.start().options, request }));
    if (status === 'active') expect((await again).id).toBe(id);
    else await expect(again).rejects.toMatchObject({ code: 'channel_released' });
  }
  const keysOf = [...told.channels.values()].map(({ key }) => key).filter((key) => key !== null);
  expect(new Set(keysOf).size).toBe(keysOf.length);
}

describe('the public functions, called at the same time', () => {
  it('keep every invariant, whoever is first', { timeout: 30 * 60_000 }, async (context) => {
    const runs = await checkProperty({
      name: 'at the same time',
      numRuns: runsOf(2_000, 100_000),
      property: () => fc.asyncProperty(fc.scheduler(), history, live),
    });
    if (isReplay()) return;
    reportFigures(context, { runs });
    const rare = OFTEN.filter((answer) => (reached.get(answer) ?? 0) < 10);
    expect(rare).toEqual([]);
  });
});
