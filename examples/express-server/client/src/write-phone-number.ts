import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** Writes an E.164 number with spaces; one in no plan with an unknown calling code stays as it is. */
export function writePhoneNumber(phoneNumber: string): string {
  const parsed = parsePhoneNumberFromString(phoneNumber);
  return parsed?.number === phoneNumber ? parsed.formatInternational() : phoneNumber;
}
