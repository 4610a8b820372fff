import { TransportFailure } from './transport-failure.js';

/** How many calls may be under way at a time; the rest wait in order. */
export interface ConcurrencyLimit {
  /** Runs a task once there is room; rejects without running it when the signal aborts first. */
  run<Result>(task: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
  /** Halves the limit: the vendor said that there were too many. */
  lower(): void;
  /** Lets one more through, up to the maximum: a call succeeded. */
  raise(): void;
}

/** Creates a limit that starts at its maximum. */
export function createConcurrencyLimit(maximum: number): ConcurrencyLimit {
  const waiting = new Set<() => void>();
  let limit = maximum;
  let running = 0;

  const admit = () => {
    for (const enter of waiting) {
      if (running >= limit) return;
      waiting.delete(enter);
      running += 1;
      enter();
    }
  };
  const room = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        waiting.delete(enter);
        reject(abandoned(signal));
      };
      const enter = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.add(enter);
      admit();
    });

  return {
    async run(task, signal) {
      if (signal.aborted) throw abandoned(signal);
      await room(signal);
      try {
        return await task();
      } finally {
        running -= 1;
        admit();
      }
    },
    lower() {
      limit = Math.max(1, Math.floor(limit / 2));
    },
    raise() {
      limit = Math.min(maximum, limit + 1);
      admit();
    },
  };
}

function abandoned(signal: AbortSignal): TransportFailure {
  return new TransportFailure({
    message: 'the call was ended before its turn came',
    written: false,
    cause: signal.reason,
  });
}
