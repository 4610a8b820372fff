import type { NumberProvider, NumberQuery } from '../../number-provider.js';

/** The calls of a provider. */
export const PROVIDER_OPERATIONS = [
  'searchNumbers',
  'purchaseNumber',
  'findNumber',
  'listNumbers',
  'releaseNumber',
] as const;
/** A call of a provider: one of {@link PROVIDER_OPERATIONS}. */
export type ProviderOperation = (typeof PROVIDER_OPERATIONS)[number];

/** A provider under test, and the levers on the vendor (a simulator of it, most often) that it talks to. */
export interface ProviderSubject {
  /** Talks to an account that owns nothing. */
  readonly provider: NumberProvider;
  /**
   * Finds several numbers, in more than one area code (the first three digits after the calling code) and not all with the same
   * capabilities. It asks for no more than the country, its calling code and a channel type.
   */
  readonly query: NumberQuery;
  /** Is in order, and finds nothing. */
  readonly emptyQuery: NumberQuery;
  /** What a tag starts with, up to the slash. */
  readonly namespace: string;
  /** How many numbers one page of `listNumbers` holds at most. */
  readonly listPageSize: number;
  /** Is formed like the id of a number; the account never had it. */
  readonly absentNumberId: string;
  /**
   * Says that it talks to the same account as `provider` (the same name and `accountId`), while its credentials are for
   * another one, which owns nothing.
   */
  readonly strayed: NumberProvider;
  /**
   * Breaks the connection of the next call of that operation once the vendor has the request: before it acts on it, and
   * then it never does, or after.
   */
  loseAnswer(operation: ProviderOperation, when: 'before-effect' | 'after-effect'): void | Promise<void>;
  /** Lets the next call of that operation reach the vendor, which then does not answer until the caller hangs up. */
  holdAnswer(operation: ProviderOperation): HeldAnswer | Promise<HeldAnswer>;
  /** Makes the vendor answer the next call of that operation that there are too many, and that it did not look at this one. */
  throttle(operation: ProviderOperation): void | Promise<void>;
  /** Makes somebody else buy a number that was for sale. */
  takeNumber(phoneNumber: string): void | Promise<void>;
  /** Puts a number on the account that was not bought through the SDK, with that tag on it; `null`: with none. */
  ownForeign(tag: string | null): ForeignSeed | Promise<ForeignSeed>;
  /** Puts the provider away, and whatever was made for it. */
  close?(): void | Promise<void>;
}

/** A call that the vendor does not answer. */
export interface HeldAnswer {
  /** Resolves once the request is there. */
  readonly arrived: Promise<void>;
}

/** A number that was put on the account. */
export interface ForeignSeed {
  readonly phoneNumber: string;
  readonly providerNumberId: string;
}
