import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Generation } from '../../client/src/generation/generation.js';

const CHANNEL = { id: 'a-channel', phoneNumber: '+14155550123' };
const REQUEST = { country: 'USA' };

/** One answer after another, each to one request; the last one from then on. */
function answerWith(...answers: readonly (Response | Error)[]): { readonly keys: (string | null)[] } {
  const keys: (string | null)[] = [];
  vi.stubGlobal('fetch', (_url: string, { headers, signal }: { headers: Headers; signal: AbortSignal }) => {
    if (signal.aborted) return Promise.reject(new Error('It was stopped.'));
    const answer = answers[Math.min(keys.length, answers.length - 1)] ?? new Error('There is no answer.');
    keys.push(headers.get('Idempotency-Key'));
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer.clone());
  });
  return { keys };
}

function refusal(code: string, more: object = {}): Response {
  const facts = { error: 'It failed', details: 'It failed.', mayOwnNumber: 'no', operationId: null };
  return Response.json({ ...facts, code, ...more }, { status: 500 });
}

const lost = new TypeError('The connection is gone.');

/** The module keeps its state for as long as a page is open. */
async function openPage() {
  vi.resetModules();
  const { generateNumber, generation, resumeGeneration, stopAsking } =
    await import('../../client/src/generation/generation.js');
  const now = (): Generation => generation.value;
  const knowledge = () => {
    const is = now();
    return is.kind === 'working' ? is.knowledge : is.kind;
  };
  return { generateNumber, resumeGeneration, stopAsking, now, knowledge };
}

/** What a browser keeps for a tab. */
function keepInTab(): Map<string, string> {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  return kept;
}

beforeEach(() => {
  vi.useFakeTimers();
  keepInTab();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('generateNumber', () => {
  it.each([
    ['no answer', lost],
    ['an unknown outcome', refusal('purchase_unknown', { mayOwnNumber: 'unknown', operationId: 'one' })],
    ['a purchase under way', refusal('operation_in_progress', { mayOwnNumber: 'unknown' })],
  ])('keeps asking after %s while the key cannot be looked up', async (_name, first) => {
    const blind = ['store_unavailable', 'store_rejected', 'too_many_requests', 'stopping'];
    const { keys } = answerWith(first, ...blind.map((code) => refusal(code)), Response.json(CHANNEL));
    const { generateNumber, knowledge } = await openPage();
    const done = generateNumber(REQUEST);
    for (const asked of [2, 3, 4, 5]) {
      while (keys.length < asked) await vi.advanceTimersByTimeAsync(100);
      expect([asked, knowledge()]).toEqual([asked, 'unknown']);
    }
    await vi.advanceTimersByTimeAsync(30_000);
    await done;
    expect(knowledge()).toBe('done');
    expect(new Set(keys).size).toBe(1);
  });

  it('takes a database that is away for the outcome where nothing was in doubt', async () => {
    answerWith(refusal('too_many_requests', { retryAfterMs: 300 }), refusal('store_unavailable'));
    const { generateNumber, knowledge, now } = await openPage();
    const done = generateNumber(REQUEST);
    await vi.advanceTimersByTimeAsync(0);
    expect(knowledge()).toBe('waiting');
    await vi.advanceTimersByTimeAsync(300);
    await done;
    expect(now()).toMatchObject({ kind: 'failed', explanation: { advice: /^Nothing was bought/ } });
  });

  it('stays in doubt when the user stops it and sends the form again, until there is a verdict', async () => {
    const { keys } = answerWith(lost, refusal('store_unavailable'), refusal('no_numbers_available'));
    const { generateNumber, stopAsking, knowledge } = await openPage();
    const stopped = generateNumber(REQUEST);
    await vi.advanceTimersByTimeAsync(0);
    stopAsking();
    await stopped;
    expect(knowledge()).toBe('failed');

    const again = generateNumber(REQUEST);
    await vi.advanceTimersByTimeAsync(0);
    expect(knowledge()).toBe('unknown');
    await vi.advanceTimersByTimeAsync(4_000);
    await again;
    expect(knowledge()).toBe('failed');

    answerWith(refusal('store_unavailable'));
    await generateNumber(REQUEST);
    expect(knowledge()).toBe('failed');
    expect(new Set(keys).size).toBe(1);
  });

  it('asks again when the server says, and by itself less and less often', async () => {
    const busy = (retryAfterMs?: number) =>
      refusal('operation_in_progress', {
        mayOwnNumber: 'unknown',
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    const { keys } = answerWith(busy(700), busy(0), busy(45_000), busy(), busy(), Response.json(CHANNEL));
    const { generateNumber } = await openPage();
    const done = generateNumber(REQUEST);
    for (const [index, pause] of [700, 250, 45_000].entries()) {
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(keys).toHaveLength(index + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(keys).toHaveLength(index + 2);
    }
    await vi.advanceTimersByTimeAsync(60_000);
    await done;
    expect(keys).toHaveLength(6);
  });

  it.each([{}, { id: 7, phoneNumber: '+1' }, { id: 'a-channel' }, null, 'OK'])(
    'does not take %j for a channel, and keeps its key',
    async (body) => {
      const { keys } = answerWith(Response.json(body), Response.json(CHANNEL));
      const { generateNumber, knowledge, now } = await openPage();
      const done = generateNumber(REQUEST);
      await vi.advanceTimersByTimeAsync(0);
      expect(knowledge()).toBe('no-answer');
      await vi.advanceTimersByTimeAsync(2_000);
      await done;
      expect(now()).toEqual({ kind: 'done', channel: CHANNEL });
      expect(keys[1]).toBe(keys[0]);
    },
  );

  it('buys with one key where the browser keeps nothing for the page', async () => {
    const blocked = () => {
      throw new Error('Access is denied for this document.');
    };
    const storage = { getItem: blocked, setItem: blocked, removeItem: blocked };
    vi.stubGlobal('sessionStorage', storage);
    vi.stubGlobal('localStorage', storage);
    const { keys } = answerWith(refusal('no_numbers_available'), lost, Response.json(CHANNEL));
    const { generateNumber, knowledge } = await openPage();
    await generateNumber(REQUEST);
    const done = generateNumber(REQUEST);
    await vi.advanceTimersByTimeAsync(2_000);
    await done;
    expect(knowledge()).toBe('done');
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });
});

describe('resumeGeneration', () => {
  const fill = { key: 'a-key', request: REQUEST };
  it.each([
    ['under way', { ...fill, isUnderWay: true }],
    ['under way for the first time', { ...fill, isUnderWay: true, isInDoubt: false }],
  ])('is in doubt about what a reload found %s', async (_name, stored) => {
    keepInTab().set('channels.form-fill', JSON.stringify(stored));
    const { keys } = answerWith(refusal('store_unavailable'), Response.json(CHANNEL));
    const { resumeGeneration, knowledge } = await openPage();
    expect(resumeGeneration()).toEqual(REQUEST);
    await vi.advanceTimersByTimeAsync(0);
    expect(knowledge()).toBe('unknown');
    await vi.advanceTimersByTimeAsync(2_000);
    expect([knowledge(), keys]).toEqual(['done', ['a-key', 'a-key']]);
  });

  it('leaves alone what has had its verdict', async () => {
    keepInTab().set('channels.form-fill', JSON.stringify({ ...fill, isUnderWay: false }));
    const { resumeGeneration, generateNumber, knowledge } = await openPage();
    expect(resumeGeneration()).toBeNull();
    answerWith(refusal('store_unavailable'));
    await generateNumber(REQUEST);
    expect(knowledge()).toBe('failed');
  });
});
