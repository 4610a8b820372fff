import { describe, expect, it } from 'vitest';
import { createConcurrencyLimit } from './concurrency-limit.js';

const never = new AbortController().signal;

/** Tasks that end when told to. */
function createTasks() {
  const ends: (() => void)[] = [];
  let started = 0;
  return {
    task: () => {
      started += 1;
      return new Promise<void>((resolve) => ends.push(resolve));
    },
    started: () => started,
    endOne: async () => {
      ends.shift()?.();
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    },
  };
}

describe('createConcurrencyLimit', () => {
  it('runs no more than the maximum at a time', async () => {
    const limit = createConcurrencyLimit(2);
    const tasks = createTasks();
    const runs = [1, 2, 3].map(() => limit.run(tasks.task, never));
    await Promise.resolve();
    expect(tasks.started()).toBe(2);

    await tasks.endOne();
    expect(tasks.started()).toBe(3);

    await tasks.endOne();
    await tasks.endOne();
    await Promise.all(runs);
  });

  it('halves when lowered, never below one, and comes back one by one up to the maximum', async () => {
    const limit = createConcurrencyLimit(4);
    for (let times = 0; times < 5; times += 1) limit.lower();
    const tasks = createTasks();
    const runs = Array.from({ length: 6 }, () => limit.run(tasks.task, never));
    await Promise.resolve();
    expect(tasks.started()).toBe(1);

    limit.raise();
    await Promise.resolve();
    expect(tasks.started()).toBe(2);
    for (let times = 0; times < 5; times += 1) limit.raise();
    await Promise.resolve();
    expect(tasks.started()).toBe(4);

    for (let times = 0; times < 6; times += 1) await tasks.endOne();
    await Promise.all(runs);
  });

  it('goes on after a task that fails', async () => {
    const limit = createConcurrencyLimit(1);
    await expect(limit.run(() => Promise.reject(new Error('no')), never)).rejects.toThrow('no');
    await expect(limit.run(() => Promise.resolve('yes'), never)).resolves.toBe('yes');
  });

  it('does not run a task whose signal aborts while it waits, and gives its place to the next', async () => {
    const limit = createConcurrencyLimit(1);
    const tasks = createTasks();
    const first = limit.run(tasks.task, never);
    const controller = new AbortController();
    const second = limit.run(tasks.task, controller.signal);
    const third = limit.run(tasks.task, never);
    controller.abort();
    await expect(second).rejects.toMatchObject({ name: 'TransportFailure', written: false });

    await tasks.endOne();
    expect(tasks.started()).toBe(2);
    await tasks.endOne();
    await Promise.all([first, third]);
  });

  it('does not run a task whose signal has been aborted', async () => {
    const tasks = createTasks();
    const run = createConcurrencyLimit(1).run(tasks.task, AbortSignal.abort());
    await expect(run).rejects.toMatchObject({ written: false });
    expect(tasks.started()).toBe(0);
  });
});
