import { describe, expect, it } from 'vitest';
import { createCaller } from './caller.js';
import type { Candidates } from './candidates.js';
import { LeaseLostError } from './end-operation.js';
import { ProviderError } from './errors/provider-error.js';
import type { OwnedNumber } from './number-provider.js';
import { createScene, fail, ID, NOW, ownedNumber, PHONE_NUMBER, type Scene } from './protocol-fixture.js';
import { purchaseNumber } from './purchase.js';
import { readRequest } from './stored-request.js';

const OTHER_NUMBER = '+14155550199';
const THIRD_NUMBER = '+14155550177';
const DEADLINE_MS = 60_000;
const notAvailable = new ProviderError({
  code: 'number_unavailable',
  outcome: 'rejected',
  message: 'It is not available.',
});

const notSent = new ProviderError({ ...silence(), outcome: 'not_sent' });

/** Buys for a caller; unless it says otherwise, there is one more number to try. */
function purchase(
  scene: Scene,
  { caller = createCaller(undefined), numbers = listed(OTHER_NUMBER) }: Partial<Buying> = {},
) {
  const operation = scene.operation();
  const request = readRequest(operation.request);
  return purchaseNumber(scene.context, request, scene.hold(operation), numbers, caller);
}

interface Buying {
  readonly caller: ReturnType<typeof createCaller>;
  readonly numbers: Candidates;
}

/** These numbers to try, and none else. */
function listed(...numbers: string[]): Candidates {
  return {
    next: () => {
      const phoneNumber = numbers.shift();
      return Promise.resolve(phoneNumber === undefined ? null : { phoneNumber, vendorDate: NOW });
    },
  };
}

/** What the requests to buy come to, one after another; whatever follows buys the number of the scene. */
function answers(scene: Scene, ...given: ((maySend: () => boolean) => OwnedNumber)[]): void {
  scene.provider.purchase = (maySend) => given.shift()?.(maySend) ?? ownedNumber();
}

function throttled(retryAfterMs: number | null = null) {
  return fail(
    new ProviderError({ code: 'rate_limited', outcome: 'throttled', message: 'Not now.', retryAfterMs }),
  );
}

const bought = (scene: Scene) => scene.purchases.map(({ phoneNumber }) => phoneNumber);

describe('purchaseNumber, when the vendor says that the number is not available', () => {
  it('buys another one that the account does not own', async () => {
    const scene = createScene();
    answers(scene, fail(notAvailable), () => ownedNumber({ phoneNumber: OTHER_NUMBER }));

    expect(await purchase(scene)).toMatchObject({
      number: { phoneNumber: OTHER_NUMBER },
      isAmbiguous: false,
    });
    expect(bought(scene)).toEqual([PHONE_NUMBER, OTHER_NUMBER]);
  });

  it('keeps the one that the account owns under our tag: the request was delivered twice', async () => {
    const scene = createScene();
    scene.provider.purchase = fail(notAvailable);
    scene.provider.find = () => ownedNumber();

    expect(await purchase(scene)).toMatchObject({ number: { phoneNumber: PHONE_NUMBER }, isAmbiguous: true });
    expect(bought(scene)).toEqual([PHONE_NUMBER]);
  });

  it('keeps it, too, when the second copy is refused for another reason, and the caller has left since', async () => {
    const scene = createScene();
    const leaving = new AbortController();
    scene.provider.purchase = fail(new ProviderError({ ...refusal(), outcome: 'rejected' }));
    scene.provider.find = () => {
      leaving.abort();
      return ownedNumber();
    };
    const caller = createCaller(leaving.signal);
    expect(await purchase(scene, { caller })).toMatchObject({ number: { phoneNumber: PHONE_NUMBER } });
  });

  it('buys another one when the account got this one otherwise', async () => {
    const scene = createScene();
    answers(scene, fail(notAvailable), () => ownedNumber({ phoneNumber: OTHER_NUMBER }));
    scene.provider.find = () => ownedNumber({ reference: 'another' });

    expect(await purchase(scene)).toMatchObject({ number: { phoneNumber: OTHER_NUMBER } });
  });

  it.each([
    ['cannot be asked', silence(), 'unknown'],
    ['may not be asked', refusal(), 'rejected'],
  ] as const)('buys no other one when the account %s', async (_, facts, outcome) => {
    const scene = createScene();
    scene.provider.purchase = fail(notAvailable);
    scene.provider.find = fail(new ProviderError({ ...facts, outcome }));

    await expect(purchase(scene)).rejects.toMatchObject({
      code: 'purchase_unknown',
      mayOwnNumber: 'unknown',
      operationId: ID,
    });
    expect(new Set(bought(scene))).toEqual(new Set([PHONE_NUMBER]));
    expect(scene.tables.operations.get(ID)).toMatchObject({ state: 'purchasing', ambiguous: true });
  });
});

describe('purchaseNumber, when it needs another number', () => {
  it('tells the caller, whose lease began when it did', async () => {
    const scene = createScene();
    const caller = createCaller(undefined);
    answers(scene, fail(notAvailable), () => {
      expect(caller.operation()).toMatchObject({ id: ID, phoneNumber: OTHER_NUMBER });
      return ownedNumber({ phoneNumber: OTHER_NUMBER });
    });
    scene.before('switchCandidate', () => void (scene.time += 4_000));
    await purchase(scene, { caller });

    expect(caller.operation()).toMatchObject({
      phoneNumber: OTHER_NUMBER,
      leaseStart: { wall: NOW, monotonic: 0 },
    });
  });

  it('passes over those that another operation has claimed, and does not count them', async () => {
    const scene = createScene({ maxCandidates: 3 });
    scene.operation({ id: 'another', idempotencyKey: null, claimedNumber: OTHER_NUMBER });
    const last = '+14155550188';
    answers(scene, fail(notAvailable), fail(notAvailable), () => ownedNumber({ phoneNumber: last }));

    expect(await purchase(scene, { numbers: listed(OTHER_NUMBER, THIRD_NUMBER, last) })).toMatchObject({
      held: { operation: { phoneNumber: last } },
    });
    expect(bought(scene)).toEqual([PHONE_NUMBER, THIRD_NUMBER, last]);
  });

  it('looks for none once somebody else holds the operation', async () => {
    const scene = createScene();
    const numbers = listed(OTHER_NUMBER, THIRD_NUMBER);
    answers(scene, fail(notAvailable));
    scene.before('switchCandidate', () => void scene.operation({ token: 4 }));

    await expect(purchase(scene, { numbers })).rejects.toBeInstanceOf(LeaseLostError);
    expect(await numbers.next()).toMatchObject({ phoneNumber: THIRD_NUMBER });
    expect(bought(scene)).toEqual([PHONE_NUMBER]);
  });

  it.each([
    ['the vendor cannot be asked for one', 'provider_unavailable', false],
    ['the caller leaves meanwhile', 'aborted', true],
  ])('ends the operation when %s', async (_case, code, isLeaving) => {
    const scene = createScene();
    const leaving = new AbortController();
    const next = () => {
      if (isLeaving) leaving.abort();
      return Promise.reject(notSent);
    };
    answers(scene, fail(notAvailable));

    const buying = purchase(scene, { caller: createCaller(leaving.signal), numbers: { next } });
    await expect(buying).rejects.toMatchObject({ code, mayOwnNumber: 'no', operationId: ID });
    expect(scene.tables.operations.get(ID)).toMatchObject({ state: 'failed', claimedNumber: null });
  });

  it('draws no conclusion from what is no error of a provider', async () => {
    const scene = createScene();
    const next = () => Promise.reject(new TypeError('oops'));
    answers(scene, fail(notAvailable));

    await expect(purchase(scene, { numbers: { next } })).rejects.toThrow(TypeError);
    expect(scene.tables.operations.get(ID)).toMatchObject({ state: 'purchasing' });
  });
});

describe('purchaseNumber, when nothing came of a request', () => {
  it('asks for the same number again, in no doubt: the account is not even looked at', async () => {
    const scene = createScene();
    answers(scene, throttled(), fail(notSent));
    scene.provider.find = fail(new ProviderError({ ...silence(), outcome: 'unknown' }));

    expect(await purchase(scene)).toMatchObject({
      number: { phoneNumber: PHONE_NUMBER },
      isAmbiguous: false,
    });
    expect(bought(scene)).toEqual([PHONE_NUMBER, PHONE_NUMBER, PHONE_NUMBER]);
  });

  it('waits longer each time, and for another number as if it were the first', async () => {
    const scene = createScene();
    const other = () => ownedNumber({ phoneNumber: OTHER_NUMBER });
    answers(scene, throttled(), throttled(), fail(notAvailable), throttled(), throttled(), other);
    await purchase(scene);

    expect(scene.slept).toEqual([100, 200, 100, 200]);
  });

  it('waits as the vendor says if there is time to send then', async () => {
    const scene = createScene();
    answers(scene, throttled(DEADLINE_MS - 1));

    expect(await purchase(scene)).toMatchObject({ isAmbiguous: false });
    expect(scene.slept).toEqual([DEADLINE_MS - 1]);
  });

  it('does not wait for a moment at which it may not send', async () => {
    const scene = createScene();
    answers(scene, throttled(DEADLINE_MS));

    await expect(purchase(scene)).rejects.toMatchObject({ code: 'rate_limited', mayOwnNumber: 'no' });
    expect(scene.slept).toEqual([]);
    expect(scene.tables.operations.get(ID)).toMatchObject({ state: 'failed' });
  });

  it('says what the vendor said, not that our own deadline came after it', async () => {
    const scene = createScene();
    answers(scene, throttled(), (maySend) => {
      scene.time = NOW + DEADLINE_MS;
      expect(maySend()).toBe(false);
      throw notSent;
    });

    await expect(purchase(scene)).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it.each([
    ['asks for more time than there is', 0, DEADLINE_MS],
    ['took until the deadline to say so', DEADLINE_MS, null],
  ])('says what came last when the vendor %s', async (_case, tookMs, retryAfterMs) => {
    const scene = createScene();
    answers(scene, fail(notSent), () => {
      scene.time += tookMs;
      return throttled(retryAfterMs)();
    });

    await expect(purchase(scene)).rejects.toMatchObject({ code: 'rate_limited' });
  });
});

function silence() {
  return { code: 'provider_unavailable', message: 'Nothing was heard.' } as const;
}

function refusal() {
  return { code: 'account_restricted', message: 'A trial account holds one number.' } as const;
}
