export { createTwilioProvider } from './twilio-provider.js';
export { createTwilioProviderFromEnv, type TwilioEnvironment } from './twilio-provider-from-env.js';
export type {
  TwilioClientLike,
  TwilioCredentials,
  TwilioProviderOptions,
  TwilioProviderSettings,
} from './twilio-provider-options.js';
