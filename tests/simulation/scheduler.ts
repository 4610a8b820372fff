import type { Random } from './random.js';

/** A process of the app: it can be killed, and it can be paused for longer than it thinks. */
export interface VirtualProcess {
  readonly name: string;
  /** How far its wall clock is off. */
  clockOffset: number;
  /** How far its monotonic clock, which stands still while the machine is suspended, is behind. */
  suspendedMs: number;
  isAlive: boolean;
  pausedUntil: number;
  /** All its pauses so far, and what is left of the one that it is in. */
  pausedMs: number;
  /** Until when it cannot reach the database. */
  storeAwayUntil: number;
  /** The calls it made and has no answer to. */
  readonly openCalls: Set<OpenCall>;
}

/** A call that is under way. */
export interface OpenCall {
  /** What it is, and how far it got: where the process dies if it dies now. */
  point: string;
}

interface Pending {
  readonly label: string;
  readonly notBefore: number;
  /** Who gets it; `null` for what happens at the vendor or in the database, whoever is still alive. */
  readonly owner: VirtualProcess | null;
  readonly run: () => void;
}

/** Everything that is going to happen, and the one place that decides what happens next. */
export interface Scheduler {
  now(): number;
  /** Plans something; the returned function calls it off. */
  plan(pending: Omit<Pending, 'notBefore'> & { readonly delayMs?: number }): () => void;
  /** Lets one thing happen, and everybody react to it. Resolves to `false` when nothing is left. */
  step(): Promise<boolean>;
  kill(process: VirtualProcess): void;
  /** Nothing reaches it before that time. */
  pause(process: VirtualProcess, until: number): void;
  /** From now on nobody is slow: whoever has an answer gets it before time passes. */
  calm(): void;
  /** How many things at the vendor or in the database are still to come. */
  inFlight(): number;
  /** What happened, in order. */
  readonly trace: string[];
}

/** Makes a scheduler whose choices come from `random` alone. */
export function createScheduler(random: Random): Scheduler {
  let time = Date.UTC(2026, 0, 15, 10, 30);
  const pending = new Set<Pending>();
  const trace: string[] = [];
  let isCalm = false;

  const readyAt = ({ notBefore, owner }: Pending) => Math.max(notBefore, owner?.pausedUntil ?? 0);

  const choose = (): Pending | undefined => {
    const ready: Pending[] = [];
    let next: Pending | undefined;
    for (const candidate of pending) {
      if (readyAt(candidate) <= time) ready.push(candidate);
      else if (next === undefined || readyAt(candidate) < readyAt(next)) next = candidate;
    }
    // Now and then time passes although somebody has an answer waiting: calls are slow. Effects come when they must.
    const mayBeSlow = !isCalm && next !== undefined && ready.every(({ owner }) => owner !== null);
    const isSlow = mayBeSlow && random.chance(0.04);
    return ready.length > 0 && !isSlow ? random.pick(ready) : next;
  };

  return {
    trace,
    now: () => time,
    plan: ({ label, owner, run, delayMs = 0 }) => {
      const planned = { label, owner, run, notBefore: time + delayMs };
      // What a dead process asked for may still happen, but nobody is left to hear of it.
      if (owner?.isAlive !== false) pending.add(planned);
      return () => pending.delete(planned);
    },
    step: async () => {
      let chosen = choose();
      if (chosen === undefined) {
        // Somebody who has just been started has asked for nothing yet.
        await everybodyReacted();
        chosen = choose();
      }
      if (chosen === undefined) return false;
      pending.delete(chosen);
      time = Math.max(time, readyAt(chosen));
      trace.push(`${time} ${chosen.owner?.name ?? '-'} ${chosen.label}`);
      chosen.run();
      await everybodyReacted();
      return true;
    },
    kill: (process) => {
      process.isAlive = false;
      for (const candidate of pending) {
        if (candidate.owner === process) pending.delete(candidate);
      }
      trace.push(`${time} ${process.name} killed`);
    },
    pause: (process, until) => {
      process.pausedMs += Math.max(0, until - Math.max(time, process.pausedUntil));
      process.pausedUntil = Math.max(process.pausedUntil, until);
    },
    calm: () => {
      isCalm = true;
    },
    inFlight: () => [...pending].filter(({ owner }) => owner === null).length,
  };
}

/**
 * A tick comes after all promises that can go on without anything new. Nothing here waits for real input, so there is no need to
 * go round the event loop, which takes seven times as long.
 */
function everybodyReacted(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
