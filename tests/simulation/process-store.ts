import { type ChannelStore, StoreError } from '@channelkit/core';
import type { Faults } from './faults.js';
import type { Random } from './random.js';
import type { Scheduler, VirtualProcess } from './scheduler.js';

/** What a process's way to the database is made of. */
export interface StoreParts {
  readonly process: VirtualProcess;
  /** The one database, whose verbs are atomic. */
  readonly database: ChannelStore;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly random: Random;
  readonly check: () => void;
  /** Counts what each verb came to. */
  readonly reach: (point: string) => void;
}

/** How long after it was asked for the database may still carry a write out. */
export const LATEST_WRITE_MS = 180_000;

const WRITES: ReadonlySet<string> = new Set([
  'beginOperation',
  'switchCandidate',
  'takeOverOperation',
  'setSettlesAt',
  'attachChannel',
  'disposeNumber',
  'failOperation',
  'deferOperation',
  'takeDueOperations',
  'startRelease',
  'takeDueReleases',
  'completeRelease',
  'deferRelease',
  'recordReleasing',
]);

/** Makes one process's store: the same verbs, each with a way there and a way back that the scheduler decides. */
export function createProcessStore(parts: StoreParts): ChannelStore {
  return new Proxy(parts.database, {
    get: (database, verb) => {
      const member: unknown = Reflect.get(database, verb);
      if (typeof member !== 'function' || typeof verb !== 'string') return member;
      return (...given: unknown[]) =>
        runVerb(parts, verb, () => Reflect.apply(member, database, given) as Promise<unknown>);
    },
  });
}

function runVerb(parts: StoreParts, verb: string, run: () => Promise<unknown>): Promise<unknown> {
  const { process, scheduler, faults, random, check, reach } = parts;
  process.waitingFor = verb;
  return new Promise((resolve, reject) => {
    const unreachable = () =>
      reject(new StoreError({ code: 'store_unavailable', message: 'The connection was lost.' }));
    const back = (give: () => void) =>
      scheduler.plan({ label: `${verb} answered`, owner: process, run: give });

    if (faults.strikes('store-unreachable', 0.1)) {
      back(unreachable);
      return;
    }
    if (faults.strikes('store-hangs', 0.05)) return;
    if (WRITES.has(verb) && faults.strikes('store-refuses', 0.1)) {
      back(() => reject(new StoreError({ code: 'store_rejected', message: 'A constraint was violated.' })));
      return;
    }
    const isLost = faults.strikes('store-answer-lost', 0.1);
    const isLate = faults.strikes('store-late', 0.08);
    scheduler.plan({
      label: verb,
      owner: null,
      delayMs: isLate ? random.between(0, LATEST_WRITE_MS) : 0,
      run: () => {
        process.waitingFor = `${verb} committed`;
        const result = run();
        back(isLost ? unreachable : () => result.then(resolve, reject));
        result.then(
          (outcome) => reach(`${verb}: ${outcomeOf(outcome)}`),
          () => reach(`${verb}: rejected`),
        );
        check();
      },
    });
  });
}

/** A word for what a verb answered: the transition it made, or that it made none. */
function outcomeOf(answer: unknown): string {
  if (typeof answer === 'string') return answer;
  if (typeof answer === 'object' && answer !== null && 'outcome' in answer) return String(answer.outcome);
  if (Array.isArray(answer)) return answer.length === 0 ? 'nothing' : 'something';
  return answer === null || answer === false ? 'nothing' : 'something';
}
