import { describe, expect, it } from 'vitest';
import { createCaller } from './caller.js';
import type { CheckedRequest } from './check-request.js';
import { LeaseLostError } from './end-operation.js';
import { ProviderError } from './errors/provider-error.js';
import type { OwnedNumber } from './number-provider.js';
import {
  createScene,
  fail,
  ID,
  NOW,
  ownedNumber,
  type Scene,
  SETTLES_AT,
  storeError,
} from './protocol-fixture.js';
import { settlePurchase } from './settle-purchase.js';

const DEADLINE_MS = 60_000;
const request: CheckedRequest = {
  query: { country: 'US', callingCode: '+1', type: 'sms', capabilities: { sms: true } },
  country: 'USA',
  name: null,
  phoneNumber: null,
  metadata: {},
  webhooks: {},
  regulatory: {},
};
const silence = new ProviderError({ code: 'provider_unavailable', outcome: 'unknown', message: 'Nothing.' });
const forbidden = new ProviderError({
  code: 'authentication_failed',
  outcome: 'rejected',
  message: 'No look.',
});
const busy = new ProviderError({ code: 'rate_limited', outcome: 'throttled', message: 'Not now.' });

/** Settles what was taken over, or what was sent and not answered. */
function settle(scene: Scene, isTakenOver = false): Promise<unknown> {
  const held = { ...scene.hold(scene.operation()), isTakenOver };
  const unanswered = isTakenOver ? null : silence;
  return settlePurchase(scene.context, request, held, createCaller(undefined), unanswered).catch(
    (error: unknown) => error,
  );
}

/** What the look-ups say, one after another; each may let time pass. */
function looks(scene: Scene, ...answers: (() => OwnedNumber | null)[]): void {
  scene.provider.find = () => {
    const [answer] = answers.splice(0, 1);
    if (answer === undefined) throw new Error('Nobody looks again.');
    return answer();
  };
}

/** What the requests to buy come to, one after another. */
function answers(scene: Scene, ...given: (() => OwnedNumber)[]): void {
  scene.provider.purchase = () => (given.shift() ?? fail(new Error('Nobody buys again.')))();
}

const absent = () => null;
const row = (scene: Scene) => scene.tables.operations.get(ID);
const foreign: [string, Partial<OwnedNumber>][] = [
  ['was owned before', { createdAt: new Date(NOW - 1_000) }],
  ['bears another tag', { reference: 'another' }],
  ['bears no tag', { reference: null }],
];

describe('settlePurchase', () => {
  it.each(foreign)('does not buy a number that %s', async (_case, given) => {
    for (const isTakenOver of [false, true]) {
      const scene = createScene();
      looks(scene, () => ownedNumber(given));
      expect(await settle(scene, isTakenOver)).toMatchObject({
        code: 'purchase_unknown',
        message: expect.stringContaining('did not buy it') as string,
      });
      // At once: looking longer would not make it ours.
      expect([scene.purchases, scene.slept]).toEqual([[], []]);
      expect(row(scene)).toMatchObject({ state: 'purchasing', ambiguous: true, absentAt: null });
    }
  });

  it.each(foreign)('buys no second time when it turns out that it %s', async (_case, given) => {
    const scene = createScene();
    looks(scene, absent, () => ownedNumber(given));
    scene.provider.purchase = fail(busy);
    expect(await settle(scene)).toMatchObject({ code: 'purchase_unknown' });
    expect(scene.purchases).toHaveLength(1);
    expect(row(scene)?.absentAt).toBeNull();
  });

  it('buys nothing once somebody else holds the operation', async () => {
    const scene = createScene();
    looks(scene, absent);
    scene.before('setSettlesAt', () => void scene.operation({ token: 4 }));
    expect(await settle(scene, true)).toBeInstanceOf(LeaseLostError);
    expect(scene.purchases).toEqual([]);
  });

  it('notes that the number was absent when the last look said so', async () => {
    const scene = createScene();
    scene.provider.find = () => {
      scene.time = NOW + DEADLINE_MS;
      return null;
    };
    expect(await settle(scene)).toMatchObject({ code: 'purchase_unknown' });
    expect(row(scene)?.absentAt).toBe(NOW + DEADLINE_MS);
  });

  it.each([
    ['our request', absent, silence],
    ['the last look', fail(forbidden), forbidden],
  ])('says which error left it in doubt: that of %s', async (_of, look, cause) => {
    const scene = createScene();
    looks(scene, () => {
      scene.time = NOW + DEADLINE_MS;
      return look();
    });
    expect(await settle(scene)).toMatchObject({
      code: 'purchase_unknown',
      message: expect.stringContaining(cause.message) as string,
      cause: { message: cause.message },
    });
  });

  it.each([true, false])('does not note so when the last look said nothing: %s', async (isFirst) => {
    const scene = createScene({ attempts: 1 });
    const unclear = () => {
      scene.time = NOW + DEADLINE_MS;
      throw silence;
    };
    looks(scene, ...(isFirst ? [unclear] : [absent, unclear]));
    expect(await settle(scene)).toMatchObject({ code: 'purchase_unknown', cause: silence });
    expect(row(scene)).toMatchObject({ ambiguous: true, absentAt: null });
  });
});

describe('settlePurchase, for an operation that was taken over', () => {
  it('is in doubt although nothing went wrong for its own part', async () => {
    const scene = createScene();
    looks(scene, () => {
      scene.time = NOW + DEADLINE_MS;
      return null;
    });
    expect(await settle(scene, true)).toMatchObject({ code: 'purchase_unknown', operationId: ID });
    expect(scene.purchases).toEqual([]);
  });

  it('buys what is absent, and remembers that the request of somebody else may come yet', async () => {
    const scene = createScene({ attempts: 1 });
    looks(scene, absent);
    answers(scene, () => ownedNumber());
    expect(await settle(scene, true)).toMatchObject({ number: ownedNumber(), isAmbiguous: true });
  });

  it('covers a request before it goes out, and takes that back once each was refused', async () => {
    const scene = createScene();
    const settled: unknown[] = [];
    const note = () => void settled.push(row(scene)?.settlesAt);
    looks(scene, absent, () => ownedNumber());
    answers(scene, () => {
      note();
      throw busy;
    });
    await settle(scene, true);
    note();
    expect(settled).toEqual([SETTLES_AT + 90_000, SETTLES_AT]);
  });

  it('leaves it covered when the number was bought: it may not show yet', async () => {
    const scene = createScene();
    looks(scene, absent);
    answers(scene, () => ownedNumber());
    await settle(scene, true);
    expect(row(scene)?.settlesAt).toBe(SETTLES_AT + 90_000);
  });

  it('leaves it covered when one was not answered', async () => {
    const scene = createScene();
    looks(scene, absent, () => ownedNumber());
    answers(scene, fail(silence));
    expect(await settle(scene, true)).toMatchObject({ isAmbiguous: true });
    expect(row(scene)?.settlesAt).toBe(SETTLES_AT + 90_000);
  });

  it('does not lose a number because that cannot be taken back', async () => {
    const scene = createScene();
    looks(scene, absent, () => ownedNumber());
    answers(scene, fail(busy));
    scene.before('setSettlesAt', () => undefined, fail(storeError('store_rejected')));
    expect(await settle(scene, true)).toMatchObject({ number: ownedNumber() });
  });
});

describe('settlePurchase, for a request of our own', () => {
  it('takes the number that it finds, in doubt about what is under way', async () => {
    const scene = createScene();
    looks(scene, () => ownedNumber());
    expect(await settle(scene)).toMatchObject({ number: ownedNumber(), isAmbiguous: true });
  });

  it('writes nothing to buy again: the operation began with the time it takes to settle', async () => {
    const scene = createScene();
    looks(scene, absent);
    answers(scene, () => ownedNumber());
    scene.before('setSettlesAt', fail(new Error('Nobody asks that.')));
    expect(await settle(scene)).toMatchObject({ number: ownedNumber(), isAmbiguous: true });
  });

  it('counts it among the attempts', async () => {
    const scene = createScene({ attempts: 2 });
    scene.provider.find = absent;
    scene.provider.purchase = fail(busy);
    await settle(scene);
    expect(scene.purchases).toHaveLength(1);
  });
});
