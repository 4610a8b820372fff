import { describe, expect, it } from 'vitest';
import {
  createScene,
  ID,
  newChannel,
  NOW,
  ownedNumber,
  PHONE_NUMBER,
  type Scene,
  storeError,
  stubProvider,
} from './protocol-fixture.js';
import { provisionChannel } from './provision-channel.js';
import type { ProvisionRequest } from './request.js';
import { createMemoryStoreOn } from './testing/memory-store.js';

const request: ProvisionRequest = { country: 'USA', type: 'sms', phoneNumber: PHONE_NUMBER };
const VENDOR_DATE = new Date(NOW - 4_321);

/** Buys the one number that is named; `meanwhile` happens before the store is told that requests go out again. */
async function provision(scene: Scene, idempotencyKey?: string, meanwhile: () => void = () => undefined) {
  const bought: string[] = [];
  const provider = stubProvider({
    purchaseNumber: ({ reference }) => {
      bought.push(reference);
      return Promise.resolve(ownedNumber({ reference }));
    },
    findNumber: (_query, options) => {
      options?.onVendorDate?.(VENDOR_DATE);
      return Promise.resolve(null);
    },
  });
  const memory = createMemoryStoreOn(scene.tables);
  const store: typeof memory = {
    ...memory,
    setSettlesAt: (...given) => {
      meanwhile();
      return memory.setSettlesAt(...given);
    },
  };
  const answer: unknown = await provisionChannel({
    provider,
    store,
    runtime: scene.context.runtime,
    request: { ...request, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) },
  }).catch((error: unknown) => error);
  return { answer, bought };
}

describe('provisionChannel, of a number that is named', () => {
  it('keeps the date of the look that did not find it, to the second', async () => {
    const scene = createScene();
    const { answer, bought } = await provision(scene);
    expect(answer).toMatchObject({ status: 'active', phoneNumber: PHONE_NUMBER });
    const [operation] = scene.tables.operations.values();
    expect(operation).toMatchObject({ id: bought[0], vendorDate: NOW - 5_000 });
  });
});

describe('provisionChannel, of an operation that was taken from it again', () => {
  /** Comes back for an operation left behind, and loses it before anything is sent. */
  async function lose(change: (scene: Scene) => void) {
    const scene = createScene();
    await provision(scene, 'key');
    const [first] = scene.tables.operations.values();
    if (first === undefined) throw new Error('There is no operation.');
    scene.tables.operations.clear();
    scene.tables.channels.clear();
    scene.operation({ fingerprint: first.fingerprint, leaseExpiresAt: NOW });
    const { answer, bought } = await provision(scene, 'key', () => change(scene));
    expect(bought).toEqual([]);
    return answer;
  }

  it('says that it is running when somebody else holds it', async () => {
    const answer = await lose((scene) => void scene.operation({ token: 5 }));
    expect(answer).toMatchObject({
      code: 'operation_in_progress',
      operationId: ID,
      mayOwnNumber: 'unknown',
    });
  });

  it('says that it was abandoned when somebody else has ended it', async () => {
    const answer = await lose((scene) => void scene.operation({ token: 5, state: 'failed' }));
    expect(answer).toMatchObject({ code: 'operation_abandoned', operationId: ID, mayOwnNumber: 'no' });
  });

  it('answers the channel that somebody else has made of it', async () => {
    const answer = await lose((scene) => {
      scene.operation({ token: 5 });
      void scene.context.callStore((store) => store.attachChannel(newChannel(), { ambiguous: false }));
    });
    expect(answer).toMatchObject({ id: ID, status: 'active', phoneNumber: PHONE_NUMBER });
  });
});

describe('provisionChannel, of an operation that was written without an answer, and taken over before it was written again', () => {
  /** Asks for a channel; the answer to the first writing is lost for as long as the lease, then this happens, and the second gets that answer. */
  async function writeTwice(
    change: (scene: Scene, id: string) => unknown,
    { outcome = 'key_held', isAway = false }: { outcome?: 'key_held' | 'number_held'; isAway?: boolean } = {},
  ) {
    const scene = createScene();
    const memory = createMemoryStoreOn(scene.tables);
    let written: string | null = null;
    const store: typeof memory = {
      ...memory,
      beginOperation: async (operation) => {
        if (written !== null) return { outcome };
        await memory.beginOperation(operation);
        written = operation.id;
        scene.time += operation.leaseMs;
        await change(scene, operation.id);
        throw storeError('store_unavailable');
      },
      getOperation: (id) =>
        isAway ? Promise.reject(storeError('store_unavailable')) : memory.getOperation(id),
      findOperationByKey: (key) =>
        isAway && written !== null
          ? Promise.reject(storeError('store_unavailable'))
          : memory.findOperationByKey(key),
    };
    const answer: unknown = await provisionChannel({
      provider: stubProvider({
        findNumber: () => Promise.resolve(null),
        purchaseNumber: ({ reference }) => Promise.resolve(ownedNumber({ reference })),
      }),
      store,
      runtime: scene.context.runtime,
      request: { ...request, idempotencyKey: 'key' },
    }).catch((error: unknown) => error);
    return { answer, id: written };
  }
  const takeOver = ({ tables }: Scene, id: string, leaseExpiresAt = tables.now() + 1_000) => {
    const row = tables.operations.get(id);
    if (row === undefined) throw new Error('It was not written.');
    tables.operations.set(id, { ...row, leaseOwner: 'another', token: 2, leaseExpiresAt });
  };

  it('cannot know what is owned while the store is away', async () => {
    const { answer, id } = await writeTwice(takeOver, { isAway: true });
    expect(answer).toMatchObject({ code: 'purchase_unknown', operationId: id, mayOwnNumber: 'unknown' });
  });

  it('takes it over in turn when the other one has gone', async () => {
    const { answer, id } = await writeTwice((scene, taken) => takeOver(scene, taken, scene.time));
    expect(answer).toMatchObject({ id, status: 'active' });
  });

  it('says so when the number that the other one bought is still being given back', async () => {
    const dispose = (scene: Scene, taken: string) => {
      takeOver(scene, taken);
      const facts = { ambiguous: true, error: 'It lacks a capability.' };
      const memory = createMemoryStoreOn(scene.tables);
      return memory.disposeNumber({ id: taken, token: 2 }, newChannel({ id: taken }), facts);
    };
    const { answer, id } = await writeTwice(dispose, { outcome: 'number_held' });
    expect(answer).toMatchObject({ code: 'compensation_pending', operationId: id, mayOwnNumber: 'yes' });
  });

  it('says so, too, when another number was written for it meanwhile, and refused', async () => {
    const scene = createScene();
    const memory = createMemoryStoreOn(scene.tables);
    const written: string[] = [];
    const store: typeof memory = {
      ...memory,
      beginOperation: async (operation) => {
        written.push(operation.id);
        if (written.length === 1) {
          await memory.beginOperation(operation);
          throw storeError('store_unavailable');
        }
        if (written.length === 2) return { outcome: 'number_held' };
        scene.time += operation.leaseMs;
        takeOver(scene, written[0] ?? '');
        throw storeError('store_rejected');
      },
    };
    const { phoneNumber, capabilities } = ownedNumber();
    const place = { isoCountry: 'US', numberType: 'local', locality: null, region: null } as const;
    const onSale = { phoneNumber, capabilities, ...place };
    const numbers = [onSale, { ...onSale, phoneNumber: '+14155550124' }];
    const answer: unknown = await provisionChannel({
      provider: stubProvider({ searchNumbers: () => Promise.resolve({ numbers, vendorDate: null }) }),
      store,
      runtime: scene.context.runtime,
      request: { country: 'USA', type: 'sms', idempotencyKey: 'key' },
    }).catch((error: unknown) => error);
    expect(new Set(written).size).toBe(2);
    expect(answer).toMatchObject({
      code: 'operation_in_progress',
      operationId: written[0],
      mayOwnNumber: 'unknown',
    });
  });
});
