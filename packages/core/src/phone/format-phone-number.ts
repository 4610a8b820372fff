import { parsePhoneNumberFromString, type NumberFormat } from 'libphonenumber-js/min';
import { InvalidInputError } from '../errors/invalid-input-error.js';

/** The ways a number can be written. */
export const PHONE_NUMBER_FORMATS = ['international', 'national', 'rfc3966', 'e164'] as const;
/** A way a number can be written: one of {@link PHONE_NUMBER_FORMATS}. */
export type PhoneNumberFormat = (typeof PHONE_NUMBER_FORMATS)[number];

const E164 = /^\+[1-9]\d{1,14}$/;

const libraryFormats: Readonly<Record<PhoneNumberFormat, NumberFormat>> = {
  international: 'INTERNATIONAL',
  national: 'NATIONAL',
  rfc3966: 'RFC3966',
  e164: 'E.164',
};

/**
 * Writes a phone number for people (`+1 415 555 0123`, `(415) 555-0123`) or for links (`tel:+14155550123`).
 *
 * The number is checked by its shape alone, E.164: one that is in no numbering plan is written too. Where even its
 * calling code is unknown there is no way to group it, so it stays as it is.
 *
 * @throws InvalidInputError when it is not E.164, or the format is none of {@link PHONE_NUMBER_FORMATS}.
 */
export function formatPhoneNumber(phoneNumber: string, format: PhoneNumberFormat): string {
  check(phoneNumber, format);
  const parsed = parsePhoneNumberFromString(phoneNumber);
  // The library drops a trunk prefix after the calling code; what it then writes would be another number.
  if (parsed?.number === phoneNumber) return parsed.format(libraryFormats[format]);
  return format === 'rfc3966' ? `tel:${phoneNumber}` : phoneNumber;
}

function check(phoneNumber: string, format: string): void {
  const issues = [];
  if (!E164.test(phoneNumber)) {
    issues.push({
      path: 'phoneNumber',
      message: 'must be E.164: a plus and up to 15 digits, such as +14155550123',
    });
  }
  if (!Object.hasOwn(libraryFormats, format)) {
    issues.push({ path: 'format', message: `must be one of ${PHONE_NUMBER_FORMATS.join(', ')}` });
  }
  if (issues.length > 0) throw new InvalidInputError({ issues });
}
