import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callWithTimeout } from './call-with-timeout.js';
import { type Runtime, systemRuntime } from './runtime.js';

/** A runtime whose timers end when the test says so. */
function handTimers() {
  const timers = new Set<{ readonly milliseconds: number; readonly end: () => void }>();
  const runtime: Runtime = {
    ...systemRuntime,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const timer = {
          milliseconds,
          end: () => {
            timers.delete(timer);
            resolve();
          },
        };
        timers.add(timer);
        signal?.addEventListener('abort', timer.end);
      }),
  };
  return {
    runtime,
    pending: () => [...timers].map(({ milliseconds }) => milliseconds),
    elapse: async () => {
      for (const { end } of timers) end();
      await nextTurn();
    },
  };
}

const overdue = new Error('overdue');
const onTimeout = () => overdue;
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);

describe('callWithTimeout', () => {
  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
  });
  afterEach(() => {
    process.off('unhandledRejection', note);
  });

  it('answers what the call answers, and leaves no timer behind', async () => {
    const { runtime, pending } = handTimers();
    const limits = { timeoutMs: 1_000, runtime, onTimeout };
    await expect(callWithTimeout(() => Promise.resolve('answer'), limits)).resolves.toBe('answer');
    await nextTurn();
    expect(pending()).toEqual([]);
  });

  it('throws what the call throws', async () => {
    const { runtime } = handTimers();
    const failed = new Error('failed');
    const limits = { timeoutMs: 1_000, runtime, onTimeout };
    await expect(callWithTimeout(() => Promise.reject(failed), limits)).rejects.toBe(failed);
  });

  it('tells a call that is overdue to end, and believes what it says then', async () => {
    const { runtime, elapse, pending } = handTimers();
    const said = new Error('the connection was closed');
    const work = callWithTimeout(
      (signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(said))),
      { timeoutMs: 1_000, runtime, onTimeout },
    );
    const ended = expect(work).rejects.toBe(said);
    expect(pending()).toEqual([1_000]);
    await elapse();
    await ended;
  });

  it('leaves a call behind that says nothing, and ignores what it answers later', async () => {
    const { runtime, elapse } = handTimers();
    const late = deferred<string>();
    const work = callWithTimeout(() => late.promise, { timeoutMs: 1_000, runtime, onTimeout });
    const ended = expect(work).rejects.toBe(overdue);
    await elapse();
    await elapse();
    await ended;

    late.resolve('too late');
    await nextTurn();
    await expect(work).rejects.toBe(overdue);
  });

  it('leaves no rejection unhandled when the call fails after its time', async () => {
    const { runtime, elapse } = handTimers();
    const late = deferred<string>();
    const work = callWithTimeout(() => late.promise, { timeoutMs: 1_000, runtime, onTimeout });
    const ended = expect(work).rejects.toBe(overdue);
    await elapse();
    await elapse();
    await ended;

    late.reject(new Error('much too late'));
    await nextTurn();
    await nextTurn();
    expect(unhandled).toEqual([]);
  });

  it('passes an abort from outside on, before and during the call', async () => {
    const { runtime, elapse } = handTimers();
    const seen: boolean[] = [];
    const outside = new AbortController();
    const call = (signal: AbortSignal) => {
      seen.push(signal.aborted);
      return new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('told to end')));
      });
    };
    const work = callWithTimeout(call, { timeoutMs: 1_000, runtime, outer: outside.signal, onTimeout });
    const ended = expect(work).rejects.toThrow('told to end');
    outside.abort();
    await ended;

    const second = callWithTimeout(call, { timeoutMs: 1_000, runtime, outer: outside.signal, onTimeout });
    const endedToo = expect(second).rejects.toBe(overdue);
    await elapse();
    await elapse();
    await endedToo;
    expect(seen).toEqual([false, true]);
  });

  it('gives an aborted call a moment to say what it knows', async () => {
    const { runtime, pending, elapse } = handTimers();
    const outside = new AbortController();
    const never = new Promise<never>(() => undefined);
    const work = callWithTimeout(() => never, {
      timeoutMs: 1_000,
      runtime,
      outer: outside.signal,
      onTimeout,
    });
    const ended = expect(work).rejects.toBe(overdue);
    outside.abort();
    await nextTurn();
    expect(pending()).toEqual([100]);
    await elapse();
    await ended;
  });
});

function deferred<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<Value>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  return { promise, resolve, reject };
}
