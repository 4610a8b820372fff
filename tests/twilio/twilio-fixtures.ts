import { createTwilioProvider, type TwilioProviderSettings } from '@channelkit/adapter-twilio';
import type { NumberPurchase, NumberQuery } from '@channelkit/core';

/** Made-up credentials, told apart easily in a text. */
export const accountSid = `AC${'a'.repeat(32)}`;
export const authToken = 's3cr3t-token-0123456789';

export const phoneNumber = '+14155550123';
export const numberSid = `PN${'b'.repeat(32)}`;
export const reference = '01970000-0000-7000-8000-000000000001';

/** The purchase most tests make. */
export const purchase: NumberPurchase = { phoneNumber, reference, webhooks: {}, regulatory: {} };

/** The search most tests make. */
export const query: NumberQuery = { country: 'US', callingCode: '+1', type: 'sms', capabilities: {} };

/** Creates a provider for the made-up account that talks to this address. */
export function providerAt(baseUrl: string, settings: TwilioProviderSettings = {}) {
  return createTwilioProvider({ accountSid, authToken, baseUrl, ...settings });
}

/** An owned number as Twilio answers it. */
export function ownedRow(overrides: Readonly<Record<string, unknown>> = {}) {
  return {
    sid: numberSid,
    account_sid: accountSid,
    phone_number: phoneNumber,
    friendly_name: `channelkit/${reference}`,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    date_created: 'Thu, 30 Jul 2015 23:19:04 +0000',
    date_updated: 'Thu, 30 Jul 2015 23:19:04 +0000',
    status: 'in-use',
    ...overrides,
  };
}

/** A number on offer as Twilio answers it: capabilities in another casing than an owned number has. */
export function offeredRow(overrides: Readonly<Record<string, unknown>> = {}) {
  return {
    friendly_name: '(415) 555-0123',
    phone_number: phoneNumber,
    locality: 'San Francisco',
    region: 'CA',
    postal_code: '94103',
    latitude: '37.774900',
    longitude: '-122.419400',
    iso_country: 'US',
    address_requirements: 'none',
    beta: false,
    capabilities: { voice: true, SMS: true, MMS: true },
    ...overrides,
  };
}

/** The account as Twilio answers it. */
export function accountRow(overrides: Readonly<Record<string, unknown>> = {}) {
  return { sid: accountSid, status: 'active', friendly_name: 'Test', auth_token: authToken, ...overrides };
}
