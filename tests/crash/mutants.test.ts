import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { buildWorker } from './build-worker.js';
import type { CrashDatabase } from './crash-database.js';
import { crashMatrix } from './crash-matrix.js';
import { type CrashMutant, crashMutants } from './crash-mutants.js';
import { crashStories } from './crash-stories.js';
import { playRow, playStory } from './play-row.js';
import { openStage, type Scene } from './scene.js';
import { createSqliteCrashDatabase } from './sqlite-crash-database.js';

describe('the crash matrix catches code that', () => {
  let database: CrashDatabase;
  beforeAll(async () => {
    database = await createSqliteCrashDatabase();
  });
  afterAll(() => database.close());

  it.for(crashMutants)('$name', async (mutant, context) => {
    const worker = await buildWorker(mutant.patches);
    const stage = await openStage({ ...database, close: () => Promise.resolve() }, worker.path);
    try {
      const scene = await stage.scene();
      const found = await play(scene, mutant);
      await scene.end();
      expect(found).toEqual(expect.arrayContaining([expect.stringMatching(mutant.says)]));
      reportFigures(context, { 'mutants caught': 1 });
    } finally {
      await stage.close();
      worker.remove();
    }
  });
});

async function play(scene: Scene, { caughtBy, ending = 'recovered' }: CrashMutant): Promise<string[]> {
  const row = crashMatrix.find(({ name }) => name === caughtBy);
  const story = crashStories.find(({ name }) => name === caughtBy);
  try {
    if (row !== undefined) {
      const { violations, surprise } = await playRow(scene, row, ending);
      return [...violations, ...(surprise === null ? [] : [surprise])];
    }
    if (story !== undefined) return [...(await playStory(scene, story))];
  } catch (error) {
    await scene.settle();
    await scene.judge({ isAtRest: true });
    return [...scene.violations, error instanceof Error ? error.message : String(error)];
  }
  throw new Error(`There is no row ${caughtBy}.`);
}
