import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createCaller } from './caller.js';
import type { CheckedRequest } from './check-request.js';
import { ProviderError } from './errors/provider-error.js';
import type { NumberPurchase, OwnedNumber, PurchaseOptions } from './number-provider.js';
import { patientProvider } from './patient-provider.js';
import { defaultPolicy } from './policy.js';
import { createScene, ID, ownedNumber, PHONE_NUMBER, stubProvider } from './protocol-fixture.js';
import type { Runtime } from './runtime.js';
import { sendPurchase } from './send-purchase.js';

const policy = { ...defaultPolicy, purchaseTimeoutMs: 7_000, callTimeoutMs: 3_000 };
const purchase: NumberPurchase = {
  phoneNumber: PHONE_NUMBER,
  reference: ID,
  webhooks: {},
  regulatory: {},
};
const silence = new ProviderError({ code: 'provider_unavailable', outcome: 'unknown', message: 'Nothing.' });

/** A provider whose answers to a purchase, and whose timers, end when the test says so. */
function createDesk() {
  const timers: { readonly milliseconds: number; readonly end: () => void }[] = [];
  const asked: (PurchaseOptions & {
    readonly answer: (number: OwnedNumber) => void;
    readonly fail: (error: Error) => void;
  })[] = [];
  const runtime: Runtime = {
    ...createScene().context.runtime,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        timers.push({ milliseconds, end: resolve });
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  const provider = stubProvider({
    purchaseNumber: (_purchase, options) =>
      new Promise((answer, fail) => asked.push({ ...options, answer, fail })),
  });
  return {
    provider: patientProvider(provider, policy, runtime),
    asked,
    waits: () => timers.map(({ milliseconds }) => milliseconds),
    elapse: async () => {
      timers.at(-1)?.end();
      await nextTurn();
    },
  };
}

describe('purchaseNumber of a patient provider', () => {
  it('is given up after purchaseTimeoutMs, with its outcome unknown', async () => {
    const desk = createDesk();
    const answer = desk.provider.purchaseNumber(purchase, () => true).catch((error: unknown) => error);
    expect(desk.waits()).toEqual([7_000]);
    expect(desk.asked[0]?.signal?.aborted).toBe(false);

    await desk.elapse();
    expect(desk.asked[0]?.signal?.aborted).toBe(true);
    await desk.elapse(); // the time in which the provider may still say what it knows
    expect(await answer).toMatchObject({
      code: 'provider_unavailable',
      outcome: 'unknown',
      message: expect.stringContaining('7000 ms') as string,
    });
    expect(desk.asked).toHaveLength(1);
  });

  it('is sent once, although a call that fails like this is worth repeating', async () => {
    const desk = createDesk();
    const answer = desk.provider.purchaseNumber(purchase, () => true).catch((error: unknown) => error);
    desk.asked[0]?.fail(silence);
    expect(await answer).toMatchObject({ outcome: 'unknown', message: 'Nothing.' });
    expect([desk.asked.length, desk.waits()]).toEqual([1, [7_000]]);
  });

  it.each([true, false])('may be sent as long as the caller of it says so: %s', async (isAllowed) => {
    const desk = createDesk();
    const answer = desk.provider.purchaseNumber(purchase, () => isAllowed);
    expect(desk.asked[0]?.maySend?.()).toBe(isAllowed);
    desk.asked[0]?.answer(ownedNumber());
    await answer;
  });

  it('may not be sent any more once it was given up', async () => {
    const desk = createDesk();
    let questions = 0;
    const maySend = () => (questions += 1) > 0;
    const answer = desk.provider.purchaseNumber(purchase, maySend).catch((error: unknown) => error);
    await desk.elapse();
    expect(desk.asked[0]?.maySend?.()).toBe(false);
    await desk.elapse();
    await answer;
    expect(desk.asked[0]?.maySend?.()).toBe(false);
    // To ask would note it as sent.
    expect(questions).toBe(0);
  });

  it('may not be sent any more once it was answered', async () => {
    const desk = createDesk();
    const answer = desk.provider.purchaseNumber(purchase, () => true);
    desk.asked[0]?.answer(ownedNumber());
    await answer;
    expect(desk.asked[0]?.maySend?.()).toBe(false);
  });
});

describe('sendPurchase', () => {
  const request: CheckedRequest = {
    query: { country: 'US', callingCode: '+1', type: 'sms', capabilities: { sms: true } },
    country: 'USA',
    name: null,
    phoneNumber: null,
    metadata: {},
    webhooks: {},
    regulatory: {},
  };

  it.each([
    ['before it was sent', false],
    ['after it was sent', true],
  ])('does not end the request of a caller who leaves %s', async (_case, isSent) => {
    const scene = createScene();
    const desk = createDesk();
    const leaving = new AbortController();
    const context = { ...scene.context, provider: desk.provider };
    const held = scene.hold(scene.operation());
    const answer = sendPurchase(context, request, held, createCaller(leaving.signal));

    if (isSent) expect(desk.asked[0]?.maySend?.()).toBe(true);
    leaving.abort();
    expect(desk.asked[0]?.signal?.aborted).toBe(false);
    if (!isSent) expect(desk.asked[0]?.maySend?.()).toBe(false);
    desk.asked[0]?.answer(ownedNumber());
    expect(await answer).toMatchObject({ kind: 'bought' });
  });
});
