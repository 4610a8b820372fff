import { randomInt, randomUUID } from 'node:crypto';
import type { NumberProvider, OwnedNumber } from '@channelkit/core';
import { createMockAccount, type ForeignNumber, tagFor } from './mock-account.js';
import { createInventory, type MockInventory } from './mock-inventory.js';
import { createCall } from './mock-call.js';
import {
  createScriptedFailures,
  type MockFailure,
  type MockOperation,
  refused,
} from './scripted-failures.js';
import { createSeededRandom } from './seeded-random.js';

/** What {@link createMockProvider} takes; all of it has a default. */
export interface MockProviderOptions {
  /** The same numbers in the same order for the same seed. Absent: random, so that two processes offer different ones. */
  readonly seed?: number;
  /** How long every answer takes, in milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** What is for sale. Absent: any number of numbers in every country. */
  readonly inventory?: MockInventory;
  /** Default `mock`. */
  readonly accountId?: string;
  /** What buying a number that the account already owns does. Default `updates`. */
  readonly repurchase?: 'updates' | 'refuses';
  /** The vendor's clock, in milliseconds since 1970. Default that of this process. */
  readonly now?: () => number;
  /** Makes the ids of numbers. Default random UUIDs, whatever the seed: they must not meet those of another process. */
  readonly newId?: () => string;
  /** Waits so long, or until the signal aborts; never rejects. */
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** A provider in memory. What it sells costs nothing and reaches nobody, and is forgotten with the process. */
export interface MockProvider extends NumberProvider {
  /** Makes the next call of that operation fail; called again, the one after it. */
  failNext(operation: MockOperation, failure: MockFailure): void;
  /** Lists what the account owns, in the order in which it came. */
  owned(): readonly OwnedNumber[];
  /** Puts a number on the account as somebody else would; on one that it owns, only the tag is written anew. */
  own(number: ForeignNumber): OwnedNumber;
}

const SEARCH_PAGE_SIZE = 30;
const LIST_PAGE_SIZE = 50;

/**
 * Makes a working provider in memory, for development without an account and for tests.
 *
 * A purchase takes effect as soon as it is sent: a call that is aborted while it waits for the answer has bought its number.
 *
 * @example
 * ```ts
 * const provider = createMockProvider({ inventory: { GB: 0 } });
 * provider.failNext('purchaseNumber', 'after-effect');
 * ```
 */
export function createMockProvider(options: MockProviderOptions = {}): MockProvider {
  const { repurchase = 'updates', now = Date.now } = options;
  const random = createSeededRandom(options.seed ?? randomInt(2 ** 32));
  const account = createMockAccount(options.newId ?? randomUUID, now);
  const inventory = createInventory(options.inventory ?? {}, account, random);
  const failures = createScriptedFailures();
  const call = createCall(failures, options);

  return {
    specVersion: 'v1',
    name: 'mock',
    accountId: options.accountId ?? 'mock',
    isMock: true,
    traits: {
      tagAtPurchase: true,
      repurchase,
      settleFloorMs: 0,
      searchPageSize: SEARCH_PAGE_SIZE,
      minHoldMs: 0,
      asyncOrders: false,
      showsAtOnce: true,
    },

    searchNumbers: (query, callOptions) =>
      call('searchNumbers', callOptions, (vendorDate) => ({
        numbers: inventory.offers(query, SEARCH_PAGE_SIZE),
        vendorDate,
      })),

    purchaseNumber: ({ phoneNumber, reference }, purchaseOptions) =>
      call('purchaseNumber', purchaseOptions, () => {
        const isOwned = account.find({ phoneNumber }) !== null;
        const isSold = isOwned ? repurchase === 'updates' : inventory.isForSale(phoneNumber);
        if (!isSold) return refused('purchaseNumber', 'number_unavailable');
        return account.put({ phoneNumber, tag: tagFor(reference) });
      }),

    findNumber: (query, callOptions) => call('findNumber', callOptions, () => account.find(query)),

    async *listNumbers(callOptions) {
      const seen = new Set<string>();
      for (;;) {
        const page = await call('listNumbers', callOptions, () =>
          account
            .owned()
            .filter(({ providerNumberId }) => !seen.has(providerNumberId))
            .slice(0, LIST_PAGE_SIZE),
        );
        for (const { providerNumberId } of page) seen.add(providerNumberId);
        yield* page;
        if (page.length < LIST_PAGE_SIZE) return;
      }
    },

    releaseNumber: (providerNumberId, callOptions) =>
      call('releaseNumber', callOptions, () => (account.remove(providerNumberId) ? 'released' : 'gone')),

    failNext: (operation, failure) => failures.add(operation, failure),
    owned: () => account.owned(),
    own: (number) => account.put(number),
  };
}
