import { NUMBER_TYPES, type NumberType } from '@channelkit/core';
import { isSupportedCountry, Metadata, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';
import { type DigitMaker, digitsMatching } from './digits-matching.js';

/** What the numbers of one kind in one country look like, after the calling code. */
export interface NumberShape {
  readonly numberType: NumberType;
  readonly makeDigits: DigitMaker;
  matches(digits: string): boolean;
}

/** The part of libphonenumber's plans that its own declarations leave out. */
interface PlanWithTypes {
  type(name: string): { pattern(): string | undefined } | undefined;
}

const planTypes: Readonly<Record<NumberType, string>> = {
  local: 'FIXED_LINE',
  mobile: 'MOBILE',
  toll_free: 'TOLL_FREE',
};

const known = new Map<string, readonly NumberShape[]>();

/** Lists the shapes of the numbers that a country offers, in the order of `NUMBER_TYPES`. */
export function numberShapes(isoCountry: string): readonly NumberShape[] {
  const shapes = known.get(isoCountry) ?? readShapes(isoCountry);
  known.set(isoCountry, shapes);
  return shapes;
}

/** Tells which country a number belongs to: for one in no plan, the main country of its calling code, if it has any. */
export function countryOf(phoneNumber: string): string | null {
  const parsed = parsePhoneNumberFromString(phoneNumber);
  if (parsed === undefined) return null;
  const sharing: Readonly<Record<string, readonly string[]>> = metadata.country_calling_codes;
  return parsed.country ?? sharing[parsed.countryCallingCode]?.[0] ?? null;
}

/** Tells whether the plan of that country has such a number; some digits mean another country, or are a prefix to dial. */
export function isValidIn(isoCountry: string, phoneNumber: string): boolean {
  const parsed = parsePhoneNumberFromString(phoneNumber);
  return parsed?.number === phoneNumber && parsed.country === isoCountry && parsed.isValid();
}

/** Tells what kind a number is; `local` where no plan says. */
export function numberTypeOf(phoneNumber: string): NumberType {
  const type = parsePhoneNumberFromString(phoneNumber)?.getType();
  return NUMBER_TYPES.find((numberType) => planTypes[numberType] === type) ?? 'local';
}

/** Tells whether a number has a calling code that exists, and a length that is possible there. */
export function hasPossibleShape(phoneNumber: string): boolean {
  return /^\+\d+$/.test(phoneNumber) && parsePhoneNumberFromString(phoneNumber)?.isPossible() === true;
}

function readShapes(isoCountry: string): readonly NumberShape[] {
  if (!isSupportedCountry(isoCountry)) return [];
  const all = new Metadata();
  all.selectNumberingPlan(isoCountry);
  const plan = all.numberingPlan as PlanWithTypes | undefined;

  return NUMBER_TYPES.flatMap((numberType) => {
    const pattern = plan?.type(planTypes[numberType])?.pattern();
    // An empty one says that the kind cannot be told from local numbers, as with mobile numbers in the US.
    if (pattern === undefined || pattern === '') return [];
    const whole = new RegExp(`^(?:${pattern})$`);
    return [
      { numberType, makeDigits: digitsMatching(pattern), matches: (digits: string) => whole.test(digits) },
    ];
  });
}
