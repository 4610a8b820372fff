import {
  type Channel,
  ChannelError,
  CHANNEL_STATUSES,
  type ChannelStatus,
  createChannels,
  defaultPolicy,
  type ListChannelsOptions,
  provisionChannel,
  recoverOperations,
  releaseChannel,
} from '@channelkit/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { CallWorld } from '../nth-call/call-world.js';
import type { Plan } from '../nth-call/failing-process.js';
import { settle, violations } from '../harness/oracle.js';
import { answerToKey, freeNumbers, type Model, type ModelChannel, ownedNumbers } from './model.js';
import { type Ending, endingOfTakeOver, STORIES, type Story, type StoryName } from './stories.js';

type Command = fc.AsyncCommand<Model, CallWorld>;

/** How often each situation came up: a property that never gets there proves nothing. */
export const reached = new Map<string, number>();
const noteReached = (situation: string) => reached.set(situation, (reached.get(situation) ?? 0) + 1);

const KEYS = ['a', 'b', null] as const;
const NAMES = ['One', 'Two'] as const;
const MINUTE = 60_000;

const RELEASE_STORIES = {
  calm: {},
  refused: { releaseNumber: ['rejected provider_rejected'] },
  'record unacknowledged': { startRelease: ['unknown after'] },
  'delete unanswered': { releaseNumber: ['unknown after'] },
  'end unacknowledged': { completeRelease: ['unknown after'] },
} as const satisfies Readonly<Record<string, Plan['byName']>>;
type ReleaseStoryName = keyof typeof RELEASE_STORIES;

const stories: fc.Arbitrary<StoryName> = fc.oneof(fc.constant<StoryName>('calm'), {
  weight: 2,
  arbitrary: fc.constantFrom(...(Object.keys(STORIES) as StoryName[])),
});

const provisionings: fc.Arbitrary<Command> = fc
  .record({
    key: fc.constantFrom(...KEYS),
    name: fc.oneof({ weight: 6, arbitrary: fc.constant(NAMES[0]) }, fc.constant(NAMES[1])),
    story: stories,
  })
  .map(({ key, name, story }) => provisioning(key, name, story));

const releases: fc.Arbitrary<Command> = fc
  .record({
    index: fc.nat(5),
    story: fc.constantFrom(...(Object.keys(RELEASE_STORIES) as ReleaseStoryName[])),
  })
  .map(({ index, story }) => releasing(index, story));

const passages: fc.Arbitrary<Command> = fc
  .constantFrom(10_000, 2 * MINUTE, 25 * MINUTE)
  .map((milliseconds) => timePassing(milliseconds));

const lists: fc.Arbitrary<Command> = fc
  .record({ status: fc.option(fc.constantFrom(...CHANNEL_STATUSES)), limit: fc.integer({ min: 1, max: 3 }) })
  .map(({ status, limit }) => listing(status, limit));

const recoveries: fc.Arbitrary<Command> = fc.constantFrom(0, 2 * MINUTE, 25 * MINUTE).map(recovering);

/** Everything that users, crashes and time can do, one thing after another; each stands as often as it is wanted. */
export const commandArbitraries: fc.Arbitrary<Command>[] = [
  ...[provisionings, provisionings, provisionings, provisionings],
  ...[releases, passages, recoveries, recoveries, lists, stories.map(comingBack), stories.map(comingBack)],
  fc.constant(null).map(settling),
];

function command(description: string, run: (model: Model, world: CallWorld) => Promise<void>): Command {
  return {
    check: () => true,
    run: async (model, world) => {
      await run(model, world);
      await compare(model, world);
    },
    toString: () => description,
  };
}

function provisioning(key: string | null, name: string, storyName: StoryName): Command {
  return command(`provision(${key ?? 'no key'}, ${name}, ${storyName})`, (model, world) =>
    provision(model, world, { key, name, storyName }),
  );
}

/** Somebody asks again, once the lease is over, for what was left behind under a key. */
function comingBack(storyName: StoryName): Command {
  const left = ({ doubts }: Model) => [...doubts.values()].find(({ key }) => key !== null)?.key ?? null;
  return {
    ...command(`come back(${storyName})`, async (model, world) => {
      const key = left(model);
      const name = model.keys.get(key ?? '')?.name ?? NAMES[0];
      await world.letTimePass(2 * MINUTE);
      await provision(model, world, { key, name, storyName });
    }),
    check: (model) => left(model) !== null,
  };
}

interface Asked {
  readonly key: string | null;
  readonly name: string;
  readonly storyName: StoryName;
}

async function provision(model: Model, world: CallWorld, { key, name, storyName }: Asked): Promise<void> {
  const story: Story = STORIES[storyName];
  const request = { country: 'USA', type: 'sms' as const, name, idempotencyKey: key ?? undefined };
  const before = new Set(tablesOf(world).operations.keys());
  const answer = answerToKey(model, key, name, (id) => isLeaseOver(world, id));
  const wasSettled = answer.kind === 'takes over' && isSettled(world, answer.doubt.id);

  const told = await call(world, { at: new Map(), byName: story.byName }, (options) =>
    provisionChannel({ ...options, request }),
  );
  noteReached(`provision: ${answer.kind === 'refused' ? answer.code : answer.kind}`);
  if (answer.kind === 'channel') {
    expect(told).toMatchObject({ id: answer.id, status: 'active', name });
    return;
  }
  if (answer.kind === 'refused') {
    expect(told).toMatchObject({ code: answer.code });
    return;
  }
  if (answer.kind === 'takes over') {
    const ending = endingOfTakeOver(story, answer.doubt.isOwned, wasSettled);
    expectEnding(told, ending, answer.doubt.id);
    leave(model, answer.doubt.id, key, name, ending);
    noteReached(`taken over, ${answer.doubt.isOwned ? 'owned' : 'absent'}: ${ending.answer ?? 'a channel'}`);
    return;
  }
  const made = [...tablesOf(world).operations.values()].find(({ id }) => !before.has(id));
  const ending = endingOfFresh(model, storyName, made !== undefined);
  expectEnding(told, ending, made?.id);
  if (made !== undefined) leave(model, made.id, key, name, ending);
  noteReached(`fresh, ${storyName}: ${ending.answer ?? 'a channel'}`);
}

/** What there is no number for is not bought, however it would have gone wrong. */
function endingOfFresh(model: Model, storyName: StoryName, wasBegun: boolean): Ending {
  const story: Story = STORIES[storyName];
  const isEarly = 'searchNumbers' in story.byName || 'beginOperation' in story.byName;
  if (isEarly && story.fresh.leaves === 'nothing' && (storyName === 'search refused' || isListed(model)))
    return story.fresh;
  // A number that is listed and claimed can be what the process that died after its record had asked for.
  if (storyName === 'dies after the record' && isListed(model) && !wasBegun)
    return { answer: 'crashed', leaves: 'nothing' };
  if (freeNumbers(model) > 0) return story.fresh;
  return { answer: 'no_numbers_available', leaves: 'nothing' };
}

/** Whether the vendor lists anything: what an operation claims without owning it is still on sale. */
function isListed(model: Model): boolean {
  return ownedNumbers(model) < model.stock;
}

function expectEnding(told: unknown, ending: Ending, id: string | undefined): void {
  if (ending.answer === null) {
    expect(told).toMatchObject({ id, status: 'active' });
  } else if (ending.answer === 'crashed') {
    expect(told).toBe('crashed');
  } else {
    const mayOwnNumber = ending.leaves === 'nothing' || ending.leaves === 'released' ? 'no' : 'yes';
    expect(told).toMatchObject({ code: ending.answer, mayOwnNumber });
  }
}

function leave(model: Model, id: string, key: string | null, name: string, ending: Ending): void {
  const { leaves, isAmbiguous = false } = ending;
  model.doubts.delete(id);
  if (key !== null) model.keys.delete(key);
  if (leaves === 'nothing') return;
  const holdsKey = leaves === 'active' || leaves.endsWith('doubt');
  if (key !== null && holdsKey) model.keys.set(key, { id, name });
  if (leaves === 'owned doubt' || leaves === 'absent doubt') {
    model.doubts.set(id, { id, key, isOwned: leaves === 'owned doubt', isDue: false });
  } else {
    model.channels.set(id, { id, status: leaves, isAmbiguous });
  }
}

function releasing(index: number, storyName: ReleaseStoryName): Command {
  return command(`release(${index}, ${storyName})`, async (model, world) => {
    const channel = [...model.channels.values()][index % Math.max(1, model.channels.size)];
    const id = channel?.id ?? '0197a000-0000-7000-8000-000000000000';
    const told = await call(world, { at: new Map(), byName: RELEASE_STORIES[storyName] }, (options) =>
      releaseChannel({ ...options, id }),
    );
    if (channel === undefined) {
      expect(told).toMatchObject({ code: 'channel_not_found' });
      return;
    }
    const after = afterRelease(world, channel, storyName);
    expect(told).toMatchObject({ id, status: after.status });
    noteReached(`release, ${storyName}: ${channel.status} to ${after.status}`);
    model.channels.set(id, after);
  });
}

function afterRelease(world: CallWorld, channel: ModelChannel, storyName: ReleaseStoryName): ModelChannel {
  const { id, status, isAmbiguous, isGone = false } = channel;
  if (status === 'released') return channel;
  if (storyName === 'refused' || (isAmbiguous && !isSettled(world, id)))
    return { ...channel, status: 'releasing' };
  // The vendor only says that it is gone, and of one that was just bought that is not believed.
  if ((isGone || storyName === 'delete unanswered') && isNew(world, id))
    return { ...channel, status: 'releasing', isGone: true };
  return { ...channel, status: 'released' };
}

function timePassing(milliseconds: number): Command {
  return command(`time passes(${milliseconds / 1_000} s)`, (_model, world) =>
    world.letTimePass(milliseconds),
  );
}

function recovering(afterMs: number): Command {
  return command(`recover(after ${afterMs / 1_000} s)`, async (model, world) => {
    await world.letTimePass(afterMs);
    const dueReleases = [...tablesOf(world).channels.values()]
      .filter(({ status }) => status === 'releasing')
      .filter((row) => Math.max(row.releaseAfter ?? 0, row.nextReleaseAt) <= world.clock.now())
      .map(({ id }) => id);
    const unbelieved = dueReleases.filter(
      (id) => model.channels.get(id)?.isGone === true && isNew(world, id),
    );
    const told = await call(world, { at: new Map() }, recoverOperations);
    expect(told).toMatchObject({ refused: 0 });

    for (const doubt of [...model.doubts.values()]) {
      const state = tablesOf(world).operations.get(doubt.id)?.state;
      const isOver = isSettled(world, doubt.id);
      if (state === 'purchasing') {
        // What was looked at is not due again at once, and what is not owned is not believed at once.
        const mustEnd = doubt.isDue && doubt.isOwned && isLeaseOver(world, doubt.id);
        expect(mustEnd).toBe(false);
        continue;
      }
      if (!doubt.isOwned) expect(isOver).toBe(true);
      const leaves = doubt.isOwned
        ? doubt.key === null
          ? isOver
            ? 'released'
            : 'releasing'
          : 'active'
        : 'nothing';
      const name = doubt.key === null ? '' : (model.keys.get(doubt.key)?.name ?? '');
      noteReached(`recover: ${leaves}`);
      leave(model, doubt.id, doubt.key, name, { answer: null, leaves, isAmbiguous: true });
    }
    for (const id of dueReleases) {
      noteReached('recover: a release that is due');
      const channel = model.channels.get(id);
      if (unbelieved.includes(id)) noteReached('recover: a number that is gone, and not believed to be');
      else if (channel?.status === 'releasing') model.channels.set(id, { ...channel, status: 'released' });
    }
  });
}

function settling(): Command {
  return command('settle', async (model, world) => {
    await settle(world);
    for (const { id, key, isOwned } of [...model.doubts.values()]) {
      const leaves = isOwned ? (key === null ? 'released' : 'active') : 'nothing';
      const name = key === null ? '' : (model.keys.get(key)?.name ?? '');
      leave(model, id, key, name, { answer: null, leaves, isAmbiguous: true });
    }
    for (const channel of model.channels.values()) {
      if (channel.status === 'releasing') model.channels.set(channel.id, { ...channel, status: 'released' });
    }
    expect(await violations(world)).toEqual([]);
  });
}

function listing(status: ChannelStatus | null, limit: number): Command {
  return command(`list(${status ?? 'all'}, ${limit})`, async (model, world) => {
    const channels = createChannels(world.start().options);
    const seen: Channel[] = [];
    let cursor: string | undefined;
    do {
      const options: ListChannelsOptions = {
        limit,
        ...(status === null ? {} : { status }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      const page = await world.clock.run(channels.list(options));
      expect(page.channels.length).toBeLessThanOrEqual(limit);
      if (page.nextCursor !== null) expect(page.channels).toHaveLength(limit);
      seen.push(...page.channels);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);

    const wanted = [...model.channels.values()].filter(
      (channel) => status === null || channel.status === status,
    );
    if (seen.length > limit) noteReached('list: several pages');
    expect(seen.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort());
    const times = seen.map(({ createdAt }) => createdAt.getTime());
    expect(times).toEqual([...times].sort((first, second) => second - first));
    for (const { id, status: listed } of seen) {
      expect(listed).toBe(model.channels.get(id)?.status);
      expect((await channels.get(id))?.status).toBe(listed);
    }
  });
}

/** What is in the tables and on the account is what the model says, and no invariant is broken. */
async function compare(model: Model, world: CallWorld): Promise<void> {
  const { operations, channels } = tablesOf(world);
  expect([...world.broken]).toEqual([]);
  const statuses = [...channels.values()].map(({ id, status }) => [id, status]);
  expect(Object.fromEntries(statuses)).toEqual(
    Object.fromEntries([...model.channels.values()].map(({ id, status }) => [id, status])),
  );
  const doubts = [...operations.values()].filter(({ state }) => state === 'purchasing').map(({ id }) => id);
  expect(doubts.sort()).toEqual([...model.doubts.keys()].sort());
  expect(world.provider.owned()).toHaveLength(ownedNumbers(model));
  for (const key of KEYS) {
    if (key === null) continue;
    expect((await world.store.findOperationByKey(key))?.id).toBe(model.keys.get(key)?.id);
  }
  for (const doubt of model.doubts.values()) {
    if (!isLeaseOver(world, doubt.id)) model.doubts.set(doubt.id, { ...doubt, isDue: true });
  }
}

async function call(
  world: CallWorld,
  plan: Plan,
  act: (options: ReturnType<CallWorld['start']>['options']) => Promise<unknown>,
): Promise<unknown> {
  const process = world.start(plan);
  const ended = act(process.options).catch((error: unknown) => {
    if (ChannelError.isInstance(error)) return error;
    throw error;
  });
  return world.clock.run(Promise.race([ended, process.crashed]));
}

function tablesOf({ tables }: CallWorld) {
  if (tables === null) throw new Error('The model is held against the memory store.');
  return tables;
}

function isLeaseOver(world: CallWorld, id: string): boolean {
  return (tablesOf(world).operations.get(id)?.leaseExpiresAt ?? 0) <= world.clock.now();
}

function isSettled(world: CallWorld, id: string): boolean {
  return (tablesOf(world).operations.get(id)?.settlesAt ?? 0) <= world.clock.now();
}

/** Whether the number may have been bought so recently that the vendor does not show it everywhere. */
function isNew(world: CallWorld, id: string): boolean {
  const { leaseMs, settleMs } = defaultPolicy;
  const createdAt = tablesOf(world).channels.get(id)?.createdAt ?? 0;
  return createdAt + leaseMs + settleMs > world.clock.now();
}
