import type { Capabilities, ChannelType } from './channel.js';

/** The kinds of number a search can ask for, in the order they are tried when it does not say. */
export const NUMBER_TYPES = ['local', 'mobile', 'toll_free'] as const;
/** The kind of a number: one of {@link NUMBER_TYPES}. */
export type NumberType = (typeof NUMBER_TYPES)[number];

/** What a number must be able to carry; only `true` asks for something. */
export interface RequiredCapabilities {
  readonly voice?: boolean;
  readonly sms?: boolean;
  readonly mms?: boolean;
}

/** What {@link NumberProvider.searchNumbers} looks for. Every key given is a hard constraint. */
export interface NumberQuery {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string;
  /** The calling code of that country, with its plus. */
  readonly callingCode: string;
  readonly type: ChannelType;
  /** Absent: what the country offers, in the order of {@link NUMBER_TYPES}, from the first kind that has any. */
  readonly numberType?: NumberType;
  /** The digits right after the calling code. */
  readonly areaCode?: string;
  /** 2 to 16 digits or Latin letters (as on a keypad) that stand in the number one after another. */
  readonly contains?: string;
  readonly locality?: string;
  readonly region?: string;
  readonly capabilities: RequiredCapabilities;
}

/** A number somebody could buy now. Being listed is no reservation. */
export interface AvailableNumber {
  /** E.164. */
  readonly phoneNumber: string;
  /** ISO 3166-1 alpha-2. */
  readonly isoCountry: string;
  readonly numberType: NumberType;
  readonly locality: string | null;
  readonly region: string | null;
  /** As the vendor lists them; vendors are sometimes wrong, so they are read again from the number bought. */
  readonly capabilities: Capabilities;
}

/** One answer to a search. */
export interface SearchAnswer {
  /** Empty when nothing matches. */
  readonly numbers: readonly AvailableNumber[];
  /** The vendor's own clock at the answer (its `Date` header), or `null` when it does not tell. */
  readonly vendorDate: Date | null;
}

/** Where the vendor sends what happens on a number. Absent: the vendor's defaults. */
export interface Webhooks {
  readonly smsUrl?: string;
  readonly voiceUrl?: string;
  readonly statusCallbackUrl?: string;
}

/** Ids of regulatory documents on file at the vendor. */
export interface Regulatory {
  readonly addressId?: string;
  readonly bundleId?: string;
  readonly identityId?: string;
}

/** One number to buy. */
export interface NumberPurchase {
  /** E.164: exactly this number, or nothing. */
  readonly phoneNumber: string;
  /** The operation's id. The adapter writes `${namespace}/${reference}` on the number in the same call that buys it. */
  readonly reference: string;
  readonly webhooks: Webhooks;
  readonly regulatory: Regulatory;
}

/** A number the account owns. */
export interface OwnedNumber {
  readonly phoneNumber: string;
  /**
   * The vendor's id of this holding of the number. It never comes back: who buys the number again after a release holds it under
   * another one.
   */
  readonly providerNumberId: string;
  /** ISO 3166-1 alpha-2 where the vendor tells, else `null`. */
  readonly isoCountry: string | null;
  /** The `reference` it was bought under, or `null` when the tag on it is not exactly one of ours. */
  readonly reference: string | null;
  /** When the account got it, by the vendor's clock; `null` when the vendor does not tell, which proves nothing. */
  readonly createdAt: Date | null;
  readonly capabilities: Capabilities;
}

/** How a number is looked up among those the account owns. */
export type OwnedNumberQuery = { readonly phoneNumber: string } | { readonly providerNumberId: string };

/** What every call to a provider takes. */
export interface CallOptions {
  /** Ends the call: it rejects, and its connection is not used again. */
  readonly signal?: AbortSignal;
  /** Called with the vendor's own clock at the answer (its `Date` header), when the vendor sends one. */
  readonly onVendorDate?: (date: Date) => void;
}

/** What a purchase takes besides. */
export interface PurchaseOptions extends CallOptions {
  /**
   * Asked once, synchronously, as the very last thing before the request is written to the wire, after any wait for a
   * connection or a free slot. When it answers `false` nothing is written, and the call rejects with the outcome
   * `not_sent`.
   */
  readonly maySend?: () => boolean;
}

/**
 * What a vendor says of a number that it is given back. `gone`: the account does not own it, or does not show it yet; soon after a
 * purchase that proves nothing.
 */
export const RELEASE_ANSWERS = ['released', 'gone'] as const;
/** What a vendor says of a number that it is given back: one of {@link RELEASE_ANSWERS}. */
export type ReleaseAnswer = (typeof RELEASE_ANSWERS)[number];

/** Facts about a vendor that the protocol depends on. */
export interface ProviderTraits {
  /** Whether the reference is written in the call that buys. */
  readonly tagAtPurchase: boolean;
  /** What buying a number that the account already owns does. */
  readonly repurchase: 'updates' | 'refuses' | 'unknown';
  /** The least time, in milliseconds, that must pass before a purchase without an answer is believed not to land. */
  readonly settleFloorMs: number;
  /** How many numbers one search returns at most. */
  readonly searchPageSize: number;
  /** How long, in milliseconds, the vendor makes an account keep a number before it can be released. */
  readonly minHoldMs: number;
  /** Whether a purchase is an order that is filled later. */
  readonly asyncOrders: boolean;
  /** Whether what was bought shows at once, whoever asks: then a number that is not there is gone. Absent: it may not. */
  readonly showsAtOnce?: boolean;
}

/**
 * The whole of what an adapter for a vendor of phone numbers implements. Every comment is a promise that
 * `providerContract` of `@channelkit/core/testing` tests. Absent is `null`; failure throws a `ProviderError`.
 */
export interface NumberProvider {
  readonly specVersion: 'v1';
  /** Lower case, the same in every process: it is stored with each number. */
  readonly name: string;
  /** Which account at the vendor this talks to: it is stored with each number, and no other account's numbers are touched. */
  readonly accountId: string;
  /** Whether numbers cost nothing and reach nobody. */
  readonly isMock: boolean;
  readonly traits: ProviderTraits;

  /** Lists numbers that match every key of the query; resolves to an empty list when none does. Changes nothing. */
  searchNumbers(query: NumberQuery, options?: CallOptions): Promise<SearchAnswer>;

  /**
   * Buys exactly that number, with the tag and the webhooks in the same call, and sends one request at most.
   *
   * @throws ProviderError with `outcome`: `rejected` (the vendor refused; nothing was bought by this call), `not_sent`
   * (no byte of the request left), `throttled` (the vendor says it never looked at it), and `unknown` whenever the
   * adapter cannot be sure. `rejected` with the code `number_unavailable` permits another number; nothing else does.
   */
  purchaseNumber(purchase: NumberPurchase, options?: PurchaseOptions): Promise<OwnedNumber>;

  /** Resolves to the number the account owns that matches exactly, or to `null` when it owns none. */
  findNumber(query: OwnedNumberQuery, options?: CallOptions): Promise<OwnedNumber | null>;

  /** Yields everything the account owns, each number once, page by page. */
  listNumbers(options?: CallOptions): AsyncIterable<OwnedNumber>;

  /**
   * Gives the number back: resolves to `released` when this call did it. A number that is not there is a success as well,
   * `gone`, but only once the adapter has made sure that it talks to the account it says it does.
   */
  releaseNumber(providerNumberId: string, options?: CallOptions): Promise<ReleaseAnswer>;
}
