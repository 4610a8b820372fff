import type { AvailableNumber, Capabilities, NumberType, OwnedNumber } from '@channelkit/core';
import { parseReferenceTag } from './reference-tag.js';
import { isObject } from './twilio-answer.js';

/** A row of an AvailablePhoneNumbers list; `null` when no number can be read from it. */
export function readAvailableNumber(
  row: unknown,
  { isoCountry, numberType }: { isoCountry: string; numberType: NumberType },
): AvailableNumber | null {
  if (!isObject(row) || !isE164(row['phone_number'])) return null;
  if (typeof row['iso_country'] === 'string' && row['iso_country'].toUpperCase() !== isoCountry) return null;
  return {
    phoneNumber: row['phone_number'],
    isoCountry,
    numberType,
    locality: textOrNull(row['locality']),
    region: textOrNull(row['region']),
    capabilities: readCapabilities(row['capabilities']),
  };
}

/** An IncomingPhoneNumbers resource; `null` when it is not readable as a number of this account. */
export function readOwnedNumber(
  row: unknown,
  { accountSid, namespace }: { accountSid: string; namespace: string },
): OwnedNumber | null {
  if (!isObject(row) || !isE164(row['phone_number'])) return null;
  const { sid, account_sid: owner, friendly_name: tag } = row;
  if (typeof sid !== 'string' || !/^PN[0-9a-fA-F]{32}$/.test(sid)) return null;
  if (owner !== undefined && owner !== accountSid) return null;
  return {
    phoneNumber: row['phone_number'],
    providerNumberId: sid,
    isoCountry: null,
    reference: parseReferenceTag(namespace, tag),
    createdAt: readDate(row['date_created']),
    capabilities: readCapabilities(row['capabilities']),
  };
}

/** Tells whether a value is a phone number by its shape: a plus and up to 15 digits. */
export function isE164(value: unknown): value is string {
  return typeof value === 'string' && /^\+[1-9]\d{1,14}$/.test(value);
}

/**
 * In any casing: a search answers `SMS` and `MMS`, an owned number has `sms` and `mms`
 * (https://github.com/twilio/twilio-node/issues/833). What is missing is a no.
 */
function readCapabilities(value: unknown): Capabilities {
  const held = new Set(
    Object.entries(isObject(value) ? value : {})
      .filter(([, holds]) => holds === true)
      .map(([name]) => name.toLowerCase()),
  );
  return { voice: held.has('voice'), sms: held.has('sms'), mms: held.has('mms') };
}

const RFC_2822 = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT|UTC)$/;

/** RFC 2822, as in `Thu, 30 Jul 2015 23:19:04 +0000`. Where there is none the SDK would invent the present. */
function readDate(value: unknown): Date | null {
  if (typeof value !== 'string' || !RFC_2822.test(value)) return null;
  const epochMs = Date.parse(value);
  return Number.isNaN(epochMs) ? null : new Date(epochMs);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
