import { type AvailableNumber, type Capabilities, type OwnedNumber, ProviderError } from '@channelkit/core';
import type { Random } from './random.js';

/** A number the account owns, as the vendor has it. */
export interface VendorNumber extends OwnedNumber {
  readonly createdAt: Date;
  /** From when on look-ups show it. */
  readonly visibleAt: number;
  /** When the request that bought it was written. */
  readonly sentAt: number;
}

/** The vendor: the one account, and what is for sale. It never forgets what it sold and took back. */
export interface Vendor {
  readonly owned: ReadonlyMap<string, VendorNumber>;
  /** Every purchase that was paid for: the reference it was under, and the number's id. */
  readonly purchases: readonly { readonly reference: string; readonly providerNumberId: string }[];
  /** What was given back, as it was then. */
  readonly releases: readonly VendorNumber[];
  /** How often a stranger buys a number just before us. */
  readonly rush: number;
  onSale(): AvailableNumber[];
  /** Sells a number, or updates the one that is owned, as vendors do that have no idempotency keys. */
  sell(
    sale: Pick<VendorNumber, 'phoneNumber' | 'sentAt' | 'visibleAt' | 'capabilities'> & { reference: string },
  ): VendorNumber;
  /** Answers which number it was, or `null` when the account does not own it, or the vendor does not see yet that it does. */
  takeBack(providerNumberId: string, isStale: boolean): string | null;
  /** Whether it was still to be had. */
  sellToStranger(phoneNumber: string): boolean;
  /** Looks at no purchase for so long. */
  throttle(milliseconds: number): void;
  isThrottling(): boolean;
  find(phoneNumber: string, isStale: boolean): VendorNumber | null;
  /** A number that somebody with the same account bought by hand, so long ago. */
  ownForeign(phoneNumber: string, ageMs: number): void;
}

/** What vendors usually sell. */
export const ALL_CAPABILITIES: Capabilities = { voice: true, sms: true, mms: true };

/** How the vendor of a history behaves. */
export interface VendorTraits {
  readonly repurchase: 'updates' | 'refuses';
  /** Whether a number that was given back is for sale again. */
  readonly isResold: boolean;
  /** How often a stranger buys a number just before us. */
  readonly rush: number;
}

/** Opens the vendor with that many numbers for sale. */
export function openVendor(stock: number, traits: VendorTraits, random: Random, now: () => number): Vendor {
  const owned = new Map<string, VendorNumber>();
  const gone = new Set<string>();
  const purchases: { reference: string; providerNumberId: string }[] = [];
  const releases: VendorNumber[] = [];
  const numbers = Array.from({ length: stock }, (_, index) => `+1415555${String(index).padStart(4, '0')}`);
  // Twilio's dates have whole seconds.
  const wholeSeconds = () => new Date(Math.floor(now() / 1_000) * 1_000);
  const isHidden = ({ visibleAt }: VendorNumber, isStale: boolean) => isStale && visibleAt > now();
  let ids = 0;
  let throttledUntil = 0;

  return {
    owned,
    purchases,
    releases,
    rush: traits.rush,
    onSale: () =>
      numbers.map((phoneNumber) => ({
        phoneNumber,
        isoCountry: 'US',
        numberType: 'local' as const,
        locality: null,
        region: null,
        capabilities: ALL_CAPABILITIES,
      })),
    sell: (sale) => {
      const { phoneNumber, reference } = sale;
      const had = owned.get(phoneNumber);
      if (had !== undefined) {
        if (traits.repurchase === 'refuses') throw notAvailable(phoneNumber);
        const updated = { ...had, reference };
        owned.set(phoneNumber, updated);
        return updated;
      }
      if (gone.has(phoneNumber)) throw notAvailable(phoneNumber);
      const sold: VendorNumber = {
        ...sale,
        providerNumberId: `PN${String((ids += 1)).padStart(6, '0')}`,
        isoCountry: 'US',
        createdAt: wholeSeconds(),
      };
      owned.set(phoneNumber, sold);
      purchases.push({ reference, providerNumberId: sold.providerNumberId });
      return sold;
    },
    takeBack: (providerNumberId, isStale) => {
      for (const [phoneNumber, number] of owned) {
        if (number.providerNumberId !== providerNumberId) continue;
        if (isHidden(number, isStale)) return null;
        owned.delete(phoneNumber);
        releases.push(number);
        if (!traits.isResold) gone.add(phoneNumber);
        return phoneNumber;
      }
      return null;
    },
    sellToStranger: (phoneNumber) => {
      if (owned.has(phoneNumber) || gone.has(phoneNumber)) return false;
      gone.add(phoneNumber);
      return true;
    },
    throttle: (milliseconds) => {
      throttledUntil = now() + milliseconds;
    },
    isThrottling: () => throttledUntil > now(),
    find: (phoneNumber, isStale) => {
      const number = owned.get(phoneNumber) ?? null;
      return number !== null && isHidden(number, isStale) ? null : number;
    },
    ownForeign: (phoneNumber, ageMs) => {
      if (owned.has(phoneNumber)) return;
      const providerNumberId = `PN-foreign-${random.between(0, 999_999)}`;
      const createdAt = new Date(now() - ageMs);
      owned.set(phoneNumber, {
        phoneNumber,
        providerNumberId,
        isoCountry: 'US',
        reference: null,
        createdAt,
        visibleAt: 0,
        sentAt: 0,
        capabilities: ALL_CAPABILITIES,
      });
    },
  };
}

function notAvailable(phoneNumber: string): ProviderError {
  return new ProviderError({
    code: 'number_unavailable',
    outcome: 'rejected',
    message: `${phoneNumber} is not available.`,
  });
}
