import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { buildSimulation, type Simulation, type SimulationReport } from './run-simulation.js';
import { regressions } from './regressions.js';
import { unreachedPoints } from './must-be-reached.js';

const isLong = process.env['CHANNELKIT_LONG'] === '1';
const HISTORIES = isLong ? 2_000_000 : 20_000;
const HISTORIES_WITHOUT_A1 = isLong ? 200_000 : 2_000;
/** How many a process lives through: a new one is slow at first. */
const CHUNK = isLong ? 25_000 : 2_500;

describe('histories in virtual time', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await buildSimulation();
  });
  afterAll(() => simulation.close());

  it.each(regressions)('seed $seed holds again: $found', async ({ seed, breaksA1 }) => {
    const { failures } = await simulation.run({ firstSeed: seed, count: 1, breaksA1 });
    expect(failures).toEqual([]);
  });

  it(
    `${HISTORIES} histories keep S1 to S4, L1 and L2, reach every point, and are the same when run again`,
    { timeout: 3_600_000 * (isLong ? 12 : 0.2) },
    async (context) => {
      const reports = await runInParallel(simulation, HISTORIES, false);
      reportFigures(context, {
        histories: sum(reports, ({ histories }) => histories),
        'of them lived through twice': sum(reports, ({ repeated }) => repeated),
        steps: sum(reports, ({ steps }) => steps),
      });
      expect(withReplay(reports, '')).toEqual([]);
      expect(sum(reports, ({ histories }) => histories)).toBe(HISTORIES);
      expect(sum(reports, ({ repeated }) => repeated)).toBe(HISTORIES / 100);

      const reached: Record<string, number> = {};
      for (const report of reports) {
        for (const [point, times] of Object.entries(report.reached))
          reached[point] = (reached[point] ?? 0) + times;
      }
      expect(unreachedPoints(reached)).toEqual([]);
    },
  );

  it(
    `${HISTORIES_WITHOUT_A1} histories whose purchases land too late keep S1, S3 and S4`,
    { timeout: 3_600_000 },
    async (context) => {
      const reports = await runInParallel(simulation, HISTORIES_WITHOUT_A1, true);
      reportFigures(context, { 'histories that break A1': sum(reports, ({ histories }) => histories) });
      expect(withReplay(reports, ' --breaks-a1')).toEqual([]);
      const late = 'a purchase landed after its operation had settled';
      expect(sum(reports, ({ reached }) => reached[late] ?? 0)).toBeGreaterThanOrEqual(20);
    },
  );
});

/** Splits the seeds among as many processes as there are cores. */
async function runInParallel(
  simulation: Simulation,
  histories: number,
  breaksA1: boolean,
): Promise<SimulationReport[]> {
  const reports: SimulationReport[] = [];
  let nextSeed = 1;
  const worker = async () => {
    while (nextSeed <= histories) {
      const firstSeed = nextSeed;
      nextSeed += CHUNK;
      const count = Math.min(CHUNK, histories - firstSeed + 1);
      reports.push(await simulation.run({ firstSeed, count, breaksA1, repeatEvery: 100 }));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return reports;
}

/** A seed that fails comes with the command that lives it through again. */
function withReplay(reports: readonly SimulationReport[], flags: string): string[] {
  return reports
    .flatMap(({ failures }) => failures)
    .map(({ seed, violations }) => `${violations.join('; ')}  replay: npm run simulate -- ${seed}${flags}`);
}

function sum(reports: readonly SimulationReport[], of: (report: SimulationReport) => number): number {
  return reports.reduce((total, report) => total + of(report), 0);
}
