import { recoverOperations } from '@channelkit/core';
import type { RunningProcess } from './actors.js';
import { type App, newProcess, optionsOf, runtimeOf, untilNextDue } from './app.js';
import { LATEST_WRITE_MS } from './process-store.js';
import { stepUntil } from './step-until.js';

/** Once faults have stopped: recovery runs whenever something is due, until nothing is left in doubt. */
export async function settle(app: App): Promise<number> {
  const { scheduler, oracle } = app;
  scheduler.calm();
  const settler = startSettler(app);
  scheduler.plan({
    label: 'no write of before can land any more',
    owner: null,
    delayMs: LATEST_WRITE_MS,
    run: oracle.onlyRecoveryRuns,
  });
  const steps = await stepUntil(app, settler.isOver);
  if (oracle.violations.length === 0 && !settler.isOver())
    oracle.report('L2: something is still in doubt, and recovery does nothing about it');
  return steps;
}

function startSettler(app: App): RunningProcess {
  for (const other of app.processes) app.scheduler.kill(other);
  const process = newProcess(app, 'settler');
  let isOver = false;
  const isInDoubt = () =>
    [...app.tables.operations.values()].some(({ state }) => state === 'purchasing') ||
    [...app.tables.channels.values()].some(({ status }) => status === 'releasing') ||
    app.scheduler.inFlight() > 0;
  const writesEnd = app.scheduler.now() + LATEST_WRITE_MS;
  const run = async () => {
    while (isInDoubt()) {
      await recoverOperations(optionsOf(app, process));
      const now = app.scheduler.now();
      const waitMs = untilNextDue(app.tables);
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
