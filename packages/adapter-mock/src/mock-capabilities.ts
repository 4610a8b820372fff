import type { AvailableNumber, Capabilities, NumberQuery } from '@channelkit/core';

/**
 * Tells what a number of the mock can carry. It shows in the number, so that it stays the same in every search: one that ends in 9
 * is for calls alone, one that ends in 8 for texts alone, and pictures are for the US and Canada.
 */
export function mockCapabilities(phoneNumber: string): Capabilities {
  const voice = !phoneNumber.endsWith('8');
  const sms = !phoneNumber.endsWith('9');
  return { voice, sms, mms: sms && phoneNumber.startsWith('+1') };
}

/** Tells whether a number can carry what a query requires, and what its channel type needs. */
export function canCarry(number: Pick<AvailableNumber, 'capabilities'>, query: NumberQuery): boolean {
  const { voice, sms, mms } = number.capabilities;
  const required = query.capabilities;
  if ((required.voice === true && !voice) || (required.sms === true && !sms)) return false;
  if (required.mms === true && !mms) return false;
  if (query.type === 'whatsapp') return voice || sms;
  return query.type === 'voice' ? voice : sms;
}
