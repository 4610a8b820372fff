import type { OwnedNumber, OwnedNumberQuery } from '@channelkit/core';
import { mockCapabilities } from './mock-capabilities.js';
import { countryOf } from './numbering-plan.js';

/** A number that came onto the account in another way than through the SDK. */
export interface ForeignNumber {
  /** E.164. */
  readonly phoneNumber: string;
  /** What is written on it; absent, nothing is. */
  readonly tag?: string | null;
  /** When the account got it: absent, now; `null`, it does not tell. */
  readonly createdAt?: Date | null;
}

/** What an account of the mock owns, in the order in which it came. */
export interface MockAccount {
  owned(): readonly OwnedNumber[];
  find(query: OwnedNumberQuery): OwnedNumber | null;
  /** Puts a number on the account; on one that it owns, only the tag is written anew. */
  put(number: ForeignNumber): OwnedNumber;
  /** Tells whether it owned that number. */
  remove(providerNumberId: string): boolean;
}

/** Stands before a reference, so that a tag of ours can be told from what others write. */
const NAMESPACE = 'channelkit';
const TAG = new RegExp(`^${NAMESPACE}/([\\w-]+)$`);

/** Writes the tag that carries a reference. */
export function tagFor(reference: string): string {
  return `${NAMESPACE}/${reference}`;
}

/** Opens an empty account. */
export function createMockAccount(newId: () => string, now: () => number): MockAccount {
  const byId = new Map<string, OwnedNumber>();
  const idByNumber = new Map<string, string>();
  const find = (query: OwnedNumberQuery) => {
    const id = 'phoneNumber' in query ? idByNumber.get(query.phoneNumber) : query.providerNumberId;
    return byId.get(id ?? '') ?? null;
  };
  return {
    owned: () => [...byId.values()],
    find,
    put: (number) => {
      const reference = TAG.exec(number.tag ?? '')?.[1] ?? null;
      const owned = { ...(find(number) ?? arrive(number, newId(), now())), reference };
      byId.set(owned.providerNumberId, owned);
      idByNumber.set(owned.phoneNumber, owned.providerNumberId);
      return owned;
    },
    remove: (providerNumberId) => {
      idByNumber.delete(byId.get(providerNumberId)?.phoneNumber ?? '');
      return byId.delete(providerNumberId);
    },
  };
}

function arrive({ phoneNumber, createdAt }: ForeignNumber, providerNumberId: string, now: number) {
  return {
    phoneNumber,
    providerNumberId,
    isoCountry: countryOf(phoneNumber),
    createdAt: createdAt === undefined ? new Date(now) : createdAt,
    capabilities: mockCapabilities(phoneNumber),
  };
}
