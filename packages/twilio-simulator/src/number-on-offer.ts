import type { NumberType } from './number-types.js';

/** What a number can carry. */
export interface NumberCapabilities {
  voice: boolean;
  sms: boolean;
  mms: boolean;
  fax: boolean;
}

/** What a country may ask of a buyer, in the order in which a purchase is checked. */
export const REQUIREMENTS = ['address', 'bundle'] as const;

/** Something a country asks of a buyer: an `AddressSid` (refused with 21631) or a `BundleSid` (21649). */
export type Requirement = (typeof REQUIREMENTS)[number];

/** Where a number is at home; `null` for what does not apply to its type. */
export interface NumberPlace {
  locality: string | null;
  region: string | null;
  postalCode: string | null;
  lata: string | null;
  rateCenter: string | null;
  latitude: string | null;
  longitude: string | null;
}

/** One number of the inventory. */
export interface NumberOnOffer extends NumberPlace {
  phoneNumber: string;
  friendlyName: string;
  countryCode: string;
  type: NumberType;
  capabilities: NumberCapabilities;
  requirements: readonly Requirement[];
  beta: boolean;
}

/** A place that is no place: for toll-free and mobile numbers. */
export const NOWHERE: NumberPlace = {
  locality: null,
  region: null,
  postalCode: null,
  lata: null,
  rateCenter: null,
  latitude: null,
  longitude: null,
};

/** Writes a number for reading: `(415) 555-0100` in the North American plan, E.164 everywhere else. */
export function formatFriendlyName(phoneNumber: string): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phoneNumber);
  return parts === null ? phoneNumber : `(${parts[1] ?? ''}) ${parts[2] ?? ''}-${parts[3] ?? ''}`;
}
