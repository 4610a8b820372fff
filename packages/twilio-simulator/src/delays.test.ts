import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDelays } from './delays.js';

describe('createDelays', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits as long as it is told', async () => {
    const waiting = createDelays().wait(50);
    await vi.advanceTimersByTimeAsync(50);

    await expect(waiting).resolves.toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind when it is interrupted, and can wait again', async () => {
    const delays = createDelays();
    const waiting = delays.wait(50);
    delays.interrupt();

    await expect(waiting).rejects.toThrow('reset or closed');
    expect(vi.getTimerCount()).toBe(0);
    await expect(delays.wait(0)).resolves.toBeUndefined();
  });

  it('starts no timer any more once it has ended', async () => {
    const delays = createDelays();
    delays.end();

    await expect(delays.wait(50)).rejects.toThrow('reset or closed');
    expect(vi.getTimerCount()).toBe(0);
  });
});
