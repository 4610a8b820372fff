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

  it('are the same with the abort controller of the platform', async () => {
    const platform = await buildSimulation([], { ownAbortController: true });
    const histories = { firstSeed: 1, count: 100, withTrace: true };
    try {
      const { trace } = await simulation.run(histories);
      expect(trace.length).toBeGreaterThan(5_000);
      expect((await platform.run(histories)).trace).toEqual(trace);
    } finally {
      platform.close();
    }
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
      expect(withReplay(reports, false)).toEqual([]);
      expect(sum(reports, ({ histories }) => histories)).toBe(HISTORIES);
      expect(sum(reports, ({ repeated }) => repeated)).toBe(HISTORIES / 100);
      expect(unreachedPoints(sumReached(reports), false)).toEqual([]);
    },
  );

  it(
    `${HISTORIES_WITHOUT_A1} histories whose purchases land too late keep S1, S3 and S4`,
    { timeout: 3_600_000 },
    async (context) => {
      const reports = await runInParallel(simulation, HISTORIES_WITHOUT_A1, true);
      reportFigures(context, { 'histories that break A1': sum(reports, ({ histories }) => histories) });
      expect(withReplay(reports, true)).toEqual([]);
      expect(unreachedPoints(sumReached(reports), true)).toEqual([]);
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
      const report = await simulation.run({ firstSeed, count, breaksA1, repeatEvery: 100 });
      reports.push(report);
      if (isLong) say(`Seeds ${firstSeed} to ${firstSeed + count - 1} are over.`, report, breaksA1);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return reports;
}

/** A long run takes an hour or more: what it finds is said at once. */
function say(progress: string, report: SimulationReport, breaksA1: boolean): void {
  process.stdout.write(`${[progress, ...withReplay([report], breaksA1)].join('\n')}\n`);
}

/** A seed that fails comes with the command that lives it through again. */
function withReplay(reports: readonly SimulationReport[], breaksA1: boolean): string[] {
  const flags = breaksA1 ? ' --breaks-a1' : '';
  return reports
    .flatMap(({ failures }) => failures)
    .map(({ seed, violations }) => `${violations.join('; ')}  replay: npm run simulate -- ${seed}${flags}`);
}

function sumReached(reports: readonly SimulationReport[]): Record<string, number> {
  const reached: Record<string, number> = {};
  for (const report of reports) {
    for (const [point, times] of Object.entries(report.reached))
      reached[point] = (reached[point] ?? 0) + times;
  }
  return reached;
}

function sum(reports: readonly SimulationReport[], of: (report: SimulationReport) => number): number {
  return reports.reduce((total, report) => total + of(report), 0);
}
