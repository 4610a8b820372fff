import { describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { createTally, expectJudged, playSequence } from './play-sequence.js';
import { playScript, writeScript } from './random-script.js';
import { regressions } from './regressions.js';

const IS_LONG = process.env['CHANNELKIT_LONG'] === '1';
/** Replays one script alone. */
const ONLY_SEED = process.env['CHANNELKIT_WIRE_SEED'];
const SCRIPTS = IS_LONG ? 20_000 : 400;
const BATCHES = 10;

const played = createTally();
const struck = new Map<string, number>();

describe('random scripts over the wire', () => {
  if (ONLY_SEED !== undefined) {
    it(`plays script ${ONLY_SEED}`, async () => {
      await play([Number(ONLY_SEED)]);
      expect(played.violations).toEqual([]);
    });
    return;
  }

  it.each(regressions)('seed $seed holds again: $found', async ({ seed }) => {
    const before = played.violations.length;
    await play([seed]);
    expect(played.violations.slice(before)).toEqual([]);
  });

  it.each(Array.from({ length: BATCHES }, (_, batch) => batch + 1))(
    `leaks nothing and buys nothing twice, batch %i of ${BATCHES}`,
    async (batch) => {
      const before = played.violations.length;
      const size = SCRIPTS / BATCHES;
      await play(Array.from({ length: size }, (_, index) => (batch - 1) * size + index + 1));
      expect(played.violations.slice(before)).toEqual([]);
    },
    IS_LONG ? 3_600_000 : 60_000,
  );

  it('met every call with faults', (context) => {
    const { sequences, requests } = played;
    reportFigures(context, { 'random scripts': sequences, requests });
    expect(sequences).toBe(SCRIPTS + regressions.length);
    for (const call of ['search', 'purchase', 'list', 'release', 'account']) {
      expect(struck.get(call), `${call} was struck`).toBeGreaterThanOrEqual(20);
    }
  });

  it('was held against Twilio’s own document', (context) => expectJudged(played, context));
});

async function play(seeds: readonly number[]): Promise<void> {
  for (const seed of seeds) {
    const script = writeScript(seed);
    const replay = `CHANNELKIT_WIRE_SEED=${seed} npx vitest run tests/wire/random-scripts.test.ts`;
    await playSequence(played, replay, script.options, async (world) => {
      await playScript(world, script);
      for (const { request, fault } of world.simulator.exchanges) {
        const call = request.operation ?? 'nothing';
        if (fault !== null) struck.set(call, (struck.get(call) ?? 0) + 1);
      }
    }).catch((error: unknown) => {
      throw new Error(`The script broke off. Replay it with: ${replay}`, { cause: error });
    });
  }
}
