import { createMockProvider } from '@channelkit/adapter-mock';
import { createChannels, InvalidInputError, type RecoveryResult, startRecovery } from '@channelkit/core';
import { createMemoryStore } from '@channelkit/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const setup = () => ({ provider: createMockProvider({ seed: 3 }), store: createMemoryStore() });

describe('createChannels', () => {
  it('binds every function to its provider and store', async () => {
    const { provider, store } = setup();
    const channels = createChannels({ provider, store });

    const numbers = await channels.search({ country: 'USA', areaCode: '415' }, { limit: 3 });
    expect(numbers).toHaveLength(3);
    const first = await channels.provision({ country: 'USA', type: 'sms', name: 'Support' });
    const second = await channels.provision({ country: 'USA', type: 'voice' });
    expect(await channels.get(first.id)).toEqual(first);
    expect(await channels.get('0197a000-0000-7000-8000-000000000000')).toBeNull();

    const { channels: listed, nextCursor } = await channels.list({ type: 'sms' });
    expect(listed.map(({ id }) => id)).toEqual([first.id]);
    expect(nextCursor).toBeNull();

    expect(await channels.release(second.id)).toMatchObject({ id: second.id, status: 'released' });
    expect(await channels.recover()).toMatchObject({ adopted: 0, released: 0, pending: 0 });
    expect(provider.owned().map(({ reference }) => reference)).toEqual([first.id]);
  });

  it('hands its defaults on, and lets a call say otherwise', async () => {
    const events: string[] = [];
    const channels = createChannels({ ...setup(), onEvent: ({ name }) => void events.push(name) });
    await channels.provision({ country: 'USA' });
    expect(events).toContain('channel-activated');
    const aborted = channels.provision({ country: 'USA' }, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
  });

  it('refuses at once what makes no sense', () => {
    const refused = (options: object) => () => createChannels({ ...setup(), ...options });
    expect(refused({ policy: { leaseMs: 1 } })).toThrow(InvalidInputError);
    expect(refused({ provider: {} })).toThrow('provider');
    expect(refused({ store: { specVersion: 'v0' } })).toThrow('store');
  });
});

describe('startRecovery', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('recovers at once, and again after every interval', async () => {
    const passes: RecoveryResult[] = [];
    const recovery = startRecovery({
      ...setup(),
      intervalMs: 5_000,
      onPass: (result) => void passes.push(result),
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(passes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(passes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(passes).toHaveLength(2);
    await recovery.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(passes).toHaveLength(2);
  });

  it('waits half a minute when it is not told how long', async () => {
    let passes = 0;
    const recovery = startRecovery({ ...setup(), onPass: () => void (passes += 1) });
    await vi.advanceTimersByTimeAsync(29_999);
    expect(passes).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(passes).toBe(2);
    await recovery.stop();
  });

  it('keeps no process alive between two passes', async () => {
    const started = vi.spyOn(globalThis, 'setTimeout');
    const recovery = startRecovery({ ...setup(), intervalMs: 7_777 });
    await vi.advanceTimersByTimeAsync(0);
    const index = started.mock.calls.findIndex(([, milliseconds]) => milliseconds === 7_777);
    const timer = started.mock.results[index]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    await recovery.stop();
    started.mockRestore();
  });

  it('tells of a pass that failed, and makes the next one all the same', async () => {
    const { provider, store } = setup();
    let failures = 0;
    const failing = {
      ...store,
      takeDueOperations: () => {
        failures += 1;
        return failures <= 1 ? Promise.reject(new TypeError('broken')) : Promise.resolve([]);
      },
    };
    const told: unknown[] = [];
    let passes = 0;
    const recovery = startRecovery({
      provider,
      store: failing,
      intervalMs: 1_000,
      onError: (error) => {
        told.push(error);
        throw new Error('the listener is broken too');
      },
      onPass: () => {
        passes += 1;
        throw new Error('and this one');
      },
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toMatchObject([{ code: 'store_rejected' }]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(passes).toBe(2);
    await recovery.stop();
  });

  it('stops only once the pass under way has ended', async () => {
    const { provider, store } = setup();
    let answer: (rows: []) => void = () => undefined;
    const slow = { ...store, takeDueOperations: () => new Promise<[]>((resolve) => (answer = resolve)) };
    const passes: RecoveryResult[] = [];
    const recovery = startRecovery({ provider, store: slow, onPass: (result) => void passes.push(result) });
    await vi.advanceTimersByTimeAsync(0);

    let isStopped = false;
    const stopped = recovery.stop().then(() => (isStopped = true));
    await vi.advanceTimersByTimeAsync(0);
    expect(isStopped).toBe(false);
    answer([]);
    await stopped;
    expect(passes).toHaveLength(1);
  });

  it('ends with the signal it is given', async () => {
    const leaving = new AbortController();
    let passes = 0;
    const recovery = startRecovery({
      ...setup(),
      intervalMs: 1_000,
      signal: leaving.signal,
      onPass: () => void (passes += 1),
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(passes).toBe(2);
    leaving.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(passes).toBe(2);
    await recovery.stop();
  });

  it.each([0, -1, NaN, Infinity])('refuses an interval of %d', (intervalMs) => {
    expect(() => startRecovery({ ...setup(), intervalMs })).toThrow('intervalMs');
  });
});
