import type { Context } from './context.js';
import { ProviderError } from './errors/provider-error.js';
import type { OwnedNumber } from './number-provider.js';
import type { Operation } from './operation.js';

/** What a look at the account says about the number of an operation. */
export type Sighting =
  | { readonly kind: 'ours'; readonly number: OwnedNumber }
  /** The account owns it, but this operation did not buy it. */
  | { readonly kind: 'foreign' }
  /** The account does not own it now; it may yet come. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly error: ProviderError };

/** Looks whether the account owns the operation's number, and whether this operation bought it. */
export async function lookUp({ provider }: Context, operation: Operation): Promise<Sighting> {
  try {
    const { number } = await provider.findNumber({ phoneNumber: operation.phoneNumber });
    if (number === null) return { kind: 'absent' };
    return isOurs(number, operation) ? { kind: 'ours', number } : { kind: 'foreign' };
  } catch (error) {
    if (ProviderError.isInstance(error)) return { kind: 'unclear', error };
    throw error;
  }
}

/**
 * Tells whether this operation bought the number. The tag alone proves nothing, since buying a number that the account
 * owns already may write our tag on it; but then the number is older than the search that listed it.
 */
export function isOurs(number: OwnedNumber, { id, vendorDate }: Operation): boolean {
  return number.reference === id && !isOlderThanSearch(number, vendorDate);
}

/** Tells whether the account had the number before it was listed for sale; a date that is missing proves nothing. */
export function isOlderThanSearch({ createdAt }: OwnedNumber, vendorDate: number | null): boolean {
  return createdAt !== null && vendorDate !== null && createdAt.getTime() < vendorDate;
}
