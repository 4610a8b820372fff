import { createHash } from 'node:crypto';
import { createMemoryStoreOn } from '../../packages/core/src/testing/memory-store.js';
import type { MemoryTables } from '../../packages/core/src/testing/memory-store/tables.js';
import { startProcess, startRecoverer } from './actors.js';
import type { App } from './app.js';
import { drawFaults } from './faults.js';
import { createOracle } from './oracle.js';
import { createRandom } from './random.js';
import { createScheduler } from './scheduler.js';
import { settle } from './settling.js';
import { stepUntil } from './step-until.js';
import { trouble } from './trouble.js';
import { openVendor } from './vendor.js';

/** What came of one history. */
export interface HistoryResult {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Every crash point, fault, transition and error code that was reached, and how often. */
  readonly reached: ReadonlyMap<string, number>;
  readonly steps: number;
  /** Hash of everything that happened, in order, and of what it came to. */
  readonly traceHash: () => string;
  readonly trace: readonly string[];
}

/** What can be said of a history beside its seed. */
export interface HistoryOptions {
  /** Lets purchases land after `settlesAt`, against assumption A1: then only S1, S3 and S4 are promised. */
  readonly breaksA1?: boolean;
  /** What the oracle does not look at, to see whether the rest finds a mutant as well. */
  readonly blindTo?: readonly string[];
}

/** Lives one history through: several processes of an app, everything that goes wrong, and recovery at the end. */
export async function runHistory(seed: number, options: HistoryOptions = {}): Promise<HistoryResult> {
  const random = createRandom(seed);
  const reached = new Map<string, number>();
  const reach = (point: string) => void reached.set(point, (reached.get(point) ?? 0) + 1);
  const scheduler = createScheduler(random);
  const isDuel = random.chance(0.4);
  const faults = drawFaults(random, isDuel, reach);
  const traits = {
    repurchase: random.pick(['updates', 'refuses'] as const),
    isResold: random.chance(0.5),
    rush: random.pick([0.1, 0.2, 0.8]),
  };
  const vendor = openVendor(random.between(2, 6), traits, random, scheduler.now);
  const databaseClock = { offsetMs: 0 };
  const tables: MemoryTables = {
    operations: new Map(),
    channels: new Map(),
    now: () => scheduler.now() + databaseClock.offsetMs,
  };
  const { breaksA1 = false, blindTo = [] } = options;
  const oracle = createOracle({ tables, vendor, breaksA1, blindTo });
  const app: App = {
    random,
    reach,
    scheduler,
    faults,
    isDuel,
    vendor,
    tables,
    database: createMemoryStoreOn(tables),
    databaseClock,
    oracle,
    breaksA1,
    processes: [],
  };

  if (faults.isOn('foreign-number')) vendor.ownForeign('+14155550000', 60_000);
  if (random.chance(0.6)) startRecoverer(app);
  const count = random.between(2, 4);
  const running = Array.from({ length: count }, (_, index) =>
    startProcess(app, `p${index}`, random.between(1, 4)),
  );
  // Every one is asked: the question starts the successor of one that was killed.
  const isOver = () => running.filter((process) => !process.isOver()).length === 0;
  let steps = await stepUntil(app, isOver, trouble);
  // What follows from a violation says nothing.
  if (oracle.violations.length === 0 && !isOver()) oracle.report('answer: a call waits for ever');
  if (oracle.violations.length === 0) {
    faults.stop();
    steps += await settle(app);
  }
  if (oracle.violations.length === 0) oracle.atTheEnd();
  for (const { state } of tables.operations.values()) reach(`operation: ${state}`);
  for (const { status } of tables.channels.values()) reach(`channel: ${status}`);

  return {
    seed,
    violations: oracle.violations,
    reached,
    steps,
    traceHash: () => {
      const ends = [tables.operations, tables.channels, vendor.owned].map((rows) => [...rows.values()]);
      const whole = JSON.stringify([scheduler.trace, ends, vendor.purchases, vendor.releases]);
      return createHash('sha256').update(whole).digest('hex');
    },
    trace: scheduler.trace,
  };
}
