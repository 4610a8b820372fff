import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Command, Fate, Order, Outcome, Report } from './worker-orders.js';

/** One job under way in a process. */
export interface Run {
  /** Resolves when the process says that it is there; rejects when the job, or the process, ends without. */
  at(point: string): Promise<void>;
  /** Lets a process that holds at a gate go on. */
  go(): void;
  /** Aborts the caller's signal. */
  abort(): void;
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
  /** How often it has found a number that it wanted held by somebody else. */
  readonly numbersHeld: number;
}

/** A process that works, and that can be killed. */
export interface WorkerProcess {
  run(order: Order): Run;
  /** Decides when it dies; it must not have been given work yet. */
  meet(fate: Fate): void;
  /** Lets it close its stores, once nothing is under way. */
  forget(): Promise<void>;
  pause(): void;
  resume(): void;
  /** SIGKILL; resolves when it has ended and all that it said is heard. */
  kill(): Promise<void>;
  readonly isAlive: boolean;
  /** Whether it has died, and of SIGKILL, with a job under way that it was given before. */
  readonly diedAtWork: boolean;
  /** Resolves when it has ended, whatever ended it. */
  readonly ended: Promise<void>;
}

interface RunState {
  readonly reached: Set<string>;
  readonly watchers: Set<() => void>;
  /** Given when nobody had killed the process yet. */
  readonly isWork: boolean;
  numbersHeld: number;
  outcome: Outcome | undefined;
}

/** Starts a process; it is given work at once, and does it when it is up. */
export function startWorker(path: string): WorkerProcess {
  const child = fork(path, [], { execArgv: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const runs: RunState[] = [];
  let isAlive = true;
  let isDoomed = false;
  let diedAtWork = false;
  let onForgotten: () => void = () => undefined;

  const strike = () => {
    isDoomed = true;
    child.kill('SIGKILL');
  };
  const notify = ({ watchers }: RunState) => {
    for (const watch of watchers) watch();
  };
  const hear = (report: Report) => {
    if ('forgotten' in report) onForgotten();
    if ('doomed' in report) strike();
    if (!('run' in report)) return;
    const state = runs[report.run];
    if (state === undefined) return;
    if ('at' in report) state.reached.add(report.at);
    else if ('numberHeld' in report) state.numbersHeld += 1;
    else state.outcome = report.outcome;
    notify(state);
  };
  if (child.stdout === null) throw new Error('A worker has no output.');
  createInterface(child.stdout).on('line', (line) => hear(JSON.parse(line) as Report));
  const ended = new Promise<void>((resolve) => {
    child.once('close', (_code, signal) => {
      isAlive = false;
      diedAtWork =
        signal === 'SIGKILL' && runs.some(({ isWork, outcome }) => isWork && outcome === undefined);
      for (const state of runs) {
        state.outcome ??= { kind: 'killed' };
        notify(state);
      }
      onForgotten();
      resolve();
    });
  });

  return {
    run(order) {
      const number = runs.length;
      const state: RunState = {
        reached: new Set(),
        watchers: new Set(),
        isWork: !isDoomed,
        numbersHeld: 0,
        outcome: isAlive ? undefined : { kind: 'killed' },
      };
      runs.push(state);
      tell(child, { kind: 'run', run: number, order });
      return toRun(child, number, state);
    },
    meet: (fate) => tell(child, { kind: 'meet', fate }),
    forget: () =>
      new Promise((resolve) => {
        if (!isAlive) {
          resolve();
          return;
        }
        onForgotten = resolve;
        tell(child, { kind: 'forget' });
      }),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async kill() {
      strike();
      await ended;
    },
    get isAlive() {
      return isAlive;
    },
    get diedAtWork() {
      return diedAtWork;
    },
    ended,
  };
}

function toRun(child: ChildProcess, number: number, state: RunState): Run {
  const until = <Result>(read: () => Result | undefined) =>
    new Promise<Result>((resolve) => {
      const watch = () => {
        const result = read();
        if (result === undefined) return;
        state.watchers.delete(watch);
        resolve(result);
      };
      state.watchers.add(watch);
      watch();
    });
  return {
    async at(point) {
      const met = await until(() => state.reached.has(point) || (state.outcome ? state.outcome : undefined));
      if (met !== true && !state.reached.has(point)) {
        throw new Error(`The process never came ${point}: ${JSON.stringify(met)}`);
      }
      state.reached.delete(point);
    },
    go: () => tell(child, { kind: 'go', run: number }),
    abort: () => tell(child, { kind: 'abort', run: number }),
    outcome: until(() => state.outcome),
    get numbersHeld() {
      return state.numbersHeld;
    },
  };
}

/** A process may die at any moment, and then nobody listens. */
function tell(child: ChildProcess, command: Command): void {
  if (child.connected) child.send(command, () => undefined);
}
