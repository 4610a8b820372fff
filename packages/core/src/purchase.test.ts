import { describe, expect, it } from 'vitest';
import { createCaller } from './caller.js';
import type { Candidates } from './candidates.js';
import { ProviderError } from './errors/provider-error.js';
import { createScene, fail, ID, NOW, ownedNumber, PHONE_NUMBER, type Scene } from './protocol-fixture.js';
import { purchaseNumber } from './purchase.js';
import { readRequest } from './stored-request.js';

const OTHER_NUMBER = '+14155550199';
const notAvailable = new ProviderError({
  code: 'number_unavailable',
  outcome: 'rejected',
  message: 'It is not available.',
});

/** Buys for a caller; there is one more number to try. */
function purchase(scene: Scene, signal?: AbortSignal) {
  const numbers = [OTHER_NUMBER];
  const candidates: Candidates = {
    next: () => {
      const phoneNumber = numbers.pop();
      return Promise.resolve(phoneNumber === undefined ? null : { phoneNumber, vendorDate: NOW });
    },
  };
  const operation = scene.operation();
  const request = readRequest(operation.request);
  const caller = createCaller(signal);
  return purchaseNumber(scene.context, request, scene.hold(operation), candidates, caller);
}

const bought = (scene: Scene) => scene.purchases.map(({ phoneNumber }) => phoneNumber);

describe('purchaseNumber, when the vendor says that the number is not available', () => {
  it('buys another one that the account does not own', async () => {
    const scene = createScene();
    const answers = [fail(notAvailable), () => ownedNumber({ phoneNumber: OTHER_NUMBER })];
    scene.provider.purchase = () => answers.shift()?.() ?? ownedNumber();

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
    expect(await purchase(scene, leaving.signal)).toMatchObject({ number: { phoneNumber: PHONE_NUMBER } });
  });

  it('buys another one when the account got this one otherwise', async () => {
    const scene = createScene();
    const answers = [fail(notAvailable), () => ownedNumber({ phoneNumber: OTHER_NUMBER })];
    scene.provider.purchase = () => answers.shift()?.() ?? ownedNumber();
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

function silence() {
  return { code: 'provider_unavailable', message: 'Nothing was heard.' } as const;
}

function refusal() {
  return { code: 'account_restricted', message: 'A trial account holds one number.' } as const;
}
