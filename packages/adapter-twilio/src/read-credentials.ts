import { isBareUrl } from './base-url.js';
import { isRecord } from './is-record.js';
import type { TwilioClientLike } from './twilio-provider-options.js';

/** Notes one thing that is wrong with the options. */
export type Report = (path: string, message: string) => void;

/** Credentials in the form HTTP wants them. */
export interface ReadCredentials {
  readonly accountSid: string;
  readonly username: string;
  readonly password: string;
  readonly client: TwilioClientLike | null;
}

const NO_CREDENTIALS: ReadCredentials = { accountSid: '', username: '', password: '', client: null };

/** The options that hold credentials. */
export const CREDENTIAL_KEYS = ['accountSid', 'authToken', 'apiKeySid', 'apiKeySecret', 'client'];

/** Reads the one kind of credentials that the options hold; where they are wrong it reports, and never repeats a value. */
export function readCredentials(given: Readonly<Record<string, unknown>>, report: Report): ReadCredentials {
  const kinds = ['authToken', 'apiKeySid', 'client'].filter((key) => given[key] !== undefined);
  if (kinds.length !== 1 || (kinds[0] === 'client' && given['accountSid'] !== undefined)) {
    report(
      '',
      'exactly one kind of credentials is needed: accountSid and authToken, or accountSid, apiKeySid and apiKeySecret, or client',
    );
    return NO_CREDENTIALS;
  }
  if (kinds[0] === 'client') return readClient(given['client'], report);

  const accountSid = readSid(given, 'accountSid', 'AC', report);
  const isKey = kinds[0] === 'apiKeySid';
  const username = isKey ? readSid(given, 'apiKeySid', 'SK', report) : accountSid;
  const password = given[isKey ? 'apiKeySecret' : 'authToken'];
  if (typeof password !== 'string' || !/^\S+$/.test(password)) {
    report(isKey ? 'apiKeySecret' : 'authToken', 'must be a text without spaces');
    return NO_CREDENTIALS;
  }
  return { accountSid, username, password, client: null };
}

function readSid(
  given: Readonly<Record<string, unknown>>,
  key: string,
  prefix: string,
  report: Report,
): string {
  const sid = given[key];
  if (typeof sid === 'string' && new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(sid)) return sid;
  report(key, `must be ${prefix} and 32 hexadecimal digits`);
  return '';
}

function readClient(given: unknown, report: Report): ReadCredentials {
  if (!isClient(given)) {
    report('client', 'must be a client made with the twilio package');
    return NO_CREDENTIALS;
  }
  const accountSid = readSid({ 'client.accountSid': given.accountSid }, 'client.accountSid', 'AC', report);
  const { username = '', password = '', credentialProvider } = given;
  if (credentialProvider === undefined && (username === '' || password === '')) {
    report('client', 'has no credentials');
  }
  const options: Readonly<Record<string, unknown>> = isRecord(given.opts) ? given.opts : {};
  if (options['validationClient'] !== undefined) {
    report('client', 'signs its requests (validationClient), which is not supported');
  }
  if (isRecord(options['httpClient']) && options['httpClient']['autoRetry'] === true) {
    report(
      'client',
      'has an HTTP client that retries by itself (autoRetry): a purchase could be sent too late',
    );
  }
  return { accountSid, username, password, client: given };
}

function isClient(value: unknown): value is TwilioClientLike {
  return (
    isRecord(value) &&
    typeof value['accountSid'] === 'string' &&
    isRecord(value['api']) &&
    isBareUrl(value['api']['baseUrl'])
  );
}
