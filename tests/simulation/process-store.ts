import { type ChannelStore, defaultPolicy, type NewOperation, StoreError } from '@channelkit/core';
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
  /** Told of an operation that is to be begun. */
  readonly onBegin: (id: string) => void;
  /** Told of a release in the moment in which it is on record. */
  readonly onRelease: (id: string) => void;
  /** Counts what each verb came to. */
  readonly reach: (point: string) => void;
}

/** How long after it was asked for the database may still carry a write out. */
export const LATEST_WRITE_MS = 180_000;

/** How long an answer takes where nothing goes wrong. */
const USUAL_DELAY_MS = 50;

const { leaseMs } = defaultPolicy;
const LONGEST_OUTAGE_MS = 120_000;

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
      return (...given: unknown[]) => {
        if (verb === 'beginOperation') parts.onBegin((given[0] as NewOperation).id);
        return runVerb(parts, verb, () => {
          if (verb === 'startRelease') parts.onRelease(String(given[0]));
          return Reflect.apply(member, database, given) as Promise<unknown>;
        });
      };
    },
  });
}

function runVerb(parts: StoreParts, verb: string, run: () => Promise<unknown>): Promise<unknown> {
  const { process, scheduler, faults, random, check, reach } = parts;
  return new Promise((resolve, reject) => {
    if (faults.strikes('store-hangs', 0.05)) return;
    const call = { point: verb };
    process.openCalls.add(call);
    const unreachable = () =>
      reject(new StoreError({ code: 'store_unavailable', message: 'The connection was lost.' }));
    const back = (give: () => void) =>
      scheduler.plan({
        label: `${verb} answered`,
        owner: process,
        delayMs: faults.haveStopped() ? random.between(0, USUAL_DELAY_MS) : 0,
        run: () => {
          process.openCalls.delete(call);
          give();
        },
      });

    const isAway = scheduler.now() < process.storeAwayUntil && !faults.haveStopped();
    if (isAway || faults.strikes('store-unreachable', 0.1)) {
      back(unreachable);
      return;
    }
    if (WRITES.has(verb) && faults.strikes('store-refuses', 0.1)) {
      back(() => reject(new StoreError({ code: 'store_rejected', message: 'A constraint was violated.' })));
      return;
    }
    // An outage begins with an answer that is lost; that of the first write matters most.
    const breaksDown = faults.strikes('store-outage', verb === 'beginOperation' ? 0.15 : 0.03);
    if (breaksDown) process.storeAwayUntil = scheduler.now() + random.between(1_000, LONGEST_OUTAGE_MS);
    // A machine that stands still is often cut off at first.
    if (breaksDown && faults.strikes('freeze', 0.5))
      scheduler.pause(process, scheduler.now() + random.between(leaseMs, 4 * leaseMs));
    const isLost = breaksDown || faults.strikes('store-answer-lost', 0.1);
    // A switch that comes late matters most, and there are few of them.
    const isLate = faults.strikes('store-late', verb === 'switchCandidate' ? 0.3 : 0.08);
    scheduler.plan({
      label: verb,
      owner: null,
      delayMs: isLate
        ? random.between(0, verb === 'switchCandidate' ? LATEST_WRITE_MS / 6 : LATEST_WRITE_MS)
        : 0,
      run: () => {
        call.point = `${verb} committed`;
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
