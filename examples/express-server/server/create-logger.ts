import { type DestinationStream, type Logger, pino } from 'pino';

/** What credentials are called in settings, options, headers and the environment. */
const CREDENTIAL_KEYS = [
  ...['authorization', 'proxy-authorization', 'cookie', 'password', 'token', 'secret'],
  ...['apiToken', 'authToken', 'apiKeySecret', 'databaseUrl', 'connectionString'],
  ...['API_TOKEN', 'DATABASE_URL'],
  ...['TWILIO_AUTH_TOKEN', 'TWILIO_API_SECRET', 'TWILIO_API_KEY_SECRET'],
];

/**
 * Creates the server's log: one JSON object a line. Values of {@link CREDENTIAL_KEYS} are blotted out, down to the third level
 * below the line's own; a net below what is logged on purpose, which holds none.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    redact: {
      paths: CREDENTIAL_KEYS.map((key) => `["${key}"]`).flatMap((key) => [
        key,
        `*${key}`,
        `*.*${key}`,
        `*.*.*${key}`,
      ]),
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
