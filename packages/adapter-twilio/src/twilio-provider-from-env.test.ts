import { describe, expect, it } from 'vitest';
import { createTwilioProviderFromEnv } from './twilio-provider-from-env.js';

const TWILIO_ACCOUNT_SID = `AC${'a'.repeat(32)}`;
const TWILIO_API_KEY = `SK${'b'.repeat(32)}`;

describe('createTwilioProviderFromEnv', () => {
  it.each([
    ['an auth token', { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: 'token' }],
    ['an API key', { TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET: 'secret' }],
  ])('makes a provider from %s', (_name, environment) => {
    expect(createTwilioProviderFromEnv(environment)).toMatchObject({
      name: 'twilio',
      accountId: TWILIO_ACCOUNT_SID,
      isMock: false,
    });
  });

  it.each([
    ['nothing', {}],
    ['no account', { TWILIO_AUTH_TOKEN: 'token' }],
    ['no token', { TWILIO_ACCOUNT_SID }],
    ['an empty token', { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: '' }],
    ['half an API key', { TWILIO_ACCOUNT_SID, TWILIO_API_KEY }],
  ])('returns null for %s', (_name, environment) => {
    expect(createTwilioProviderFromEnv(environment)).toBeNull();
  });

  it('refuses what is there and makes no sense', () => {
    const environment = { TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'token' };
    expect(() => createTwilioProviderFromEnv(environment)).toThrow(/accountSid/);
  });

  it('lets the base URL win over region and edge', () => {
    const provider = createTwilioProviderFromEnv({
      TWILIO_ACCOUNT_SID,
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_BASE_URL: 'http://127.0.0.1:4010',
      TWILIO_REGION: 'au1',
    });
    expect(provider?.traits.settleFloorMs).toBe(0);
  });

  it('reads region and edge', () => {
    const credentials = { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: 'token' };
    expect(() => createTwilioProviderFromEnv({ ...credentials, TWILIO_REGION: 'Ä' })).toThrow(/region/);
    expect(() => createTwilioProviderFromEnv({ ...credentials, TWILIO_EDGE: 'Ä' })).toThrow(/edge/);
  });
});
