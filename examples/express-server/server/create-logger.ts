import { type DestinationStream, type Logger, pino } from 'pino';

/** Where credentials could turn up, however deep. */
const CREDENTIAL_KEYS = ['authorization', 'cookie', 'apiToken', 'authToken', 'password', 'token', 'secret'];

/** Creates the server's log: one JSON object a line, credentials blotted out. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    redact: {
      paths: CREDENTIAL_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]),
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
