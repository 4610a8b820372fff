import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { buildWorker, type BuiltWorker } from './build-worker.js';
import type { CrashDatabase, DatabaseKind } from './crash-database.js';
import { crashMatrix, ENDINGS } from './crash-matrix.js';
import { crashStories } from './crash-stories.js';
import { playRow, playStory } from './play-row.js';
import { killAtRandom } from './random-kills.js';
import { openStage, type Stage } from './scene.js';

const isLong = process.env['CHANNELKIT_LONG'] === '1';

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
    it(
      `leaves nothing behind after ${wanted} kills at random, two processes on one database`,
      { timeout: wanted * 5_000 },
      async (context) => {
        const seed = Number(process.env['CHANNELKIT_SEED'] ?? 1_000);
        const { kills, jobs, outcomes, violations } = await killAtRandom(stage, wanted, seed);
        reportFigures(context, { [`kills at random on ${kind}`]: kills, jobs });
        expect(violations).toEqual([]);
        expect(kills).toBeGreaterThanOrEqual(wanted);
        // Otherwise nobody lived long enough to do anything.
        expect(outcomes.get('channel') ?? 0).toBeGreaterThan(wanted / 4);
        expect(outcomes.get('killed') ?? 0).toBeGreaterThan(wanted / 2);
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
