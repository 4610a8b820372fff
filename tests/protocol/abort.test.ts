import { type NumberProvider, type ProvisionRequest, provisionChannel } from '@channelkit/core';
import { describe, expect, it } from 'vitest';
import { type CallWorld, createCallWorld } from '../nth-call/call-world.js';
import type { Plan } from '../nth-call/failing-process.js';
import { settle, violations } from '../harness/oracle.js';
import { leaveBehind } from '../nth-call/scenarios.js';

const request: ProvisionRequest = { country: 'USA', type: 'sms' };
const keyed: ProvisionRequest = { ...request, idempotencyKey: 'key' };

/** Provisions for a caller who leaves at a moment: before a call has its effect, or before its answer comes. */
async function leaveAt(
  moment: string,
  { byName = {}, asked = request, prepare }: Story = {},
): Promise<{ world: CallWorld; error: unknown; purchaseSignals: AbortSignal[] }> {
  const leaving = new AbortController();
  let isReady = false;
  const world = await createCallWorld('memory', {
    between: (label) => {
      if (isReady && label === moment) leaving.abort();
      return Promise.resolve();
    },
  });
  await prepare?.(world);
  isReady = true;
  const purchaseSignals: AbortSignal[] = [];
  const { options } = world.start({ at: new Map(), byName });
  const provider: NumberProvider = {
    ...options.provider,
    purchaseNumber: async (purchase, given) => {
      if (given?.signal !== undefined) purchaseSignals.push(given.signal);
      const number = await options.provider.purchaseNumber(purchase, given);
      // By then the caller may have left, and the purchase must not have been told.
      expect(given?.signal?.aborted).toBe(false);
      return number;
    },
  };
  const error: unknown = await world.clock
    .run(provisionChannel({ ...options, provider, request: asked, signal: leaving.signal }))
    .then(
      () => 'resolved',
      (thrown: unknown) => thrown,
    );
  expect(leaving.signal.aborted).toBe(true);
  return { world, error, purchaseSignals };
}

interface Story {
  readonly byName?: NonNullable<Plan['byName']>;
  readonly asked?: ProvisionRequest;
  readonly prepare?: (world: CallWorld) => Promise<void>;
}

async function statesOf(world: CallWorld) {
  const { channels, operations } = await world.rows();
  return {
    channels: channels.map(({ status }) => status),
    operations: operations.map(({ state }) => state),
    owned: world.provider.owned().length,
  };
}

async function expectSound(world: CallWorld): Promise<void> {
  await settle(world);
  expect(await violations(world)).toEqual([]);
  expect([...world.broken]).toEqual([]);
  expect((await statesOf(world)).operations).not.toContain('purchasing');
}

describe('a caller who leaves before the operation is written down', () => {
  it.each<[string, Story]>([
    ['searchNumbers', {}],
    ['answer to searchNumbers', {}],
    ['findNumber', { asked: { ...request, phoneNumber: '+14155550123' } }],
    ['findOperationByKey', { asked: keyed }],
  ])('at: %s, leaves nothing', async (moment, story) => {
    const { world, error } = await leaveAt(moment, story);
    expect(error).toMatchObject({ code: 'aborted', mayOwnNumber: 'no', operationId: null });
    expect(await statesOf(world)).toEqual({ channels: [], operations: [], owned: 0 });
    await expectSound(world);
  });

  it('asks nothing of anybody when gone from the start', async () => {
    const world = await createCallWorld('memory');
    const process = world.start();
    const work = provisionChannel({ ...process.options, request: keyed, signal: AbortSignal.abort() });
    await expect(world.clock.run(work)).rejects.toMatchObject({ code: 'aborted', mayOwnNumber: 'no' });
    expect(process.calls).toEqual([]);
  });
});

describe('a caller who leaves between the record and the purchase', () => {
  it.each<[string, Story]>([
    ['beginOperation', {}],
    ['answer to beginOperation', {}],
    ['beginOperation', { asked: keyed }],
    ['switchCandidate', { byName: { purchaseNumber: ['rejected number_unavailable'] } }],
    ['answer to switchCandidate', { byName: { purchaseNumber: ['rejected number_unavailable'] } }],
  ])('at: %s, ends the operation, and nothing is bought', async (moment, story) => {
    const { world, error } = await leaveAt(moment, story);
    const [operation] = (await world.rows()).operations;
    expect(error).toMatchObject({ code: 'aborted', mayOwnNumber: 'no', operationId: operation?.id });
    expect(await statesOf(world)).toEqual({ channels: [], operations: ['failed'], owned: 0 });
    expect([...world.purchases]).toEqual([]);
    await expectSound(world);
  });

  it('ends it while it waits to try again what never left', async () => {
    const leaving = new AbortController();
    const world = await createCallWorld('memory');
    const { options } = world.start({
      at: new Map(),
      byName: { purchaseNumber: ['throttled', 'throttled'] },
    });
    const runtime = {
      ...options.runtime,
      sleep: (milliseconds: number, signal?: AbortSignal) => {
        if (milliseconds === 1_500) leaving.abort();
        return options.runtime.sleep(milliseconds, signal);
      },
    };
    const before = world.clock.now();
    const work = provisionChannel({ ...options, runtime, request, signal: leaving.signal });
    await expect(world.clock.run(work)).rejects.toMatchObject({ code: 'aborted', mayOwnNumber: 'no' });
    expect(world.clock.now() - before).toBeLessThan(1_500);
    expect(await statesOf(world)).toEqual({ channels: [], operations: ['failed'], owned: 0 });
  });
});

describe('a caller who leaves after the purchase was sent', () => {
  it.each<[string, Story]>([
    ['purchaseNumber', {}],
    ['answer to purchaseNumber', {}],
    ['attachChannel', {}],
    ['answer to attachChannel', {}],
    ['purchaseNumber', { asked: keyed }],
    ['findNumber', { byName: { purchaseNumber: ['unknown after'] } }],
    ['answer to findNumber', { byName: { purchaseNumber: ['unknown before'] } }],
  ])('at: %s, is told that it is not known, and the channel comes by itself', async (moment, story) => {
    const { world, error, purchaseSignals } = await leaveAt(moment, story);
    const [operation] = (await world.rows()).operations;
    expect(error).toMatchObject({ code: 'aborted', mayOwnNumber: 'unknown', operationId: operation?.id });
    await world.letTimePass(60_000);
    expect(await statesOf(world)).toEqual({ channels: ['active'], operations: ['succeeded'], owned: 1 });
    expect(purchaseSignals.length).toBeGreaterThan(0);
    await expectSound(world);
  });

  it.each(['disposeNumber', 'releaseNumber', 'answer to releaseNumber', 'completeRelease'])(
    'at: %s, does not stop the undoing',
    async (moment) => {
      const { world, error } = await leaveAt(moment, { byName: { attachChannel: ['rejected'] } });
      expect(error).toMatchObject({ code: 'aborted', mayOwnNumber: 'unknown' });
      await world.letTimePass(1_000);
      expect(await statesOf(world)).toEqual({ channels: ['released'], operations: ['failed'], owned: 0 });
    },
  );

  it.each(['findNumber', 'answer to attachChannel'])(
    'at: %s, has no other fate for an operation that was taken over',
    async (moment) => {
      const { world, error } = await leaveAt(moment, {
        asked: keyed,
        prepare: async (prepared) => {
          await leaveBehind(prepared, keyed, new Map([[4, 'crash after']]));
          await prepared.letTimePass(3 * 60_000);
        },
      });
      expect(error).toMatchObject({ code: 'aborted', mayOwnNumber: 'unknown' });
      await world.letTimePass(1_000);
      expect(await statesOf(world)).toEqual({ channels: ['active'], operations: ['succeeded'], owned: 1 });
    },
  );

  it('gets the channel under the same key later', async () => {
    const { world } = await leaveAt('purchaseNumber', { asked: keyed });
    await world.letTimePass(1_000);
    const channel = await world.clock.run(provisionChannel({ ...world.start().options, request: keyed }));
    expect(channel.status).toBe('active');
    expect(world.provider.owned()).toHaveLength(1);
  });
});
