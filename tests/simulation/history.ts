import { createHash } from 'node:crypto';
import {
  type ChannelError,
  ChannelError as ChannelErrors,
  type ChannelEvent,
  type ChannelStore,
  defaultPolicy,
  type ProvisionRequest,
  provisionChannel,
  recoverOperations,
  releaseChannel,
  type Runtime,
} from '@channelkit/core';
import { createMemoryStoreOn } from '../../packages/core/src/testing/memory-store.js';
import type { MemoryTables } from '../../packages/core/src/testing/memory-store/tables.js';
import { drawFaults, type Faults } from './faults.js';
import { createOracle, type Oracle } from './oracle.js';
import { createProcessProvider } from './process-provider.js';
import { createProcessStore, LATEST_WRITE_MS } from './process-store.js';
import { createRandom, type Random } from './random.js';
import { createScheduler, type OpenCall, type Scheduler, type VirtualProcess } from './scheduler.js';
import { openVendor, type Vendor } from './vendor.js';

/** What came of one history. */
export interface HistoryResult {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Every crash point, fault, transition and error code that was reached, and how often. */
  readonly reached: ReadonlyMap<string, number>;
  readonly steps: number;
  /** Hash of everything that happened, in order. */
  readonly traceHash: () => string;
  readonly trace: readonly string[];
}

/** What can be said of a history beside its seed. */
export interface HistoryOptions {
  /** Lets purchases land after `settlesAt`, against assumption A1: then only S1, S3 and S4 are promised. */
  readonly breaksA1?: boolean;
}

const { settleMs, recheckMs, leaseMs } = defaultPolicy;
/** What lands late without end keeps recovery busy for days. */
const MOST_STEPS = { usually: 20_000, withoutA1: 200_000 };
const HEX = '0123456789abcdef';
/** Longer than a call takes whatever else happens meanwhile; its own pauses are not counted. */
const MOST_PATIENCE_MS = 24 * 60 * 60_000;

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
  const tables: MemoryTables = { operations: new Map(), channels: new Map(), now: scheduler.now };
  const oracle = createOracle({ tables, vendor, breaksA1: options.breaksA1 === true });
  const app: App = {
    random,
    reach,
    scheduler,
    faults,
    isDuel,
    vendor,
    tables,
    database: createMemoryStoreOn(tables),
    oracle,
    breaksA1: options.breaksA1 === true,
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
  let steps = await stepUntil(app, isOver, true);
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
    traceHash: () => createHash('sha256').update(scheduler.trace.join('\n')).digest('hex'),
    trace: scheduler.trace,
  };
}

interface App {
  readonly random: Random;
  readonly reach: (point: string) => void;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  /** Whether all callers fight for one key. */
  readonly isDuel: boolean;
  readonly vendor: Vendor;
  readonly tables: MemoryTables;
  readonly database: ChannelStore;
  readonly oracle: Oracle;
  readonly breaksA1: boolean;
  /** All that were ever started. */
  readonly processes: VirtualProcess[];
}

interface RunningProcess {
  isOver(): boolean;
}

/** Steps until all is over; kills and pauses processes on the way. */
async function stepUntil(app: App, isOver: () => boolean, hasTrouble: boolean): Promise<number> {
  const { scheduler, oracle } = app;
  let steps = 0;
  while (!isOver() && oracle.violations.length === 0) {
    if ((steps += 1) > (app.breaksA1 ? MOST_STEPS.withoutA1 : MOST_STEPS.usually)) {
      oracle.report('L2: the history did not end');
      break;
    }
    if (!(await scheduler.step())) break;
    if (hasTrouble) trouble(app);
  }
  return steps;
}

function trouble(app: App): void {
  const { random, faults, isDuel, scheduler, reach, processes } = app;
  const busy = processes.filter(({ isAlive, openCalls }) => isAlive && openCalls.size > 0);
  if (busy.length === 0) return;
  // Trouble likes the moments that change something.
  const changing = busy.filter(({ openCalls }) => [...openCalls].some(isChange));
  const pick = () => random.pick(changing.length > 0 && random.chance(0.5) ? changing : busy);
  if (faults.strikes('crash', isDuel ? 0.04 : 0.02)) {
    const victim = pick();
    for (const { point } of victim.openCalls) reach(`crash: ${point.replace(/[+\d]{4,}|PN\S+/g, '').trim()}`);
    scheduler.kill(victim);
    if (victim.name === RECOVERER) startRecoverer(app);
  }
  if (faults.strikes('pause', isDuel ? 0.05 : 0.01)) {
    const longest = random.pick([leaseMs, leaseMs * 3, leaseMs + latestEffect(app) * 2]);
    scheduler.pause(pick(), scheduler.now() + random.between(1_000, longest));
  }
  if (faults.strikes('clock-jump', 0.03)) pick().clockOffset += random.between(-2 * leaseMs, 2 * leaseMs);
  if (faults.strikes('suspend', 0.01)) {
    const sleeper = pick();
    const sleepMs = random.between(1_000, leaseMs * 3);
    scheduler.pause(sleeper, Math.max(sleeper.pausedUntil, scheduler.now()) + sleepMs);
    sleeper.suspendedMs += sleepMs;
  }
}

function isChange({ point }: OpenCall): boolean {
  return !/^(search|find|get|takeDue)/.test(point);
}

/** Starts a process that does a few things one after another; when it is killed, another one takes its place. */
function startProcess(app: App, name: string, actions: number): RunningProcess {
  const { random } = app;
  const process = newProcess(app, name);
  let isDone = false;
  let successor: RunningProcess | null = null;
  const end = () => {
    isDone = true;
  };
  void act(app, process, actions).then(end, (error: unknown) => app.oracle.report(`bug: ${String(error)}`));
  return {
    isOver: () => {
      if (process.isAlive) return isDone;
      if (isDone) return true;
      successor ??= startProcess(app, `${name}'`, random.between(1, 2));
      return successor.isOver();
    },
  };
}

const RECOVERER = 'recoverer';

/** Recovery that runs throughout, as `startRecovery` does. */
function startRecoverer(app: App): void {
  const process = newProcess(app, RECOVERER);
  const isOnlyAnother = app.faults.isOn('other-account') && app.random.chance(0.5);
  const run = async () => {
    for (;;) {
      if (app.faults.isOn('other-account')) await recoverAnotherAccount(app, process);
      if (!isOnlyAnother) await recover(app, process);
      await runtimeOf(app, process).sleep(Math.max(recheckMs, untilNextDue(app.tables, app.scheduler.now())));
    }
  };
  void run().catch((error: unknown) => app.oracle.report(`bug: ${String(error)}`));
}

function newProcess(app: App, name: string): VirtualProcess {
  const { random, faults } = app;
  const process: VirtualProcess = {
    name,
    clockOffset: faults.isOn('clock-skew') ? random.between(-300_000, 300_000) : 0,
    suspendedMs: 0,
    isAlive: true,
    pausedUntil: 0,
    pausedMs: 0,
    storeAwayUntil: 0,
    openCalls: new Set(),
  };
  app.processes.push(process);
  return process;
}

async function act(app: App, process: VirtualProcess, actions: number): Promise<void> {
  const { random, oracle } = app;
  for (let action = 0; action < actions; action += 1) {
    if (random.chance(0.3)) await runtimeOf(app, process).sleep(random.between(0, settleMs * 1.2));
    const reported = oracle.reportedIds();
    const choice = random.next();
    if (choice < 0.6) await answered(app, process, provision(app, process));
    else if (choice < 0.75 && reported.length > 0)
      await answered(app, process, release(app, process, random.pick(reported)));
    else if (choice < 0.78) await answered(app, process, release(app, process, 'no such channel'));
    else if (choice < 0.8) await answered(app, process, provision(app, process, { areaCode: 'none' }));
    else await answered(app, process, recover(app, process));
  }
}

/** Whoever calls the SDK gets an answer, whatever does not answer the SDK. */
async function answered(app: App, process: VirtualProcess, call: Promise<unknown>): Promise<void> {
  const { scheduler, oracle, breaksA1 } = app;
  const began = scheduler.now() - process.pausedMs;
  await call;
  if (!breaksA1 && scheduler.now() - process.pausedMs - began > MOST_PATIENCE_MS)
    oracle.report('answer: a call took more than a day');
}

async function provision(
  app: App,
  process: VirtualProcess,
  extra: Partial<ProvisionRequest> = {},
): Promise<void> {
  const { random, oracle, faults, scheduler, reach } = app;
  const key = app.isDuel ? 'key' : random.chance(0.7) ? `key-${random.between(1, 3)}` : null;
  const request: ProvisionRequest = {
    country: 'US',
    type: 'sms',
    ...extra,
    ...(key === null ? {} : { idempotencyKey: key, name: key }),
    ...(!app.isDuel && random.chance(0.1) ? { phoneNumber: '+14155550001' } : {}),
  };
  const leaving = new AbortController();
  if (faults.strikes('abort', 0.4)) {
    scheduler.plan({
      label: 'abort',
      owner: process,
      delayMs: random.between(0, 40_000),
      run: () => leaving.abort(),
    });
  }
  for (let attempt = 0; ; attempt += 1) {
    try {
      const channel = await provisionChannel({ ...optionsOf(app, process), request, signal: leaving.signal });
      oracle.provisioned(channel, key);
      reach('outcome: channel');
      return;
    } catch (error) {
      oracle.failed(asChannelError(error));
      reach(`error: ${asChannelError(error).code} ${asChannelError(error).mayOwnNumber}`);
    }
    // Somebody who has a key comes back with it.
    if (key === null || attempt >= 3 || random.chance(app.isDuel ? 0.1 : 0.5)) return;
    await runtimeOf(app, process).sleep(random.pick([1_000, recheckMs, leaseMs, settleMs]));
  }
}

async function release(app: App, process: VirtualProcess, id: string): Promise<void> {
  const { oracle, reach } = app;
  try {
    const { status } = await releaseChannel({ ...optionsOf(app, process), id });
    reach(`release: ${status}`);
  } catch (error) {
    oracle.failed(asChannelError(error));
    reach(`error: ${asChannelError(error).code} ${asChannelError(error).mayOwnNumber}`);
  }
}

async function recover(app: App, process: VirtualProcess): Promise<void> {
  const abandoned = app.random.pick(['auto', 'auto', 'adopt', 'release'] as const);
  try {
    const { ids: _ids, ...counts } = await recoverOperations({
      ...optionsOf(app, process),
      policy: { abandoned },
    });
    for (const [outcome, times] of Object.entries(counts)) {
      if (times > 0) app.reach(`recovery: ${outcome}`);
    }
  } catch (error) {
    app.oracle.failed(asChannelError(error));
  }
}

/** Somebody runs recovery with the credentials of an account that owns none of this. */
async function recoverAnotherAccount(app: App, process: VirtualProcess): Promise<void> {
  const options = optionsOf(app, process);
  const nothing = () => Promise.resolve(null);
  const provider = {
    ...options.provider,
    accountId: 'AC2',
    findNumber: nothing,
    releaseNumber: () => Promise.resolve(),
  };
  try {
    await recoverOperations({ ...options, provider });
    app.reach("recovery with another account's credentials");
  } catch (error) {
    app.oracle.failed(asChannelError(error));
  }
}

/** Once faults have stopped: recovery runs whenever something is due, until nothing is left in doubt. */
async function settle(app: App): Promise<number> {
  const { scheduler, oracle } = app;
  scheduler.calm();
  const settler = startSettler(app);
  scheduler.plan({
    label: 'no write of before can land any more',
    owner: null,
    delayMs: LATEST_WRITE_MS,
    run: oracle.onlyRecoveryRuns,
  });
  const steps = await stepUntil(app, settler.isOver, false);
  if (oracle.violations.length === 0 && !settler.isOver())
    oracle.report('L2: something is still in doubt, and recovery does nothing about it');
  return steps;
}

function startSettler(app: App): RunningProcess {
  const process: VirtualProcess = {
    name: 'settler',
    clockOffset: 0,
    suspendedMs: 0,
    isAlive: true,
    pausedUntil: 0,
    pausedMs: 0,
    storeAwayUntil: 0,
    openCalls: new Set(),
  };
  let isOver = false;
  for (const other of app.processes) app.scheduler.kill(other);
  const isInDoubt = () =>
    [...app.tables.operations.values()].some(({ state }) => state === 'purchasing') ||
    [...app.tables.channels.values()].some(({ status }) => status === 'releasing') ||
    app.scheduler.inFlight() > 0;
  const writesEnd = app.scheduler.now() + LATEST_WRITE_MS;
  const run = async () => {
    while (isInDoubt()) {
      await recoverOperations(optionsOf(app, process));
      const now = app.scheduler.now();
      const waitMs = untilNextDue(app.tables, now);
      // A write of before may make something due earlier.
      await runtimeOf(app, process).sleep(now < writesEnd ? Math.min(waitMs, writesEnd - now) : waitMs);
    }
    isOver = true;
  };
  void run().catch((error: unknown) => {
    app.oracle.report(`L2: recovery failed though nothing else did: ${String(error)}`);
  });
  return { isOver: () => isOver };
}

/** Recovery runs all the time; the times at which nothing is due are passed over. */
function untilNextDue({ operations, channels }: MemoryTables, now: number): number {
  const due = [
    ...[...operations.values()]
      .filter(({ state }) => state === 'purchasing')
      .map(({ nextCheckAt, leaseExpiresAt }) => Math.max(nextCheckAt, leaseExpiresAt)),
    ...[...channels.values()]
      .filter(({ status }) => status === 'releasing')
      .map(({ nextReleaseAt, releaseAfter }) => Math.max(nextReleaseAt, releaseAfter ?? 0)),
  ];
  return Math.max(1_000, (due.length === 0 ? now + recheckMs : Math.min(...due)) - now);
}

/** How late a purchase may land after it was sent: later than anybody waits for it when A1 is broken. */
function latestEffect({ breaksA1 }: App): number {
  return breaksA1 ? settleMs * 6 : settleMs;
}

function optionsOf(app: App, process: VirtualProcess) {
  const { vendor, scheduler, faults, random, database, oracle, reach } = app;
  const check = () => oracle.check();
  const latestEffectMs = latestEffect(app);
  const onSale = (reference: string, sentAt: number) => {
    oracle.landing(reference, sentAt);
    const settlesAt = app.tables.operations.get(reference)?.settlesAt ?? Infinity;
    if (scheduler.now() <= settlesAt) return;
    reach('a purchase landed after its operation had settled');
    if (!app.breaksA1) oracle.report('A1: a purchase landed after its operation had settled');
  };
  const common = { process, scheduler, faults, random, check };
  return {
    provider: createProcessProvider({ ...common, vendor, latestEffectMs, onSend: oracle.sending, onSale }),
    store: createProcessStore({ ...common, database, reach, onRelease: oracle.releasing }),
    runtime: runtimeOf(app, process),
    onEvent: ({ name, code }: ChannelEvent) => {
      reach(`event: ${name}`);
      if (code !== undefined) reach(`event: ${name} ${code}`);
    },
  };
}

function runtimeOf({ scheduler, random }: App, process: VirtualProcess): Runtime {
  return {
    now: () => scheduler.now() + process.clockOffset,
    monotonicNow: () => scheduler.now() - process.suspendedMs,
    random: random.next,
    newId: () => {
      let hex = '';
      while (hex.length < 18) hex += HEX.charAt(random.between(0, 15));
      const time = scheduler.now().toString(16).padStart(12, '0');
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6)}`;
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const end = () => {
          callOff();
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const callOff = scheduler.plan({ label: 'wake', owner: process, delayMs: milliseconds, run: end });
        signal?.addEventListener('abort', end);
      }),
  };
}

function asChannelError(error: unknown): ChannelError {
  if (ChannelErrors.isInstance(error)) return error;
  throw error;
}
