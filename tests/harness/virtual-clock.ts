import { setImmediate as nextTurn } from 'node:timers/promises';
// Loaded on first use it would be real input, for which this clock does not wait.
import '@channelkit/core/phone';
import type { Runtime } from '@channelkit/core';
import { seededRandom } from './seeded-random.js';

/** Time that passes only when everybody waits for it. */
export interface VirtualClock {
  readonly runtime: Runtime;
  now(): number;
  /** Lets time pass without anybody waiting for it. */
  advance(milliseconds: number): void;
  /** Counts work that time must wait for: real input and output. */
  track<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Runs until the work settles, and moves the clock to the next timer whenever nothing else is going on. */
  run<Result>(work: Promise<Result>): Promise<Result>;
}

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Turns of the event loop without anything happening, after which everybody is taken to be waiting for the clock. */
const QUIET_TURNS = 3;

/** Makes a clock that starts at a fixed date, with randomness from a seed. */
export function createVirtualClock(seed = 1): VirtualClock {
  let time = Date.UTC(2026, 0, 15, 10, 30);
  let busy = 0;
  const waking: (() => void)[] = [];
  const idle = () => new Promise<void>((resolve) => waking.push(resolve));
  const timers = new Set<Timer>();
  const random = seededRandom(seed);

  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const end = () => {
        timers.delete(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = { at: time + milliseconds, fire: end };
      timers.add(timer);
      signal?.addEventListener('abort', end);
    });

  const fireNext = () => {
    const next = [...timers].sort((first, second) => first.at - second.at)[0];
    if (next === undefined) return;
    time = Math.max(time, next.at);
    next.fire();
  };

  return {
    runtime: { now: () => time, monotonicNow: () => time, random, newId: idMaker(random, () => time), sleep },
    now: () => time,
    advance: (milliseconds) => {
      time += milliseconds;
    },
    track: async (work) => {
      busy += 1;
      try {
        return await work();
      } finally {
        busy -= 1;
        if (busy === 0) for (const wake of waking.splice(0)) wake();
      }
    },
    run: async (work) => {
      const state = { isSettled: false };
      const settle = () => {
        state.isSettled = true;
      };
      const settled = work.then(settle, settle);
      let quiet = 0;
      while (!state.isSettled) {
        // Turning round and round while a database works would take the processor from it.
        await Promise.race([busy > 0 ? idle() : nextTurn(), settled]);
        quiet = busy > 0 ? 0 : quiet + 1;
        if (quiet < QUIET_TURNS) continue;
        quiet = 0;
        fireNext();
      }
      return work;
    },
  };
}

/** Makes UUIDv7s out of the given time and randomness. */
function idMaker(random: () => number, now: () => number): () => string {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  return () => {
    const time = now().toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-8${hex(3)}-${hex(12)}`;
  };
}
