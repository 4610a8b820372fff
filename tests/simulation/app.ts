import { type ChannelEvent, type ChannelStore, defaultPolicy, type Runtime } from '@channelkit/core';
import type { MemoryTables } from '../../packages/core/src/testing/memory-store/tables.js';
import type { Faults } from './faults.js';
import { type Call, newCall, type Oracle } from './oracle.js';
import { createProcessProvider } from './process-provider.js';
import { createProcessStore } from './process-store.js';
import type { Random } from './random.js';
import type { Scheduler, VirtualProcess } from './scheduler.js';
import type { Vendor } from './vendor.js';

/** An app that embeds the SDK, and the world it runs in. */
export interface App {
  readonly random: Random;
  /** Counts a crash point, a fault, a transition or an error code. */
  readonly reach: (point: string) => void;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  /** Whether all callers fight for one key. */
  readonly isDuel: boolean;
  readonly vendor: Vendor;
  readonly tables: MemoryTables;
  readonly database: ChannelStore;
  /** How far the clock of the database has jumped. */
  readonly databaseClock: { offsetMs: number };
  readonly oracle: Oracle;
  readonly breaksA1: boolean;
  /** All that were ever started. */
  readonly processes: VirtualProcess[];
}

const { settleMs, recheckMs } = defaultPolicy;
const HEX = '0123456789abcdef';

/** Starts a process that has done nothing yet. */
export function newProcess({ random, faults, processes }: App, name: string): VirtualProcess {
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
  processes.push(process);
  return process;
}

/** How late a purchase may land after it was sent: later than anybody waits for it when A1 is broken. */
export function latestEffect({ breaksA1 }: Pick<App, 'breaksA1'>): number {
  return breaksA1 ? settleMs * 6 : settleMs;
}

/** What a process makes one call of the SDK with. */
export function optionsOf(app: App, process: VirtualProcess, call: Call = newCall()) {
  const { vendor, scheduler, faults, random, database, oracle, reach, tables } = app;
  const check = () => oracle.check();
  const onSale = (reference: string, sentAt: number) => {
    oracle.landing(reference, sentAt);
    const settlesAt = tables.operations.get(reference)?.settlesAt ?? Infinity;
    if (tables.now() <= settlesAt) return;
    reach('a purchase landed after its operation had settled');
    if (!app.breaksA1) oracle.report('A1: a purchase landed after its operation had settled');
  };
  const onEarlyEnd = (reference: string) =>
    oracle.report(`signal: the purchase of ${reference} was ended before its time`);
  const common = { process, scheduler, faults, random, check };
  return {
    provider: createProcessProvider({
      ...common,
      vendor,
      latestEffectMs: latestEffect(app),
      onSend: (phoneNumber, reference) => oracle.sending(call, phoneNumber, reference),
      onEarlyEnd,
      onSale,
    }),
    store: createProcessStore({
      ...common,
      database,
      reach,
      onBegin: (id) => call.begun.add(id),
      onRelease: oracle.releasing,
    }),
    runtime: runtimeOf(app, process),
    onEvent: ({ name, code }: ChannelEvent) => {
      reach(`event: ${name}`);
      if (code !== undefined) reach(`event: ${name} ${code}`);
    },
  };
}

/** The clocks of a process, which may be wrong, and its randomness. */
export function runtimeOf({ scheduler, random }: App, process: VirtualProcess): Runtime {
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

/** How long until recovery has something to do. It runs all the time; the times at which nothing is due are passed over. */
export function untilNextDue({ operations, channels, now }: MemoryTables): number {
  const due = [
    ...[...operations.values()]
      .filter(({ state }) => state === 'purchasing')
      .map(({ nextCheckAt, leaseExpiresAt }) => Math.max(nextCheckAt, leaseExpiresAt)),
    ...[...channels.values()]
      .filter(({ status }) => status === 'releasing')
      .map(({ nextReleaseAt, releaseAfter }) => Math.max(nextReleaseAt, releaseAfter ?? 0)),
  ];
  return Math.max(1_000, (due.length === 0 ? now() + recheckMs : Math.min(...due)) - now());
}
