import { describe, expect, it } from 'vitest';
import { createCaller } from './caller.js';
import { ProviderError } from './errors/provider-error.js';
import type { OwnedNumber } from './number-provider.js';
import { createScene, fail, ID, NOW, ownedNumber, PHONE_NUMBER, type Scene } from './protocol-fixture.js';
import { readRequest } from './stored-request.js';
import { sendPurchase } from './send-purchase.js';

function send(scene: Scene, caller = createCaller(undefined)) {
  const operation = scene.operation();
  return sendPurchase(scene.context, readRequest(operation.request), scene.hold(operation), caller);
}

function answered(outcome: ProviderError['outcome']) {
  const code = outcome === 'rejected' ? 'number_unavailable' : 'provider_unavailable';
  return new ProviderError({ code, outcome, message: `It was ${outcome}.` });
}

describe('sendPurchase', () => {
  it('asks for the number of the operation, under its tag, with all that the request says', async () => {
    const scene = createScene();
    const operation = scene.operation();
    const request = {
      ...readRequest(operation.request),
      webhooks: { smsUrl: 'https://example.com/sms' },
      regulatory: { addressId: 'AD1' },
    };
    await sendPurchase(scene.context, request, scene.hold(operation), createCaller(undefined));

    expect(scene.purchases).toEqual([
      {
        phoneNumber: PHONE_NUMBER,
        reference: ID,
        webhooks: { smsUrl: 'https://example.com/sms' },
        regulatory: { addressId: 'AD1' },
      },
    ]);
  });

  it('says that it sends, right before it does', async () => {
    const scene = createScene();
    const caller = createCaller(undefined);
    scene.provider.purchase = (maySend) => {
      expect([caller.hasSent(), scene.events]).toEqual([false, []]);
      expect(maySend()).toBe(true);
      expect(caller.hasSent()).toBe(true);
      return ownedNumber();
    };

    expect(await send(scene, caller)).toEqual({ kind: 'bought', number: ownedNumber() });
    expect(caller.hasSent()).toBe(true);
    expect(scene.events).toMatchObject([
      { name: 'purchase-sent', operationId: ID, phoneNumber: PHONE_NUMBER },
    ]);
    expect(scene.events).toHaveLength(1);
  });

  it('does not send for a caller who has left', async () => {
    const scene = createScene();
    scene.provider.purchase = (maySend) => {
      expect(maySend()).toBe(false);
      throw answered('not_sent');
    };
    const caller = createCaller(AbortSignal.abort());

    expect(await send(scene, caller)).toMatchObject({ kind: 'not_processed' });
    expect([caller.hasSent(), scene.events]).toEqual([false, []]);
  });

  it('does not send past the deadline', async () => {
    const scene = createScene();
    scene.provider.purchase = (maySend) => {
      scene.time += 60_000;
      expect(maySend()).toBe(false);
      throw answered('not_sent');
    };
    const caller = createCaller(undefined);

    expect(await send(scene, caller)).toMatchObject({ kind: 'not_processed' });
    expect([caller.hasSent(), scene.events]).toEqual([false, []]);
  });

  it.each([
    ['rejected', 'refused', false],
    ['not_sent', 'not_processed', false],
    ['throttled', 'not_processed', false],
    ['unknown', 'unknown', true],
  ] as const)('takes %s for %s', async (outcome, kind, hasSent) => {
    const scene = createScene();
    const error = answered(outcome);
    scene.provider.purchase = (maySend) => {
      maySend();
      throw error;
    };
    const caller = createCaller(undefined);

    expect(await send(scene, caller)).toEqual({ kind, error });
    expect(caller.hasSent()).toBe(hasSent);
    expect(scene.events.map(({ name }) => name)).toEqual(
      kind === 'unknown' ? ['purchase-sent', 'purchase-unknown'] : ['purchase-sent'],
    );
  });

  it('tells what it does not know', async () => {
    const scene = createScene();
    scene.provider.purchase = fail(answered('unknown'));
    await send(scene);

    expect(scene.events).toMatchObject([
      {
        name: 'purchase-unknown',
        operationId: ID,
        phoneNumber: PHONE_NUMBER,
        code: 'provider_unavailable',
        message: 'It was unknown.',
      },
    ]);
  });

  it('remembers that an earlier request may have had an effect, whatever becomes of this one', async () => {
    const scene = createScene();
    scene.provider.purchase = fail(answered('rejected'));
    const caller = createCaller(undefined);
    caller.markSent();
    await send(scene, caller);

    expect(caller.hasSent()).toBe(true);
  });

  it('takes an answer that is no number for a purchase that may have been made', async () => {
    const scene = createScene();
    scene.provider.purchase = () => null as unknown as OwnedNumber;

    const answer = await send(scene);
    expect(answer).toMatchObject({
      kind: 'unknown',
      error: { name: 'ProviderError', code: 'provider_unavailable', outcome: 'unknown' },
    });
    expect('error' in answer && answer.error.message).toContain('it is not known whether it took effect');
  });

  it('passes on what is no error of a provider', async () => {
    const scene = createScene();
    const broken = { ...scene.context.provider, purchaseNumber: () => Promise.reject(new TypeError('oops')) };
    const operation = scene.operation();
    const request = readRequest(operation.request);
    const context = { ...scene.context, provider: broken };

    await expect(
      sendPurchase(context, request, scene.hold(operation), createCaller(undefined)),
    ).rejects.toThrow('oops');
  });

  it.each<[string, Partial<OwnedNumber>, string]>([
    ['another number', { phoneNumber: '+14155550124' }, 'another number'],
    ['a number without an id', { providerNumberId: '' }, 'under which id'],
    ['a number under another tag', { reference: 'another' }, 'our tag'],
    ['a number without a tag', { reference: null }, 'our tag'],
    ['a number it had before', { createdAt: new Date(NOW - 1_000) }, 'before it was listed'],
  ])('does not believe an answer with %s', async (_case, wrong, why) => {
    const scene = createScene();
    scene.provider.purchase = () => ownedNumber(wrong);
    const caller = createCaller(undefined);

    const answer = await send(scene, caller);
    expect(answer).toMatchObject({
      kind: 'unknown',
      error: { code: 'provider_unavailable', outcome: 'unknown' },
    });
    expect('error' in answer && answer.error.message).toContain(why);
    expect(caller.hasSent()).toBe(true);
  });
});
