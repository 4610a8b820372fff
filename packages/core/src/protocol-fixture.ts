import type { ChannelStore, NewChannel } from './channel-store.js';
import { type Context, createContext } from './context.js';
import { StoreError } from './errors/store-error.js';
import type { ChannelEvent } from './events.js';
import type { HeldOperation } from './held-operation.js';
import type { NumberProvider, NumberPurchase, OwnedNumber, ReleaseAnswer } from './number-provider.js';
import type { Operation } from './operation.js';
import type { Policy } from './policy.js';
import { createMemoryStoreOn } from './testing/memory-store.js';
import { type MemoryTables, type OperationRow, toOperation } from './testing/memory-store/tables.js';

/** For tests of single steps of the protocol: a store in memory, a provider that does as it is told, and a clock. */
export interface Scene {
  readonly context: Context;
  readonly tables: MemoryTables;
  readonly events: ChannelEvent[];
  /** How long was slept, where nobody waited for an answer. */
  readonly slept: number[];
  /** What the provider was asked to buy, and which numbers it was asked to take back. */
  readonly purchases: NumberPurchase[];
  readonly releases: string[];
  /** What the provider does when it is asked. */
  readonly provider: {
    purchase: (maySend: () => boolean) => OwnedNumber;
    find: () => OwnedNumber | null;
    release: () => ReleaseAnswer;
  };
  time: number;
  /** Makes the next calls of a verb fail, or do something before they are made. */
  before(verb: keyof ChannelStore, ...actions: (() => void)[]): void;
  /** Writes an operation down as the database may hold it, and reads it. */
  operation(given?: Partial<OperationRow>): Operation;
  hold(operation: Operation): HeldOperation;
}

/** The moment at which a scene begins. */
export const NOW = Date.UTC(2026, 0, 15, 10, 30);
/** When the operation of a scene has settled. */
export const SETTLES_AT = NOW + 20 * 60_000;
export const PHONE_NUMBER = '+14155550123';
export const ID = '01970000-0000-7000-8000-000000000001';

/** A number as the account owns it. */
export function ownedNumber(given: Partial<OwnedNumber> = {}): OwnedNumber {
  return {
    phoneNumber: PHONE_NUMBER,
    providerNumberId: 'PN1',
    isoCountry: 'US',
    reference: ID,
    createdAt: new Date(NOW),
    capabilities: { voice: true, sms: true, mms: false },
    ...given,
  };
}

/** The channel that is made of it. */
export function newChannel(given: Partial<NewChannel> = {}): NewChannel {
  return {
    id: ID,
    name: `USA - ${PHONE_NUMBER}`,
    phoneNumber: PHONE_NUMBER,
    countryCode: '+1',
    isoCountry: 'US',
    type: 'sms',
    capabilities: { voice: true, sms: true, mms: false },
    isMock: true,
    provider: 'stub',
    accountId: 'account',
    providerNumberId: 'PN1',
    metadata: {},
    ...given,
  };
}

/** An error as a store gives it. */
export function storeError(code: 'store_rejected' | 'store_unavailable'): StoreError {
  return new StoreError({ code, message: `The store said ${code}.` });
}

/** What throws, as an action. */
export function fail(error: Error): () => never {
  return () => {
    throw error;
  };
}

/** Sets the scene. */
export function createScene(policy: Partial<Policy> = {}): Scene {
  const actions = new Map<keyof ChannelStore, (() => void)[]>();
  const tables: MemoryTables = { operations: new Map(), channels: new Map(), now: () => scene.time };
  const store = new Proxy(createMemoryStoreOn(tables), {
    get: (target, key: keyof ChannelStore) => {
      const verb: unknown = Reflect.get(target, key);
      if (typeof verb !== 'function') return verb;
      return (...given: unknown[]): Promise<unknown> =>
        new Promise((resolve) => {
          actions.get(key)?.shift()?.();
          resolve(Reflect.apply(verb, target, given));
        });
    },
  });
  let ids = 0;
  const runtime = {
    now: () => scene.time,
    monotonicNow: () => scene.time - NOW,
    random: () => 0.5,
    newId: () => `new-${(ids += 1)}`,
    sleep: async (milliseconds: number, signal?: AbortSignal) => {
      if (signal === undefined) {
        scene.slept.push(milliseconds);
        scene.time += milliseconds;
        return;
      }
      // A time-out: nothing here takes any time.
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  };
  const events: ChannelEvent[] = [];
  const provider = obedientProvider(() => scene);
  const scene: Scene = {
    context: createContext({ provider, store, runtime, policy, onEvent: (event) => void events.push(event) }),
    tables,
    events,
    slept: [],
    purchases: [],
    releases: [],
    provider: { purchase: () => ownedNumber(), find: () => null, release: () => 'released' },
    time: NOW,
    before: (verb, ...given) => void actions.set(verb, [...(actions.get(verb) ?? []), ...given]),
    operation: (given = {}) => {
      const row = { ...OPERATION, ...given };
      tables.operations.set(row.id, row);
      return toOperation(row, scene.time);
    },
    hold: (operation) => ({
      operation,
      leaseStart: { wall: scene.time, monotonic: scene.time - NOW },
      isTakenOver: false,
    }),
  };
  return scene;
}

const OPERATION: OperationRow = {
  id: ID,
  idempotencyKey: 'key',
  fingerprint: 'fingerprint',
  request: JSON.stringify({
    name: null,
    country: 'USA',
    phoneNumber: null,
    query: { country: 'US', callingCode: '+1', type: 'sms', capabilities: { sms: true } },
    metadata: {},
    webhooks: {},
    regulatory: {},
  }),
  provider: 'stub',
  accountId: 'account',
  phoneNumber: PHONE_NUMBER,
  claimedNumber: PHONE_NUMBER,
  state: 'purchasing',
  leaseOwner: 'me',
  leaseExpiresAt: NOW + 90_000,
  token: 3,
  ambiguous: false,
  settlesAt: SETTLES_AT,
  vendorDate: NOW,
  absentAt: null,
  attempts: 0,
  lastError: null,
  nextCheckAt: NOW,
};

/** A provider that answers what is given, and of which nothing else is asked. */
export function stubProvider(given: Partial<NumberProvider>): NumberProvider {
  const unasked = () => Promise.reject(new Error('Nobody asks that.'));
  return {
    specVersion: 'v1',
    name: 'stub',
    accountId: 'account',
    isMock: true,
    traits: {
      tagAtPurchase: true,
      repurchase: 'unknown',
      settleFloorMs: 0,
      searchPageSize: 30,
      minHoldMs: 0,
      asyncOrders: false,
    },
    searchNumbers: unasked,
    purchaseNumber: unasked,
    findNumber: unasked,
    listNumbers: () => {
      throw new Error('No step of the protocol lists all numbers.');
    },
    releaseNumber: unasked,
    ...given,
  };
}

function obedientProvider(scene: () => Scene): NumberProvider {
  return stubProvider({
    searchNumbers: () => Promise.resolve({ numbers: [], vendorDate: null }),
    purchaseNumber: (purchase, options) =>
      new Promise((resolve) => {
        scene().purchases.push(purchase);
        resolve(scene().provider.purchase(options?.maySend ?? (() => true)));
      }),
    findNumber: () => new Promise((resolve) => resolve(scene().provider.find())),
    releaseNumber: (id) =>
      new Promise((resolve) => {
        scene().releases.push(id);
        resolve(scene().provider.release());
      }),
  });
}
