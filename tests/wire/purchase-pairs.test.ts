import { describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { createTally, expectJudged, playSequence } from './play-sequence.js';
import { REFUSALS, WIRE_FAULTS, type WireFault } from './wire-faults.js';

const LEAST_SEQUENCES = 256;
const PURCHASE_FAULTS: readonly WireFault[] = [...WIRE_FAULTS, ...REFUSALS];
/** Every pair is played once, or twice: with and without a look-up that fails in between. */
const IS_LONG = process.env['CHANNELKIT_LONG'] === '1';
const played = createTally();
let bothStruck = 0;
let lookUpsStruck = 0;

describe('provisionChannel over the wire', () => {
  it.each(PURCHASE_FAULTS.map((fault, index) => ({ name: fault.name, fault, index })))(
    'leaks nothing and buys nothing twice when a purchase meets $name and the next one anything else',
    async ({ fault, index }) => {
      const before = played.violations.length;
      for (const [other, second] of PURCHASE_FAULTS.entries()) {
        const number = index * PURCHASE_FAULTS.length + other;
        const lookUp = WIRE_FAULTS[number % WIRE_FAULTS.length];
        if (IS_LONG || number % 2 === 0) await playPair(fault, second, { isKeyed: number % 4 < 2 });
        if (IS_LONG || number % 2 === 1) await playPair(fault, second, { isKeyed: number % 4 < 2, lookUp });
      }
      expect(played.violations.slice(before)).toEqual([]);
    },
  );

  it(`was tried with at least ${LEAST_SEQUENCES} sequences, and with every ordered pair`, (context) => {
    const { sequences, requests } = played;
    reportFigures(context, { 'pairs of faults at the purchase': sequences, requests });
    expect(sequences).toBe((IS_LONG ? 2 : 1) * PURCHASE_FAULTS.length ** 2);
    expect(sequences).toBeGreaterThanOrEqual(LEAST_SEQUENCES);
    // A request whose effect is seen is not sent again: these are the others.
    expect(bothStruck).toBeGreaterThanOrEqual(LEAST_SEQUENCES);
    expect(lookUpsStruck).toBeGreaterThanOrEqual(LEAST_SEQUENCES);
  });

  it('was held against Twilio’s own document', (context) => expectJudged(played, context));
});

async function playPair(
  first: WireFault,
  second: WireFault,
  { isKeyed, lookUp }: { readonly isKeyed: boolean; readonly lookUp?: WireFault | undefined },
): Promise<void> {
  const name = [first.name, second.name, ...(lookUp === undefined ? [] : [`look-up: ${lookUp.name}`])].join(
    ' / ',
  );
  await playSequence(played, name, {}, async (world) => {
    const faults = [first, second].map((fault) => world.lay(fault, { operation: 'purchase' }));
    const between = lookUp === undefined ? null : world.lay(lookUp, { operation: 'list' });
    const request = {
      country: 'US',
      type: 'sms',
      ...(isKeyed ? { idempotencyKey: 'order-1' } : {}),
    } as const;
    await world.run(world.provision(request));
    expect(faults[0]?.struck(), `${name}: the first purchase was met`).toBe(1);
    if (faults.every((fault) => fault.struck() === 1)) bothStruck += 1;
    if (between?.struck() === 1) lookUpsStruck += 1;
    if (!isKeyed) {
      // Nobody comes back, and recovery looks while the purchase may still land.
      for (let pass = 0; pass < 2; pass += 1) {
        world.clock.advance(3 * 60_000);
        await world.run(world.recover());
      }
      return;
    }
    // Whoever has a key comes back with it, once the lease is over, and gives the number back in the end.
    world.clock.advance(2 * 60_000);
    const outcome = await world.run(world.provision(request));
    if (outcome.kind === 'channel') await world.run(world.release(outcome.id));
  });
}
