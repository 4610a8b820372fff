import { createMockProvider } from '@channelkit/adapter-mock';
import { createTwilioProviderFromEnv } from '@channelkit/adapter-twilio';
import type { NumberProvider } from '@channelkit/core';
import { type Environment, SettingsError } from './read-settings.js';

/**
 * Chooses where numbers come from: Twilio where the environment has its credentials, else a mock that costs nothing.
 *
 * @throws {@link SettingsError} when only some of the credentials are there: to go on with a mock then would be a surprise.
 */
export function chooseProvider(environment: Environment): NumberProvider {
  const twilio = createTwilioProviderFromEnv(environment);
  if (twilio !== null) return twilio;
  const half = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_API_KEY', 'TWILIO_API_SECRET'].filter(
    (name) => environment[name],
  );
  if (half.length > 0) {
    throw new SettingsError(
      `${half.join(' and ')} alone cannot be used: set TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or with ` +
        'TWILIO_API_KEY and TWILIO_API_SECRET; or none of them, for mock mode.',
    );
  }
  return createMockProvider({ latencyMs: MOCK_LATENCY_MS });
}

/** About what a real provider takes, so that the page can be seen at work. */
const MOCK_LATENCY_MS = 300;
