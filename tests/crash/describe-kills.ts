import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { buildWorker, type BuiltWorker } from './build-worker.js';
import type { CrashDatabase, DatabaseKind } from './crash-database.js';
import { crashMatrix, ENDINGS } from './crash-matrix.js';
import { crashStories } from './crash-stories.js';
import { playRow, playStory } from './play-row.js';
import { KILLS_A_CHAPTER, killAtRandom } from './random-kills.js';
import { regressions } from './regressions.js';
import { openStage, type Stage } from './scene.js';

const isLong = process.env['CHANNELKIT_LONG'] === '1';
/** Replays one chapter of the random kills alone. */
const ONLY_SEED = process.env['CHANNELKIT_KILL_SEED'];
const FIRST_SEED = 1_000;
const MS_A_CHAPTER = KILLS_A_CHAPTER * 5_000;
/** How many more chapters there may be than would do if every blow fell on a process at work. */
const SPARE_CHAPTERS = 0.5;

/** Registers the whole matrix as tests, on one kind of database. */
export function describeKills(
  kind: DatabaseKind,
  create: () => Promise<CrashDatabase>,
  { randomKills }: { readonly randomKills: { readonly quick: number; readonly long: number } },
): void {
  describe(`a process killed with SIGKILL on ${kind}`, () => {
    let worker: BuiltWorker;
    let stage: Stage;
    beforeAll(async () => {
      worker = await buildWorker();
      stage = await openStage(await create(), worker.path);
    });
    afterAll(async () => {
      await stage.close();
      worker.remove();
    });

    if (ONLY_SEED !== undefined) {
      it(`plays chapter ${ONLY_SEED} of the kills at random`, { timeout: MS_A_CHAPTER }, async () => {
        const { violations } = await killAtRandom(stage, [Number(ONLY_SEED)]);
        expect(violations).toEqual([]);
      });
      return;
    }

    it.for(regressions[kind])(
      'chapter $seed of the kills at random holds again: $found',
      { timeout: MS_A_CHAPTER },
      async ({ seed }) => {
        const { violations } = await killAtRandom(stage, [seed]);
        expect(violations).toEqual([]);
      },
    );

    const rows = crashMatrix.filter(({ only }) => only === undefined || only === kind);
    for (const row of rows) {
      it.for(ENDINGS)(`${row.name}: %s`, async (ending, context) => {
        const scene = await stage.scene();
        try {
          const { violations, surprise } = await playRow(scene, row, ending);
          expect(violations).toEqual([]);
          expect(surprise).toBeNull();
          reportFigures(context, { 'rows of the matrix': 1 });
        } finally {
          await scene.end();
        }
      });
    }

    const wanted = isLong ? randomKills.long : randomKills.quick;
    const chapters = Math.ceil((wanted / KILLS_A_CHAPTER) * (1 + SPARE_CHAPTERS));
    it(
      `leaves nothing behind after ${wanted} kills at random, two processes on one database`,
      { timeout: chapters * MS_A_CHAPTER },
      async (context) => {
        const seeds = Array.from({ length: chapters }, (_, index) => FIRST_SEED + index);
        const { kills, jobs, outcomes, violations } = await killAtRandom(stage, seeds, wanted);
        reportFigures(context, { [`kills at random on ${kind}`]: kills, jobs });
        expect(violations).toEqual([]);
        expect(kills).toBeGreaterThanOrEqual(wanted);
        // Otherwise nobody lived long enough to do anything.
        expect(outcomes.get('channel') ?? 0).toBeGreaterThan(wanted / 4);
      },
    );

    for (const story of crashStories) {
      it(story.name, async (context) => {
        const scene = await stage.scene();
        try {
          const violations = await playStory(scene, story);
          expect(violations).toEqual([]);
          reportFigures(context, { stories: 1 });
        } finally {
          await scene.end();
        }
      });
    }
  });
}
