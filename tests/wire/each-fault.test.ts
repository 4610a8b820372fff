import type { Operation } from '@channelkit/twilio-simulator';
import { describe, expect, it } from 'vitest';
import { createTally, expectJudged, playSequence } from './play-sequence.js';
import { reportFigures } from '../harness/figures.js';
import { NOT_SHOWN, REFUSALS, WIRE_FAULTS, type WireFault } from './wire-faults.js';
import type { WireWorld } from './wire-world.js';

/** Once; as often as a call is tried; and as long as anybody asks. */
const TIMES = [1, 3, Infinity] as const;
const request = { country: 'US', type: 'sms', idempotencyKey: 'order-1' } as const;
const named = { ...request, phoneNumber: '+14155550003' } as const;
const played = createTally();

/** A call, and a story in which it is made; `lay` is where the faults come in. */
interface Story {
  readonly call: Operation;
  readonly name: string;
  /** What it can meet beside that which any call can. */
  readonly own?: readonly WireFault[];
  readonly play: (world: WireWorld, lay: () => void) => Promise<void>;
}

const STORIES: readonly Story[] = [
  {
    call: 'search',
    name: 'a search',
    play: async (world, lay) => {
      lay();
      await provisionTwice(world, request);
    },
  },
  {
    call: 'purchase',
    name: 'a purchase',
    own: REFUSALS,
    play: async (world, lay) => {
      lay();
      await provisionTwice(world, request);
    },
  },
  {
    call: 'list',
    name: 'a look-up before the purchase',
    play: async (world, lay) => {
      lay();
      await provisionTwice(world, named);
    },
  },
  {
    call: 'list',
    name: 'a look-up after a purchase that is not answered',
    play: async (world, lay) => {
      lay();
      world.simulator.fault({ operation: 'purchase', kind: 'reset', when: 'after-effect' });
      await provisionTwice(world, request);
    },
  },
  {
    call: 'list',
    name: 'a look-up of recovery',
    play: async (world, lay) => {
      world.simulator.fault({ operation: 'purchase', kind: 'reset', when: 'after-effect' });
      const silence = world.simulator.fault({ operation: 'list', kind: 'reset', times: Infinity });
      await world.run(world.provision({ country: 'US', type: 'sms' }));
      silence.cancel();
      lay();
      await recoverLater(world);
    },
  },
  {
    call: 'release',
    name: 'a release',
    own: [NOT_SHOWN],
    play: async (world, lay) => {
      const id = await provisioned(world);
      lay();
      await world.run(world.release(id));
      await recoverLater(world);
    },
  },
  {
    call: 'release',
    name: 'a release after an ambiguous purchase',
    play: async (world, lay) => {
      world.simulator.fault({ operation: 'purchase', kind: 'reset', when: 'after-effect' });
      const id = await provisioned(world);
      lay();
      await world.run(world.release(id));
      world.clock.advance(30 * 60_000);
      await world.run(world.recover());
    },
  },
  {
    call: 'account',
    name: 'the account behind a number that is not there',
    play: async (world, lay) => {
      const id = await provisioned(world);
      world.simulator.fault({ operation: 'release', kind: 'reset', when: 'after-effect' });
      lay();
      await world.run(world.release(id));
      await recoverLater(world);
    },
  },
  {
    call: 'fetch',
    name: 'the number of a row that does not say whose it is',
    play: async (world, lay) => {
      const id = await provisioned(world);
      const row = world.tables.channels.get(id);
      if (row !== undefined) world.tables.channels.set(id, { ...row, accountId: null });
      lay();
      await world.run(world.release(id));
      world.simulator.clearFaults();
      await world.run(world.release(id));
    },
  },
];

describe.each(STORIES)('$name over the wire', ({ call, name, own = [], play }) => {
  const faults = [...WIRE_FAULTS, ...own];

  it.each(faults.map((fault) => ({ name: fault.name, fault })))('survives $name', async ({ fault }) => {
    const before = played.violations.length;
    for (const times of TIMES) {
      await playSequence(played, `${name}, ${fault.name}, ${times} times`, {}, async (world) => {
        const laid: { struck(): number }[] = [];
        await play(world, () => laid.push(world.lay(fault, { operation: call, times })));
        expect(laid[0]?.struck(), `times that ${fault.name} struck`).toBeGreaterThanOrEqual(1);
      });
    }
    expect(played.violations.slice(before)).toEqual([]);
  });
});

it('met each call with each fault', (context) => {
  const { sequences, requests } = played;
  reportFigures(context, { 'single faults': sequences, requests });
  expect(sequences).toBe(TIMES.length * (STORIES.length * WIRE_FAULTS.length + REFUSALS.length + 1));
});

it('was held against Twilio’s own document', (context) => expectJudged(played, context));

/** Asks, and asks again once the lease is over. */
async function provisionTwice(world: WireWorld, asked: typeof request | typeof named): Promise<void> {
  await world.run(world.provision(asked));
  world.clock.advance(2 * 60_000);
  await world.run(world.provision(asked));
}

async function provisioned(world: WireWorld): Promise<string> {
  const outcome = await world.run(world.provision(request));
  if (outcome.kind !== 'channel') throw new Error(`There is no channel: ${JSON.stringify(outcome)}`);
  return outcome.id;
}

/** Later, and still at a time when a purchase may land. */
async function recoverLater(world: WireWorld): Promise<void> {
  for (let pass = 0; pass < 2; pass += 1) {
    world.clock.advance(3 * 60_000);
    await world.run(world.recover());
  }
}
