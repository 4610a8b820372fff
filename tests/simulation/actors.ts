import {
  type ChannelError,
  ChannelError as ChannelErrors,
  defaultPolicy,
  type ProvisionRequest,
  provisionChannel,
  recoverOperations,
  releaseChannel,
} from '@channelkit/core';
import { type App, newProcess, optionsOf, runtimeOf, untilNextDue } from './app.js';
import { type Call, newCall } from './oracle.js';
import type { VirtualProcess } from './scheduler.js';

const { settleMs, recheckMs, leaseMs } = defaultPolicy;
/** Longer than a call takes whatever else happens meanwhile; its own pauses are not counted. */
const MOST_PATIENCE_MS = 24 * 60 * 60_000;

/** Somebody who does something, and is done at some time. */
export interface RunningProcess {
  isOver(): boolean;
}

/** Starts a process that does a few things one after another; when it is killed, another one takes its place. */
export function startProcess(app: App, name: string, actions: number): RunningProcess {
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

/** The name of the process in which recovery runs. */
export const RECOVERER = 'recoverer';

/** Recovery that runs throughout, as `startRecovery` does. */
export function startRecoverer(app: App): void {
  const process = newProcess(app, RECOVERER);
  const isOnlyAnother = app.faults.isOn('other-account') && app.random.chance(0.5);
  const run = async () => {
    for (;;) {
      if (app.faults.isOn('other-account')) await recoverAnotherAccount(app, process);
      if (!isOnlyAnother) await recover(app, process);
      await runtimeOf(app, process).sleep(Math.max(recheckMs, untilNextDue(app.tables)));
    }
  };
  void run().catch((error: unknown) => app.oracle.report(`bug: ${String(error)}`));
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
  let isOpen = true;
  if (faults.plans('abort', 0.4)) {
    scheduler.plan({
      label: 'abort',
      owner: process,
      delayMs: random.between(0, 40_000),
      run: () => {
        if (isOpen) faults.struck('abort');
        leaving.abort();
      },
    });
  }
  for (let attempt = 0; ; attempt += 1) {
    const call = newCall();
    try {
      const options = optionsOf(app, process, call);
      const channel = await provisionChannel({ ...options, request, signal: leaving.signal });
      isOpen = false;
      oracle.provisioned(channel, key);
      scheduler.trace.push(`${process.name} got ${channel.phoneNumber}`);
      reach('outcome: channel');
      return;
    } catch (error) {
      wasRefused(app, process, call, asChannelError(error));
    }
    // Somebody who has a key comes back with it.
    if (key === null || attempt >= 3 || random.chance(app.isDuel ? 0.1 : 0.5)) break;
    await runtimeOf(app, process).sleep(random.pick([1_000, recheckMs, leaseMs, settleMs]));
  }
  isOpen = false;
}

async function release(app: App, process: VirtualProcess, id: string): Promise<void> {
  const { reach, oracle } = app;
  const call = newCall();
  oracle.askedToRelease(id);
  try {
    const { status } = await releaseChannel({ ...optionsOf(app, process, call), id });
    reach(`release: ${status}`);
  } catch (error) {
    wasRefused(app, process, call, asChannelError(error));
  }
}

async function recover(app: App, process: VirtualProcess): Promise<void> {
  const abandoned = app.random.pick(['auto', 'auto', 'adopt', 'release'] as const);
  const call = newCall();
  try {
    const { ids: _ids, ...counts } = await recoverOperations({
      ...optionsOf(app, process, call),
      policy: { abandoned },
    });
    for (const [outcome, times] of Object.entries(counts)) {
      if (times > 0) app.reach(`recovery: ${outcome}`);
    }
  } catch (error) {
    app.oracle.failed(call, asChannelError(error));
  }
}

/** Somebody runs recovery with the credentials of an account that owns none of this. */
async function recoverAnotherAccount(app: App, process: VirtualProcess): Promise<void> {
  const call = newCall();
  const options = optionsOf(app, process, call);
  const nothing = () => Promise.resolve(null);
  const provider = {
    ...options.provider,
    accountId: 'AC2',
    findNumber: nothing,
    releaseNumber: () => Promise.resolve('gone' as const),
  };
  try {
    await recoverOperations({ ...options, provider });
    app.reach("recovery with another account's credentials");
  } catch (error) {
    app.oracle.failed(call, asChannelError(error));
  }
}

function wasRefused(
  { oracle, reach, scheduler }: App,
  { name }: VirtualProcess,
  call: Call,
  error: ChannelError,
): void {
  const told = `${error.code} ${error.mayOwnNumber}`;
  oracle.failed(call, error);
  scheduler.trace.push(`${name} was told ${told}`);
  reach(`error: ${told}`);
}

function asChannelError(error: unknown): ChannelError {
  if (ChannelErrors.isInstance(error)) return error;
  throw error;
}
