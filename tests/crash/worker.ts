import { writeSync } from 'node:fs';
import { createTwilioProvider } from '@channelkit/adapter-twilio';
import {
  type ChannelStore,
  type NumberProvider,
  provisionChannel,
  recoverOperations,
  releaseChannel,
} from '@channelkit/core';
import { createSqliteStore } from '@channelkit/store-sqlite';
import Database from 'better-sqlite3';
import { type GateKeeper, gateCalls } from './gated-call.js';
import { outcomeOf } from './outcome-of.js';
import type { Command, Fate, HoldableTable, Order, Outcome, Report, WorkerWorld } from './worker-orders.js';

/**
 * The process that is killed: does what its parent says with a real store and the Twilio adapter. What it says goes out
 * synchronously, so that whatever it said is heard even when the next thing that happens to it is SIGKILL.
 */

interface Opened {
  readonly store: ChannelStore;
  readonly provider: NumberProvider;
  readonly close: () => Promise<void>;
}

const opened = new Map<string, Promise<Opened>>();
const runs = new Map<number, { readonly abort: AbortController; go: () => void }>();
let fate: Fate | undefined;
let passed = 0;

function say(report: Report): void {
  writeSync(1, `${JSON.stringify(report)}\n`);
}

process.on('message', (command: Command) => {
  switch (command.kind) {
    case 'run':
      void run(command.run, command.order).then((outcome) => say({ run: command.run, outcome }));
      return;
    case 'go':
      runs.get(command.run)?.go();
      return;
    case 'abort':
      runs.get(command.run)?.abort.abort();
      return;
    case 'meet':
      fate = command.fate;
      return;
    case 'forget':
      void forget().then(() => say({ forgotten: true }));
  }
});
// Whoever loses its parent has nothing left to do.
process.on('disconnect', () => process.exit(1));
// The provider loads it at its first call: this way it is loaded before anybody waits for it.
void import('twilio').then(() => {
  say({ ready: true });
  process.emit('compiled' as 'exit', 0);
});

function run(number: number, order: Order): Promise<Outcome> {
  const abort = new AbortController();
  const state: { readonly abort: AbortController; go: () => void } = { abort, go: () => undefined };
  runs.set(number, state);
  const keeper: GateKeeper = {
    hold: (point) =>
      new Promise((resolve) => {
        state.go = resolve;
        say({ run: number, at: point });
      }),
    holdForGood: (point) => holdForGood(number, point),
    passed: meetFate,
    numberHeld: () => say({ run: number, numberHeld: true }),
  };
  return outcomeOf(async (onEvent) => {
    const whole = await open(order.world, order.holdInside, number);
    const common = {
      ...gateCalls(whole, order.gates ?? [], keeper),
      policy: order.policy,
      signal: abort.signal,
      onEvent,
      ...(order.isPatient === true ? {} : { runtime: { random: () => Math.random() / 50 } }),
    };
    const { job } = order;
    if (job.kind === 'recover') {
      const { adopted, released, failed, pending, refused } = await recoverOperations(common);
      return { kind: 'recovered', counts: { adopted, released, failed, pending, refused } };
    }
    const channel =
      job.kind === 'provision'
        ? await provisionChannel({ ...common, request: job.request })
        : await releaseChannel({ ...common, id: job.id });
    const { id, status, phoneNumber } = channel;
    return { kind: 'channel', id, status, phoneNumber };
  });
}

function open(world: WorkerWorld, holdInside: HoldableTable | undefined, number: number): Promise<Opened> {
  if (holdInside !== undefined) return openHolding(world, holdInside, number);
  const key = JSON.stringify(world);
  const known = opened.get(key);
  if (known !== undefined) return known;
  const opening = openWorld(world);
  opened.set(key, opening);
  return opening;
}

async function openWorld({ store: place, ...account }: WorkerWorld): Promise<Opened> {
  const store =
    place.kind === 'sqlite' ? createSqliteStore({ filename: place.filename }) : await openPostgres(place);
  return { store, provider: createTwilioProvider(account), close: () => store.close() };
}

async function openPostgres({
  connectionString,
  queryMs,
}: Extract<WorkerWorld['store'], { kind: 'postgres' }>) {
  // Loaded where it is needed: it is a quarter of what starting costs.
  const { createPostgresStoreWith } = await import('../../packages/store-postgres/src/postgres-store.js');
  const { defaultTimeouts } = await import('../../packages/store-postgres/src/postgres-timeouts.js');
  const timeouts =
    queryMs === undefined
      ? defaultTimeouts
      : { ...defaultTimeouts, connectMs: queryMs, lockMs: queryMs, statementMs: queryMs, queryMs };
  return createPostgresStoreWith({ connectionString }, timeouts);
}

function openHolding(
  { store: place, ...account }: WorkerWorld,
  table: HoldableTable,
  number: number,
): Promise<Opened> {
  if (place.kind !== 'sqlite') throw new Error('Only SQLite calls back from within a transaction.');
  const database = new Database(place.filename, { timeout: 10_000 });
  database.function('hold', () => holdForGood(number, 'inside'));
  database.exec(`create temp trigger hold after insert on main.${table} begin select hold(); end`);
  const store = createSqliteStore({ database });
  return Promise.resolve({ store, provider: createTwilioProvider(account), close: () => store.close() });
}

function holdForGood(number: number, point: string): void {
  say({ run: number, at: point });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function meetFate(): void {
  if (fate === undefined) return;
  passed += 1;
  if (passed !== fate.atPoint) return;
  if (fate.by === 'itself') process.kill(process.pid, 'SIGKILL');
  else say({ doomed: true });
}

async function forget(): Promise<void> {
  const all = [...opened.values()];
  opened.clear();
  await Promise.all(all.map(async (whole) => (await whole).close().catch(() => undefined)));
}
