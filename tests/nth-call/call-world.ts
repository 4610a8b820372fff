import { createMockProvider, type MockProvider, type MockProviderOptions } from '@channelkit/adapter-mock';
import {
  type ChannelStore,
  type NumberProvider,
  type OwnedNumber,
  recoverOperations,
  type RecoveryResult,
} from '@channelkit/core';
import { createMemoryStoreOn } from '../../packages/core/src/testing/memory-store.js';
import type { MemoryTables } from '../../packages/core/src/testing/memory-store/tables.js';
import { type OpenStore, openStore, type StoreKind } from '../harness/open-store.js';
import { createVirtualClock, type VirtualClock } from '../harness/virtual-clock.js';
import { type FailingProcess, type Plan, startFailingProcess } from './failing-process.js';

/** A store, a vendor and processes that use them, each of which can be made to fail at any of its calls. */
export interface CallWorld {
  readonly clock: VirtualClock;
  readonly provider: MockProvider;
  /** The store itself, which never fails. */
  readonly store: ChannelStore;
  /** How many numbers were bought under each reference. */
  readonly purchases: ReadonlyMap<string, number>;
  /** What was not true in some state on the way. */
  readonly broken: ReadonlySet<string>;
  /** What the memory store holds; `null` on a real database. */
  readonly tables: MemoryTables | null;
  start(plan?: Plan): FailingProcess;
  recover(): Promise<RecoveryResult>;
  /** Lets time pass, with all that happens meanwhile. */
  letTimePass(milliseconds: number): Promise<void>;
  rows: OpenStore['rows'];
  close(): Promise<void>;
}

/** What a world can be told to be like. */
export interface CallWorldOptions {
  readonly mock?: MockProviderOptions | undefined;
  /** What the account says of its numbers, whatever the search said. */
  readonly describe?: ((number: OwnedNumber) => OwnedNumber) | undefined;
  /** A store to use again, on an empty database, instead of one of its own. */
  readonly shared?: SharedStore | undefined;
  /** Is waited for before every call and before every answer of every process. */
  readonly between?: ((label: string) => Promise<void>) | undefined;
}

/** A store that several worlds use, one after another: opening a database costs more than a run. */
export interface SharedStore {
  readonly opened: OpenStore;
  /** Makes the store go by the clock of the world that uses it now. */
  goBy(now: () => number): void;
}

/** Opens a store for several worlds. */
export async function openSharedStore(kind: StoreKind): Promise<SharedStore> {
  let current = () => 0;
  const opened = await openStore(kind, () => current());
  return { opened, goBy: (now) => void (current = now) };
}

/** Every plan must be about some call; this one is about none. */
export const NO_FAILURES: Plan = { at: new Map() };

/** Makes a world on a store in memory or on a real database. */
export async function createCallWorld(
  kind: StoreKind | 'memory',
  { mock, describe, between, shared }: CallWorldOptions = {},
): Promise<CallWorld> {
  const clock = createVirtualClock();
  const memory = kind === 'memory' ? openMemory(clock.now) : null;
  shared?.goBy(clock.now);
  await shared?.opened.clear();
  const opened = shared?.opened ?? memory ?? (await openStore(kind as StoreKind, clock.now));
  const sleep = () => Promise.resolve();
  let made = 0;
  const newId = () => `PN${(made += 1)}`;
  const provider = createMockProvider({ seed: 7, now: clock.now, sleep, newId, ...mock });
  const purchases = new Map<string, number>();
  const vendor = countPurchases(
    describe === undefined ? provider : describing(provider, describe),
    provider,
    purchases,
  );
  const broken = new Set<string>();

  const check = () => {
    if (memory === null) return;
    const owned = new Set(provider.owned().map(({ providerNumberId }) => providerNumberId));
    const keys = new Set<string>();
    for (const { id, status, providerNumberId } of memory.tables.channels.values()) {
      if (status !== 'active') continue;
      if (!owned.has(providerNumberId)) broken.add(`S1: channel ${id} is active without a number`);
      const key = memory.tables.operations.get(id)?.idempotencyKey ?? null;
      if (key !== null && keys.has(key)) broken.add(`S3: the key ${key} has two active channels`);
      if (key !== null) keys.add(key);
    }
    for (const [reference, times] of purchases) {
      if (times > 1) broken.add(`S2: operation ${reference} bought ${times} numbers`);
    }
  };
  const start = (plan: Plan = NO_FAILURES) =>
    startFailingProcess({ clock, provider: vendor, store: opened.store, plan, check, between });

  return {
    clock,
    provider,
    store: opened.store,
    purchases,
    broken,
    tables: memory?.tables ?? null,
    start,
    recover: () => clock.run(recoverOperations(start().options)),
    letTimePass: async (milliseconds) => {
      await clock.run(clock.runtime.sleep(milliseconds));
      await opened.letTimePass(milliseconds);
    },
    rows: () => opened.rows(),
    close: () => (shared === undefined ? opened.close() : Promise.resolve()),
  };
}

function openMemory(now: () => number): OpenStore & { readonly tables: MemoryTables } {
  const tables: MemoryTables = { operations: new Map(), channels: new Map(), now };
  return {
    tables,
    store: createMemoryStoreOn(tables),
    rows: () =>
      Promise.resolve({
        channels: [...tables.channels.values()].map(({ id, phoneNumber, status, providerNumberId }) => ({
          id,
          phone_number: phoneNumber,
          status,
          provider_number_id: providerNumberId,
        })),
        operations: [...tables.operations.values()].map(({ id, state, phoneNumber, claimedNumber }) => ({
          id,
          state,
          phone_number: phoneNumber,
          claimed_number: claimedNumber,
        })),
      }),
    letTimePass: () => Promise.resolve(),
    clear: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function countPurchases(
  inner: NumberProvider,
  account: MockProvider,
  purchases: Map<string, number>,
): NumberProvider {
  return {
    ...inner,
    purchaseNumber: async (purchase, options) => {
      const before = account.owned().length;
      const number = await inner.purchaseNumber(purchase, options);
      const bought = account.owned().length - before;
      purchases.set(purchase.reference, (purchases.get(purchase.reference) ?? 0) + bought);
      return number;
    },
  };
}

function describing(inner: NumberProvider, describe: (number: OwnedNumber) => OwnedNumber): NumberProvider {
  return {
    ...inner,
    purchaseNumber: async (purchase, options) => describe(await inner.purchaseNumber(purchase, options)),
    findNumber: async (query, options) => {
      const number = await inner.findNumber(query, options);
      return number === null ? null : describe(number);
    },
  };
}
