import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome } from '../crash/worker-orders.js';
import type { Sample, SoakJob, SoakReport, SoakWorld } from './worker-messages.js';

/** A process under load. */
export interface SoakProcess {
  /** Never rejects; a process that is killed meanwhile says nothing. */
  perform(job: Exclude<SoakJob, { kind: 'sample' }>): Promise<Outcome>;
  sample(): Promise<Sample | null>;
  /** Resolves when it has ended: to whether SIGKILL ended it. */
  kill(): Promise<boolean>;
}

/** Starts a process, and resolves when it is up. */
export async function startSoakProcess(
  script: string,
  world: SoakWorld,
  onBug: (bug: string) => void,
): Promise<SoakProcess> {
  const child = fork(script, [JSON.stringify(world)], { execArgv: ['--expose-gc'] });
  const waiting = new Map<number, (report: SoakReport | null) => void>();
  const ended = once(child, 'exit').then(() => {
    for (const tell of waiting.values()) tell(null);
    waiting.clear();
    return child.signalCode === 'SIGKILL';
  });
  let runs = 0;
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (report: SoakReport) => {
      if ('ready' in report) resolve();
      if ('bug' in report) onBug(report.bug);
      if (!('run' in report)) return;
      waiting.get(report.run)?.(report);
      waiting.delete(report.run);
    });
    child.once('exit', (code) =>
      reject(new Error(`The process ended with ${String(code)} before it was up.`)),
    );
  });
  const ask = (job: SoakJob) =>
    new Promise<SoakReport | null>((resolve) => {
      if (!child.connected) {
        resolve(null);
        return;
      }
      runs += 1;
      waiting.set(runs, resolve);
      send(child, { run: runs, job });
    });
  await ready;
  return {
    perform: async (job) => {
      const report = await ask(job);
      return report !== null && 'outcome' in report ? report.outcome : { kind: 'killed' };
    },
    sample: async () => {
      const report = await ask({ kind: 'sample' });
      return report !== null && 'sample' in report ? report.sample : null;
    },
    kill: async () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** A process may die at any moment, and then nobody listens. */
function send(child: ChildProcess, message: object): void {
  child.send(message, () => undefined);
}
