import type { Capabilities } from './channel.js';
import type { AvailableNumber, NumberQuery } from './number-provider.js';

/** Tells whether a number has what the query needs; `whatsapp` needs sms or voice. */
export function hasCapabilities(
  capabilities: Capabilities,
  query: Pick<NumberQuery, 'type' | 'capabilities'>,
): boolean {
  const { voice, sms, mms } = query.capabilities;
  if (voice === true && !capabilities.voice) return false;
  if (sms === true && !capabilities.sms) return false;
  if (mms === true && !capabilities.mms) return false;
  return query.type !== 'whatsapp' || capabilities.sms || capabilities.voice;
}

/** Tells whether a number meets every constraint, so that no vendor that ignores one can widen the search. */
export function matchesQuery(number: AvailableNumber, query: NumberQuery): boolean {
  if (!/^\+[1-9]\d{6,14}$/.test(number.phoneNumber)) return false;
  if (number.isoCountry !== query.country || !number.phoneNumber.startsWith(query.callingCode)) return false;
  if (query.numberType !== undefined && number.numberType !== query.numberType) return false;
  if (query.areaCode !== undefined && !number.phoneNumber.startsWith(query.callingCode + query.areaCode))
    return false;
  if (query.contains !== undefined && !number.phoneNumber.includes(keypadDigits(query.contains)))
    return false;
  if (query.locality !== undefined && !isSameText(number.locality, query.locality)) return false;
  if (query.region !== undefined && !isSameText(number.region, query.region)) return false;
  return hasCapabilities(number.capabilities, query);
}

function keypadDigits(text: string): string {
  const keys = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];
  return text
    .toLowerCase()
    .replace(/[a-z]/g, (letter) => String(keys.findIndex((key) => key.includes(letter)) + 2));
}

function isSameText(listed: string | null, wanted: string): boolean {
  return listed !== null && comparable(listed) === comparable(wanted);
}

function comparable(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}
