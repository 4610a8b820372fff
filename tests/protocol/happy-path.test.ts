import {
  type ChannelEvent,
  type EventListener,
  type ProvisionRequest,
  provisionChannel,
  recoverOperations,
  releaseChannel,
} from '@channelkit/core';
import { describe, expect, it } from 'vitest';
import { createCallWorld, NO_FAILURES } from '../nth-call/call-world.js';
import type { Plan } from '../nth-call/failing-process.js';
import { leaveBehind } from '../nth-call/scenarios.js';

const request: ProvisionRequest = { country: 'USA', type: 'sms' };

/** Provisions, and tells what was called and what a listener was told, with the error if there is one. */
async function provision(plan: Plan = NO_FAILURES, asked = request, listener?: EventListener) {
  const world = await createCallWorld('memory');
  const events: ChannelEvent[] = [];
  const process = world.start(plan);
  const onEvent = listener ?? ((event: ChannelEvent) => void events.push(event));
  const answer = await world.clock
    .run(provisionChannel({ ...process.options, request: asked, onEvent }))
    .catch((error: unknown) => error);
  return { world, answer, events, names: events.map(({ name }) => name), calls: process.calls };
}

const failing = (byName: NonNullable<Plan['byName']>): Plan => ({ at: new Map(), byName });

describe('the happy path', () => {
  it('takes two calls of the provider and two commits', async () => {
    const { calls, world } = await provision();
    expect(calls).toEqual(['searchNumbers', 'beginOperation', 'purchaseNumber', 'attachChannel']);
    expect(world.provider.owned()).toHaveLength(1);
  });

  it('takes one look more with a key', async () => {
    const { calls } = await provision(NO_FAILURES, { ...request, idempotencyKey: 'key' });
    expect(calls).toEqual([
      'findOperationByKey',
      'searchNumbers',
      'beginOperation',
      'purchaseNumber',
      'attachChannel',
    ]);
  });

  it('asks whether an exact number is owned, instead of searching', async () => {
    const { calls } = await provision(NO_FAILURES, { ...request, phoneNumber: '+14155550123' });
    expect(calls).toEqual(['findNumber', 'beginOperation', 'purchaseNumber', 'attachChannel']);
  });

  it('dates the search in whole seconds, as vendors date what they sell', async () => {
    const world = await createCallWorld('memory', {
      mock: { now: () => Date.UTC(2026, 0, 15, 10, 30, 7, 987) },
    });
    await world.clock.run(provisionChannel({ ...world.start().options, request }));
    const [operation] = [...(world.tables?.operations.values() ?? [])];
    expect(operation?.vendorDate).toBe(Date.UTC(2026, 0, 15, 10, 30, 7));
  });
});

describe('events', () => {
  it('tell a provisioning in the order in which it goes', async () => {
    const { names, events, answer } = await provision();
    expect(names).toEqual([
      'operation-started',
      'number-found',
      'purchase-sent',
      'number-purchased',
      'channel-activated',
    ]);
    const { id, phoneNumber, providerNumberId } = answer as Awaited<ReturnType<typeof provisionChannel>>;
    expect(events.every(({ operationId }) => operationId === id)).toBe(true);
    expect(events.every((event) => event.phoneNumber === phoneNumber)).toBe(true);
    expect(events.at(-1)).toMatchObject({ channelId: id, providerNumberId });
  });

  it.each([
    [
      'an answer that is lost',
      failing({ purchaseNumber: ['unknown after'] }),
      ['purchase-sent', 'purchase-unknown', 'number-purchased', 'channel-activated'],
    ],
    [
      'a purchase that is lost',
      failing({ purchaseNumber: ['unknown before'] }),
      ['purchase-sent', 'purchase-unknown', 'purchase-sent', 'number-purchased', 'channel-activated'],
    ],
    [
      'a second candidate',
      failing({ purchaseNumber: ['rejected number_unavailable'] }),
      ['purchase-sent', 'number-found', 'purchase-sent', 'number-purchased', 'channel-activated'],
    ],
    [
      'a purchase that is refused',
      failing({ purchaseNumber: ['rejected account_restricted'] }),
      ['purchase-sent', 'operation-failed'],
    ],
    [
      'a purchase that never leaves',
      failing({ purchaseNumber: ['not sent'] }),
      ['purchase-sent', 'number-purchased', 'channel-activated'],
    ],
    [
      'a channel that the store refuses',
      failing({ attachChannel: ['rejected'] }),
      ['purchase-sent', 'number-purchased', 'compensation-started', 'number-released', 'operation-failed'],
    ],
    [
      'a channel and a delete that are refused',
      failing({ attachChannel: ['rejected'], releaseNumber: ['rejected provider_rejected'] }),
      ['purchase-sent', 'number-purchased', 'compensation-started', 'release-refused', 'operation-failed'],
    ],
  ])('tell of %s', async (_case, plan, expected) => {
    const { names } = await provision(plan);
    expect(names).toEqual(['operation-started', 'number-found', ...expected]);
  });

  it('tell what recovery and a release do', async () => {
    const world = await createCallWorld('memory');
    await leaveBehind(world, { ...request, idempotencyKey: 'key' }, new Map([[4, 'crash after']]));
    await world.letTimePass(25 * 60_000);
    const names: string[] = [];
    const options = {
      ...world.start().options,
      onEvent: (event: ChannelEvent) => void names.push(event.name),
    };
    const { ids } = await world.clock.run(recoverOperations(options));
    await world.clock.run(releaseChannel({ ...options, id: ids.adopted[0] ?? '' }));
    expect(names).toEqual(['operation-recovered', 'number-released']);
  });

  it('hold no credential, whatever an adapter throws', async () => {
    const world = await createCallWorld('memory');
    const events: ChannelEvent[] = [];
    const { options } = world.start(failing({ findNumber: ['rejected provider_rejected'] }));
    const leak = Object.assign(new Error('connect https://AC1:hunter2@api.example.com failed'), {
      config: { headers: { Authorization: 'Basic QUMxOmh1bnRlcjI=' } },
    });
    const provider = { ...options.provider, purchaseNumber: () => Promise.reject(leak) };
    const error: unknown = await world.clock
      .run(provisionChannel({ ...options, provider, request, onEvent: (event) => void events.push(event) }))
      .catch((thrown: unknown) => thrown);

    expect(events.map(({ name }) => name)).toContain('purchase-unknown');
    const rows = [...(world.tables?.operations.values() ?? [])];
    const seen = `${JSON.stringify({ events, rows, error })} ${String(error)} ${(error as Error).stack ?? ''}`;
    expect(seen).not.toMatch(/hunter2|QUMxOmh1/);
  });

  it.each<[string, EventListener]>([
    [
      'throws',
      () => {
        throw new Error('the listener is broken');
      },
    ],
    // What a listener answers is not asked for, and a promise may be given all the same.
    ['rejects', () => Promise.reject(new Error('the listener is broken'))],
    ['never ends', () => new Promise(() => undefined)],
  ])('change nothing when the listener %s', async (_case, listener) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const { answer, world, calls } = await provision(NO_FAILURES, request, listener);
      await world.letTimePass(1_000);
      expect(answer).toMatchObject({ status: 'active' });
      expect(calls).toHaveLength(4);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });
});

describe('a world', () => {
  it('comes to the same end for the same story', async () => {
    const tell = async () => {
      const { answer, events } = await provision(failing({ purchaseNumber: ['unknown before'] }));
      return { answer, events };
    };
    expect(await tell()).toEqual(await tell());
  });
});
