import { type ChannelEvent, type Policy, type ProvisionRequest, recoverOperations } from '@channelkit/core';
import { describe, expect, it } from 'vitest';
import { type CallWorld, createCallWorld, NO_FAILURES } from '../nth-call/call-world.js';
import type { Plan } from '../nth-call/failing-process.js';
import { leaveBehind } from '../nth-call/scenarios.js';

const request: ProvisionRequest = { country: 'USA', type: 'sms' };
const keyed: ProvisionRequest = { ...request, idempotencyKey: 'key' };
const MINUTE = 60_000;
const LEASE_MS = 90_000;
const SETTLES_MS = LEASE_MS + 20 * MINUTE;
const RECHECK_MS = 30_000;

const voiceOnly = { voice: true, sms: false, mms: false };

/** Leaves an operation behind whose process died before or after it bought its number. */
async function abandoned(
  asked: ProvisionRequest,
  died: 'before' | 'after',
  isLacking = false,
): Promise<CallWorld> {
  const world = await createCallWorld(
    'memory',
    isLacking ? { describe: (number) => ({ ...number, capabilities: voiceOnly }) } : {},
  );
  const purchase = asked.idempotencyKey === undefined ? 3 : 4;
  await leaveBehind(world, asked, new Map([[purchase, `crash ${died}` as const]]));
  return world;
}

async function recover(world: CallWorld, policy: Partial<Policy> = {}, plan: Plan = NO_FAILURES) {
  const events: ChannelEvent[] = [];
  const { options } = world.start(plan);
  const onEvent = (event: ChannelEvent) => void events.push(event);
  const { ids, ...counts } = await world.clock.run(recoverOperations({ ...options, policy, onEvent }));
  const done = Object.entries(counts).flatMap(([outcome, count]) =>
    Array.from({ length: count }, () => outcome),
  );
  expect(Object.values(ids).flat()).toHaveLength(done.length);
  return { done, names: events.map(({ name }) => name) };
}

async function stateOf(world: CallWorld) {
  const { channels, operations } = await world.rows();
  return [operations[0]?.state, channels[0]?.status ?? 'no channel', world.provider.owned().length];
}

describe('recovery of a number that is owned and ours', () => {
  it.each<[string, Policy['abandoned'], boolean, 'attach' | 'dispose']>([
    ['a key', 'auto', false, 'attach'],
    ['no key', 'auto', false, 'dispose'],
    ['a key', 'adopt', false, 'attach'],
    ['no key', 'adopt', false, 'attach'],
    ['a key', 'release', false, 'dispose'],
    ['no key', 'release', false, 'dispose'],
    ['a key', 'auto', true, 'dispose'],
    ['no key', 'auto', true, 'dispose'],
    ['a key', 'adopt', true, 'dispose'],
    ['no key', 'adopt', true, 'dispose'],
    ['a key', 'release', true, 'dispose'],
    ['no key', 'release', true, 'dispose'],
  ])('with %s, abandoned: %s, lacking a capability: %s: %ss it', async (key, fate, isLacking, decision) => {
    const asked = key === 'a key' ? keyed : request;
    const early = await abandoned(asked, 'after', isLacking);
    await early.letTimePass(LEASE_MS);
    const { done } = await recover(early, { abandoned: fate });
    if (decision === 'attach') {
      // Attaching never waits.
      expect(done).toEqual(['adopted']);
      expect(await stateOf(early)).toEqual(['succeeded', 'active', 1]);
      return;
    }
    // The decision is committed at once, and only the delete waits.
    expect(done).toEqual(['pending']);
    expect(await stateOf(early)).toEqual(['failed', 'releasing', 1]);

    await early.letTimePass(SETTLES_MS - LEASE_MS - 1);
    expect((await recover(early)).done).toEqual([]);
    await early.letTimePass(1);
    expect((await recover(early)).done).toEqual(['released']);
    expect(await stateOf(early)).toEqual(['failed', 'released', 0]);
  });

  it('gives it back at once when nothing can land any more', async () => {
    const world = await abandoned(request, 'after');
    await world.letTimePass(SETTLES_MS);
    expect((await recover(world)).done).toEqual(['released']);
    expect(await stateOf(world)).toEqual(['failed', 'released', 0]);
  });

  it('counts what the store refuses both ways, and goes on with it later', async () => {
    const world = await abandoned(keyed, 'after');
    await world.letTimePass(LEASE_MS);
    const refusing: Plan = {
      at: new Map(),
      byName: { attachChannel: ['rejected'], disposeNumber: ['rejected'] },
    };
    expect((await recover(world, {}, refusing)).done).toEqual(['refused']);
    expect(await stateOf(world)).toEqual(['purchasing', 'no channel', 1]);
    await world.letTimePass(RECHECK_MS);
    expect((await recover(world)).done).toEqual(['adopted']);
  });

  it('gives back what the store refuses as a channel', async () => {
    const world = await abandoned(keyed, 'after');
    await world.letTimePass(SETTLES_MS);
    const refusing: Plan = { at: new Map(), byName: { attachChannel: ['rejected'] } };
    expect((await recover(world, {}, refusing)).done).toEqual(['released']);
  });
});

describe('recovery of a number that somebody else bought', () => {
  const foreign: [string, (world: CallWorld) => Promise<void>][] = [
    ['under another tag', (world) => own(world, 'somebody/else', undefined)],
    ['without a tag', (world) => own(world, null, undefined)],
    ['under our tag, before it was listed for sale', (world) => own(world, 'ours', new Date(0))],
  ];

  it.each(foreign)('%s: concludes nothing before all has settled', async (_case, buy) => {
    const world = await abandoned(keyed, 'before');
    await buy(world);
    await world.letTimePass(SETTLES_MS - 1);
    expect(await recover(world)).toEqual({ done: ['pending'], names: [] });
    expect(await stateOf(world)).toEqual(['purchasing', 'no channel', 1]);
  });

  it.each(foreign)('%s: ends the operation then, and leaves the number alone', async (_case, buy) => {
    const world = await abandoned(keyed, 'before');
    await buy(world);
    await world.letTimePass(SETTLES_MS);
    const { done, names } = await recover(world);
    expect(done).toEqual(['failed']);
    expect(names).toEqual(['operation-failed', 'number-quarantined']);
    expect(await stateOf(world)).toEqual(['failed', 'no channel', 1]);
  });

  async function own(world: CallWorld, tag: string | null, createdAt: Date | undefined): Promise<void> {
    const [operation] = (await world.rows()).operations;
    world.provider.own({
      phoneNumber: operation?.phone_number ?? '',
      tag: tag === 'ours' ? `channelkit/${operation?.id ?? ''}` : tag,
      ...(createdAt === undefined ? {} : { createdAt }),
    });
  }
});

describe('recovery of a number that is not owned', () => {
  it('does not believe one look, however late', async () => {
    const world = await abandoned(keyed, 'before');
    await world.letTimePass(SETTLES_MS + 60 * MINUTE);
    expect((await recover(world)).done).toEqual(['pending']);
    expect(await stateOf(world)).toEqual(['purchasing', 'no channel', 0]);
  });

  it('believes a second look recheckMs later, and no sooner', async () => {
    const world = await abandoned(keyed, 'before');
    await world.letTimePass(SETTLES_MS);
    await recover(world);
    await world.letTimePass(RECHECK_MS - 1);
    expect((await recover(world)).done).toEqual([]);
    await world.letTimePass(1);
    expect(await recover(world)).toEqual({ done: ['failed'], names: ['operation-failed'] });
    expect(await stateOf(world)).toEqual(['failed', 'no channel', 0]);
    expect((await world.rows()).operations[0]?.claimed_number).toBeNull();
  });

  it('does not believe two looks that are both too early', async () => {
    const world = await abandoned(keyed, 'before');
    await world.letTimePass(LEASE_MS);
    await recover(world);
    await world.letTimePass(10 * MINUTE);
    expect((await recover(world)).done).toEqual(['pending']);
    expect(await stateOf(world)).toEqual(['purchasing', 'no channel', 0]);
  });

  it('believes one early look and one after all has settled', async () => {
    const world = await abandoned(keyed, 'before');
    await world.letTimePass(LEASE_MS);
    await recover(world);
    await world.letTimePass(SETTLES_MS - LEASE_MS);
    expect((await recover(world)).done).toEqual(['failed']);
  });

  it('looks at nothing while the lease runs, and as soon as it is over', async () => {
    const world = await abandoned(keyed, 'after');
    await world.letTimePass(LEASE_MS - 1);
    expect((await recover(world)).done).toEqual([]);
    await world.letTimePass(1);
    expect((await recover(world)).done).toEqual(['adopted']);
  });
});

describe('recovery that cannot tell', () => {
  it('concludes nothing, however often, and decides once it can', async () => {
    const world = await abandoned(keyed, 'after');
    const blind: Plan = {
      at: new Map(),
      fromThenOn: { first: 1, name: 'findNumber', way: 'unknown before' },
    };
    for (let pass = 0; pass < 5; pass += 1) {
      await world.letTimePass(20 * MINUTE);
      expect((await recover(world, {}, blind)).done).toEqual(['pending']);
      expect(await stateOf(world)).toEqual(['purchasing', 'no channel', 1]);
    }
    await world.letTimePass(20 * MINUTE);
    expect((await recover(world)).done).toEqual(['adopted']);
  });

  it('does not take a refused look-up for an absence', async () => {
    const world = await abandoned(keyed, 'before');
    await world.letTimePass(SETTLES_MS);
    const refused: Plan = { at: new Map(), byName: { findNumber: ['rejected authentication_failed'] } };
    await recover(world, {}, refused);
    await world.letTimePass(20 * MINUTE);
    expect((await recover(world)).done).toEqual(['pending']);
    await world.letTimePass(20 * MINUTE);
    expect((await recover(world)).done).toEqual(['failed']);
  });
});

describe('recovery', () => {
  it('never buys', async () => {
    const world = await abandoned(keyed, 'before');
    for (let pass = 0; pass < 40; pass += 1) {
      await world.letTimePass(MINUTE);
      await recover(world);
    }
    expect([...world.purchases]).toEqual([]);
    expect(await stateOf(world)).toEqual(['failed', 'no channel', 0]);
  });

  it('ends every operation within two looks of the moment from which nothing can land', async () => {
    for (const died of ['before', 'after'] as const) {
      const world = await abandoned(keyed, died);
      const passes = Math.ceil((SETTLES_MS + 2 * RECHECK_MS) / RECHECK_MS);
      for (let pass = 0; pass < passes; pass += 1) {
        await world.letTimePass(RECHECK_MS);
        await recover(world);
      }
      expect((await world.rows()).operations.map(({ state }) => state)).not.toContain('purchasing');
    }
  });

  it('takes more than a batch in one pass', async () => {
    const world = await createCallWorld('memory');
    for (let index = 0; index < 23; index += 1)
      await leaveBehind(world, { ...request, idempotencyKey: `key ${index}` }, new Map([[4, 'crash after']]));
    await world.letTimePass(LEASE_MS);
    const { done } = await recover(world);
    expect(done).toEqual(Array.from({ length: 23 }, () => 'adopted'));
  });

  it('leaves the rows of another account alone', async () => {
    const world = await abandoned(keyed, 'after');
    await world.letTimePass(SETTLES_MS);
    const { options } = world.start();
    const elsewhere = { ...options, provider: { ...options.provider, accountId: 'another' } };
    const { ids } = await world.clock.run(recoverOperations(elsewhere));
    expect(Object.values(ids).flat()).toEqual([]);
    expect(await stateOf(world)).toEqual(['purchasing', 'no channel', 1]);
  });
});
