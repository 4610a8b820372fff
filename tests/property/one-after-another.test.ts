import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { createCallWorld } from '../nth-call/call-world.js';
import { checkProperty, isReplay, runsOf } from './check-property.js';
import { commandArbitraries, reached } from './commands.js';
import { createModel } from './model.js';
import { STORIES } from './stories.js';

/** Few, so that they run out. Each can carry texts: a number of the mock that ends in 9 cannot. */
const STOCK = ['+14155550100', '+14155550101', '+14155550102', '+14155550103'];

/** What must have come up in a run: a property that never gets there proves nothing. */
const OFTEN = [
  ...Object.entries(STORIES).map(([name, { fresh }]) => `fresh, ${name}: ${fresh.answer ?? 'a channel'}`),
  ...[
    'free',
    'channel',
    'takes over',
    'idempotency_mismatch',
    'operation_in_progress',
    'channel_released',
  ].map((answer) => `provision: ${answer}`),
  'taken over, owned: a channel',
  'taken over, absent: a channel',
  'taken over, absent: crashed',
  'recover: active',
  'recover: releasing',
  'recover: released',
  'recover: a release that is due',
  'release, calm: active to released',
  'release, calm: active to releasing',
  'release, refused: active to releasing',
  'release, delete unanswered: active to releasing',
  'release, delete unanswered: active to released',
  'recover: a number that is gone, and not believed to be',
  'list: several pages',
];

describe('the public functions, held against a model', () => {
  it('answer as the model says, one after another', { timeout: 30 * 60_000 }, async (context) => {
    const runs = await checkProperty({
      name: 'one after another',
      numRuns: runsOf(2_000, 100_000),
      property: (replayPath) =>
        fc.asyncProperty(
          fc.commands(commandArbitraries, {
            maxCommands: 24,
            size: 'max',
            ...(replayPath === undefined ? {} : { replayPath }),
          }),
          async (commands) => {
            const world = await createCallWorld('memory', { mock: { inventory: STOCK } });
            await fc.asyncModelRun(() => ({ model: createModel(STOCK.length), real: world }), commands);
          },
        ),
    });
    if (isReplay()) return;
    reportFigures(context, { runs });
    const rare = OFTEN.filter((situation) => (reached.get(situation) ?? 0) < 10);
    expect(rare).toEqual([]);
  });
});
