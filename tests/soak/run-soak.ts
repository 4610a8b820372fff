import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Policy } from '@channelkit/core';
import {
  type Exchange,
  type LaidFault,
  type Operation,
  startTwilioSimulator,
  type TwilioSimulator,
} from '@channelkit/twilio-simulator';
import Database from 'better-sqlite3';
import { buildWorker } from '../crash/build-worker.js';
import { CHANNELS, type CrashDatabase, OPERATIONS } from '../crash/crash-database.js';
import {
  type ChannelFact,
  type Evidence,
  type OperationFact,
  type Told,
  violationsAtRest,
  violationsNow,
} from '../crash/oracle.js';
import { createSqliteCrashDatabase } from '../crash/sqlite-crash-database.js';
import type { Outcome } from '../crash/worker-orders.js';
import { seededRandom } from '../harness/seeded-random.js';
import { WIRE_FAULTS } from '../wire/wire-faults.js';
import { type SoakProcess, startSoakProcess } from './soak-process.js';
import type { Sample, SoakJob, SoakWorld } from './worker-messages.js';

/** How a soak goes. */
export interface SoakPlan {
  readonly operations: number;
  readonly operationsPerSecond: number;
  /** After how many operations the process that is killed is killed again. */
  readonly killEvery: number;
  readonly sampleEvery: number;
  readonly seed: number;
}

/** What a soak came to. */
export interface SoakResult {
  readonly operations: number;
  /** How often each thing happened: outcomes by kind or code. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Processes that SIGKILL ended. */
  readonly kills: number;
  /** Requests that a fault struck. */
  readonly faults: number;
  readonly samples: readonly (Sample & { readonly walBytes: number })[];
  readonly violations: readonly string[];
}

const MEBI = 1024 * 1024;
/** How late a purchase may land here, `settleMs`, leaves room for a machine that has much else to do. */
const POLICY: Partial<Policy> = {
  purchaseTimeoutMs: 400,
  callTimeoutMs: 2_000,
  deadlineMs: 2_000,
  leaseMs: 2_500,
  settleMs: 10_000,
  recheckMs: 200,
};
const LATE_MS = 700;
const FAULT_ODDS = 0.12;
/** From so many channels on, as many are released as are made. */
const MOST_CHANNELS = 150;
const LONG_MS = 2 * 60 * 60_000;
const STRUCK: readonly Operation[] = ['purchase', 'purchase', 'search', 'list', 'release'];

/** Runs two processes under load on one SQLite file, one of which is killed over and over. */
export async function runSoak(plan: SoakPlan): Promise<SoakResult> {
  const built = await buildWorker([], 'tests/soak/worker.ts');
  const database = await createSqliteCrashDatabase();
  const simulator = await startTwilioSimulator({ seed: 3, inventorySize: 3_000, quarantineMs: 0 });
  if (database.place.kind !== 'sqlite') throw new Error('The soak runs on SQLite.');
  const { url: baseUrl, accountSid, authToken } = simulator;
  const { filename } = database.place;
  const reader = new Database(filename, { readonly: true });
  const world = { filename, baseUrl, accountSid, authToken, policy: POLICY, recoveryIntervalMs: 500 };
  const soak = createSoak(plan, {
    database,
    simulator,
    world,
    filename,
    path: built.path,
    readTables: tableReader(reader),
  });
  try {
    return await soak.run();
  } finally {
    await soak.end();
    await simulator.close();
    reader.close();
    await database.close();
    built.remove();
  }
}

interface SoakParts {
  readonly database: CrashDatabase;
  readonly simulator: TwilioSimulator;
  readonly world: SoakWorld;
  readonly filename: string;
  readonly path: string;
  readonly readTables: () => Pick<Evidence, 'channels' | 'operations'>;
}

/** Reads both tables as they are at one moment, although others write. */
function tableReader(reader: Database.Database): SoakParts['readTables'] {
  const channels = reader.prepare<[], ChannelFact>(CHANNELS);
  const operations = reader.prepare<[], OperationFact>(OPERATIONS);
  return reader.transaction(() => ({ channels: channels.all(), operations: operations.all() }));
}

function createSoak(plan: SoakPlan, { database, simulator, world, filename, path, readTables }: SoakParts) {
  const random = seededRandom(plan.seed);
  const told: Told[] = [];
  const givenUp = new Set<string>();
  const active = new Set<string>();
  const known = new Set<string>();
  const violations = new Set<string>();
  const outcomes = new Map<string, number>();
  const samples: (Sample & { walBytes: number })[] = [];
  const underWay = new Set<Promise<void>>();
  const laid: LaidFault[] = [];
  const count = { operations: 0, kills: 0, keys: 0 };
  const living: { steady?: SoakProcess; doomed?: SoakProcess } = {};
  const start = () => startSoakProcess(path, world, (bug) => violations.add(`bug: ${bug}`));
  const evidence = (): Evidence => ({
    // Read in one go with the tables: nothing happens to the account meanwhile.
    ...readTables(),
    owned: simulator.owned(),
    ledger: simulator.ledger(),
    told,
    givenUp,
  });
  const judge = (judgeBy: typeof violationsNow) => {
    for (const violation of judgeBy(evidence())) violations.add(violation);
  };

  const note = (job: SoakJob, outcome: Outcome) => {
    const isRepeated = job.kind === 'provision' && outcome.kind === 'channel' && known.has(outcome.id);
    const what = isRepeated ? 'the same channel again' : outcome.kind;
    const name = outcome.kind === 'error' ? outcome.code : `${job.kind}: ${what}`;
    outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    if (job.kind !== 'provision') return;
    told.push({ key: job.request.idempotencyKey ?? null, outcome });
    if (outcome.kind !== 'channel') return;
    known.add(outcome.id);
    if (outcome.status === 'active' && !givenUp.has(outcome.id)) active.add(outcome.id);
  };
  const perform = (process: SoakProcess | undefined, job: Exclude<SoakJob, { kind: 'sample' }>) => {
    if (process === undefined) return;
    count.operations += 1;
    const work = process.perform(job).then((outcome) => {
      note(job, outcome);
      underWay.delete(work);
    });
    underWay.add(work);
  };
  const provision = (key: number | null): SoakJob & { kind: 'provision' } => ({
    kind: 'provision',
    request: { country: 'US', type: 'sms', ...(key === null ? {} : { idempotencyKey: `order-${key}` }) },
  });
  const either = () => (random() < 0.5 ? living.steady : (living.doomed ?? living.steady));

  const killAndStart = async () => {
    const { doomed } = living;
    if (doomed === undefined) return;
    delete living.doomed;
    if (await doomed.kill()) count.kills += 1;
    living.doomed = await start();
  };

  const operate = () => {
    const dice = random();
    const [oldest] = active;
    if (oldest !== undefined && dice < (active.size < MOST_CHANNELS ? 0.25 : 0.55)) {
      active.delete(oldest);
      givenUp.add(oldest);
      perform(either(), { kind: 'release', id: oldest });
      return;
    }
    if (dice > 0.85 && count.keys > 0) {
      perform(either(), provision(count.keys - Math.floor(random() * Math.min(20, count.keys))));
      return;
    }
    if (dice > 0.8) {
      perform(either(), provision(null));
      return;
    }
    count.keys += 1;
    perform(either(), provision(count.keys));
    // The same key again at the same time, half of the time in the other process.
    if (random() < 0.1) perform(either(), provision(count.keys));
  };
  const layFault = () => {
    if (random() >= FAULT_ODDS) return;
    const fault = WIRE_FAULTS[Math.floor(random() * WIRE_FAULTS.length)];
    const operation = STRUCK[Math.floor(random() * STRUCK.length)];
    if (fault === undefined || operation === undefined) return;
    const { action } = fault;
    laid.push(
      simulator.fault({ operation, ...(action.kind === 'late' ? { ...action, delayMs: LATE_MS } : action) }),
    );
  };
  const sample = async () => {
    const taken = await living.steady?.sample();
    if (taken) samples.push({ ...taken, walBytes: sizeOf(`${filename}-wal`) });
    judge(violationsNow);
    // What the simulator remembers of requests is no part of what is measured, nor of what is judged.
    (simulator.exchanges as Exchange[]).length = 0;
  };

  const settle = async () => {
    await Promise.all(underWay);
    simulator.clearFaults();
    await sleep(2 * LATE_MS);
    simulator.landLate();
    for (let pass = 0; pass < 4; pass += 1) {
      await database.letTimePass(LONG_MS);
      const outcome = await living.steady?.perform({ kind: 'recover' });
      if (outcome?.kind !== 'recovered') violations.add(`recovery failed: ${JSON.stringify(outcome)}`);
    }
    judge(violationsAtRest);
  };

  return {
    run: async (): Promise<SoakResult> => {
      living.steady = await start();
      living.doomed = await start();
      const began = Date.now();
      const next = { kill: plan.killEvery, sample: plan.sampleEvery };
      while (count.operations < plan.operations) {
        layFault();
        operate();
        if (count.operations >= next.kill) {
          next.kill += plan.killEvery;
          underWay.add(killAndStart());
        }
        if (count.operations >= next.sample) {
          next.sample += plan.sampleEvery;
          await sample();
        }
        const nextAt = began + (count.operations / plan.operationsPerSecond) * 1_000;
        await sleep(Math.max(0, nextAt - Date.now()));
      }
      await settle();
      return {
        operations: count.operations,
        outcomes: Object.fromEntries(outcomes),
        kills: count.kills,
        faults: laid.reduce((struck, fault) => struck + fault.struck(), 0),
        samples,
        violations: [...violations],
      };
    },
    end: async () => {
      await Promise.all([living.steady?.kill(), living.doomed?.kill()]);
    },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Bytes, for reading. */
export function inMebibytes(bytes: number): string {
  return `${(bytes / MEBI).toFixed(1)} MiB`;
}
