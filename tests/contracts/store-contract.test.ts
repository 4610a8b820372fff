import { createMemoryStore, runContract, storeContract, type StoreSubject } from '@channelkit/core/testing';
import { describe, expect, it } from 'vitest';
import { createMemoryStoreOn } from '../../packages/core/src/testing/memory-store.js';
import type { MemoryTables } from '../../packages/core/src/testing/memory-store/tables.js';
import { brokenBeginStores } from './broken-begin-stores.js';
import { brokenDecisionStores } from './broken-decision-stores.js';
import { brokenLeaseStores } from './broken-lease-stores.js';
import { brokenReleaseStores } from './broken-release-stores.js';
import type { BrokenStore } from './broken-store.js';
import { brokenValueStores } from './broken-value-stores.js';

const brokenStores = [
  ...brokenBeginStores,
  ...brokenLeaseStores,
  ...brokenDecisionStores,
  ...brokenReleaseStores,
  ...brokenValueStores,
];

describe('createMemoryStore', () => {
  runContract({
    test: it,
    cases: storeContract,
    create: () => {
      const clock = createClock();
      return { store: createMemoryStore({ now: clock.now }), advanceTime: clock.advanceTime };
    },
  });

  it('goes by the clock of the process when it is given none', async () => {
    const before = Date.now();
    const record = await createMemoryStore().recordReleasing(aChannel, 5);
    expect(record?.readAt).toBeGreaterThanOrEqual(before);
    expect(record?.readAt).toBeLessThanOrEqual(Date.now());
  });
});

describe('storeContract', () => {
  it('names each of its cases once', () => {
    const names = storeContract.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  const failing = new Map<BrokenStore, string[]>();

  it.each(brokenStores)('rejects a store that $breaks', async (broken) => {
    failing.set(broken, await failingCases(broken));
    expect(failing.get(broken)).toContain(broken.caughtBy);
  });

  it('has no case that every broken store passes', async () => {
    const failing = new Set((await Promise.all(brokenStores.map(failingCases))).flat());
    expect(storeContract.map(({ name }) => name).filter((name) => !failing.has(name))).toEqual([]);
  });
});

const aChannel = {
  id: '01920000-0000-7000-8000-000000000001',
  name: 'Channel',
  phoneNumber: '+14155550001',
  countryCode: '+1',
  isoCountry: 'US',
  type: 'sms',
  capabilities: { voice: true, sms: true, mms: true },
  isMock: true,
  provider: 'mock',
  accountId: 'account',
  providerNumberId: 'number',
  metadata: {},
} as const;

const alreadyRun = new Map<BrokenStore, Promise<string[]>>();

/** Runs the kit on a broken store, once, and answers the names of the cases that reject it. */
function failingCases(broken: BrokenStore): Promise<string[]> {
  const running = alreadyRun.get(broken) ?? runOn(broken);
  alreadyRun.set(broken, running);
  return running;
}

async function runOn(broken: BrokenStore): Promise<string[]> {
  const runs: { name: string; run: () => Promise<void> }[] = [];
  runContract({
    test: (name, run) => runs.push({ name, run }),
    cases: storeContract,
    create: () => createBrokenSubject(broken),
  });
  const failed = await Promise.all(
    runs.map(({ name, run }) =>
      run().then(
        () => null,
        () => name,
      ),
    ),
  );
  return failed.filter((name) => name !== null);
}

function createBrokenSubject({ breakStore }: BrokenStore): StoreSubject {
  const clock = createClock();
  const tables: MemoryTables = { operations: new Map(), channels: new Map(), now: clock.now };
  const store = createMemoryStoreOn(tables);
  return { store: { ...store, ...breakStore(store, tables) }, advanceTime: clock.advanceTime };
}

function createClock() {
  let time = 1_800_000_000_000;
  return {
    now: () => time,
    advanceTime: (milliseconds: number) => {
      time += milliseconds;
      return Promise.resolve();
    },
  };
}
