import { type ProvisionRequest, provisionChannel } from '@channelkit/core';
import { describe, expect, it } from 'vitest';
import { createCallWorld } from '../nth-call/call-world.js';
import { leaveBehind } from '../nth-call/scenarios.js';

const request: ProvisionRequest = { country: 'USA', type: 'sms' };
const keyed: ProvisionRequest = { ...request, idempotencyKey: 'key' };
const LEASE_MS = 90_000;
const DEADLINE_MS = 60_000;

describe('a lease', () => {
  it('keeps others out for as long as it runs, to the millisecond', async () => {
    const world = await createCallWorld('memory');
    await leaveBehind(world, keyed, new Map([[4, 'crash after']]));
    await world.letTimePass(LEASE_MS - 1);
    const early = world.clock.run(provisionChannel({ ...world.start().options, request: keyed }));
    await expect(early).rejects.toMatchObject({ code: 'operation_in_progress', retryAfterMs: 1 });

    await world.letTimePass(1);
    const channel = await world.clock.run(provisionChannel({ ...world.start().options, request: keyed }));
    expect(channel.status).toBe('active');
    expect(world.provider.owned()).toHaveLength(1);
  });

  it('tells a caller to wait no longer than a second', async () => {
    const world = await createCallWorld('memory');
    await leaveBehind(world, keyed, new Map([[4, 'crash after']]));
    const early = world.clock.run(provisionChannel({ ...world.start().options, request: keyed }));
    await expect(early).rejects.toMatchObject({ retryAfterMs: 1_000, mayOwnNumber: 'unknown' });
  });

  it('that is taken over marks the operation as ambiguous, with a token more', async () => {
    const world = await createCallWorld('memory');
    await leaveBehind(world, keyed, new Map([[4, 'crash before']]));
    const rowOf = () => [...(world.tables?.operations.values() ?? [])][0];
    expect(rowOf()).toMatchObject({ ambiguous: false, token: 1 });
    await world.letTimePass(LEASE_MS);
    const takenAt = world.clock.now();
    await world.clock.run(provisionChannel({ ...world.start().options, request: keyed }));
    // What the second holder bought may not show before its own time is over.
    expect(rowOf()).toMatchObject({ ambiguous: true, token: 2, settlesAt: takenAt + LEASE_MS + 1_200_000 });
  });

  it('that is taken over moves the moment at which all has settled, when a request of its own goes unanswered', async () => {
    const world = await createCallWorld('memory');
    await leaveBehind(world, keyed, new Map([[4, 'crash before']]));
    await world.letTimePass(LEASE_MS);
    const { options } = world.start({ at: new Map(), byName: { purchaseNumber: ['unknown after'] } });
    const takenAt = world.clock.now();
    await world.clock.run(provisionChannel({ ...options, request: keyed }));
    const [row] = [...(world.tables?.operations.values() ?? [])];
    expect(row?.settlesAt).toBe(takenAt + LEASE_MS + 1_200_000);
  });
});

describe('the deadline', () => {
  /** Provisions while so much time passes between the record and the purchase, by one clock or both. */
  async function provisionAfter(wallMs: number, monotonicMs: number) {
    let hasPassed = false;
    const world = await createCallWorld('memory', {
      between: (label) => {
        if (label === 'answer to beginOperation') hasPassed = true;
        return Promise.resolve();
      },
    });
    const { options } = world.start();
    const runtime = {
      ...options.runtime,
      now: () => options.runtime.now() + (hasPassed ? wallMs : 0),
      monotonicNow: () => options.runtime.monotonicNow() + (hasPassed ? monotonicMs : 0),
    };
    const answer: unknown = await world.clock
      .run(provisionChannel({ ...options, runtime, request }))
      .catch((error: unknown) => error);
    return { answer, bought: [...world.purchases.values()] };
  }

  it.each([
    ['both clocks', DEADLINE_MS - 1, DEADLINE_MS - 1],
    ['a wall clock that was set back', -3_600_000, DEADLINE_MS - 1],
  ])('lets a purchase go out a millisecond before it, by %s', async (_case, wallMs, monotonicMs) => {
    const { answer, bought } = await provisionAfter(wallMs, monotonicMs);
    expect(answer).toMatchObject({ status: 'active' });
    expect(bought).toEqual([1]);
  });

  it.each([
    ['both clocks', DEADLINE_MS, DEADLINE_MS],
    ['the wall clock alone: the machine was suspended', DEADLINE_MS, 0],
    ['the monotonic clock alone: the wall clock was set back', -3_600_000, DEADLINE_MS],
  ])('lets none go out from then on, by %s', async (_case, wallMs, monotonicMs) => {
    const { answer, bought } = await provisionAfter(wallMs, monotonicMs);
    expect(answer).toMatchObject({ code: 'provider_unavailable', outcome: 'not_sent', mayOwnNumber: 'no' });
    expect(bought).toEqual([]);
  });
});
