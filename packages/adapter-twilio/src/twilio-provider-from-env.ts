import type { NumberProvider } from '@channelkit/core';
import { createTwilioProvider } from './twilio-provider.js';
import type { TwilioCredentials } from './twilio-provider-options.js';

/** Variables by name, as in `process.env`. */
export type TwilioEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Creates a provider from `TWILIO_ACCOUNT_SID` with `TWILIO_AUTH_TOKEN`, or else `TWILIO_API_KEY` and `TWILIO_API_SECRET`;
 * to `TWILIO_BASE_URL`, or else by `TWILIO_REGION` and `TWILIO_EDGE`. Returns `null` when the credentials are not all
 * there, which is how an app decides to go on with a mock.
 *
 * @throws InvalidInputError when a variable is there and makes no sense.
 */
export function createTwilioProviderFromEnv(
  environment: TwilioEnvironment = process.env,
): NumberProvider | null {
  const credentials = readCredentials(environment);
  if (credentials === null) return null;
  const { TWILIO_BASE_URL: baseUrl, TWILIO_REGION: region, TWILIO_EDGE: edge } = environment;
  if (baseUrl) return createTwilioProvider({ ...credentials, baseUrl });
  return createTwilioProvider({
    ...credentials,
    ...(region ? { region } : {}),
    ...(edge ? { edge } : {}),
  });
}

function readCredentials(environment: TwilioEnvironment): TwilioCredentials | null {
  const {
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_API_KEY: apiKeySid,
    TWILIO_API_SECRET: apiKeySecret,
  } = environment;
  if (!accountSid) return null;
  if (authToken) return { accountSid, authToken };
  return apiKeySid && apiKeySecret ? { accountSid, apiKeySid, apiKeySecret } : null;
}
