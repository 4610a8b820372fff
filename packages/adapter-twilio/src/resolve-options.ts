import { type InputIssue, InvalidInputError } from '@channelkit/core';
import type { BorrowedHttpClient } from './borrowed-http-client.js';
import { isBareUrl, isLoopback, TWILIO_BASE_URL } from './base-url.js';
import { isRecord } from './is-record.js';
import { CREDENTIAL_KEYS, readCredentials, type Report } from './read-credentials.js';
import type { TwilioProviderOptions, TwilioProviderSettings } from './twilio-provider-options.js';

/** Options that have been checked and completed. */
export interface ResolvedOptions {
  readonly accountSid: string;
  readonly username: string;
  readonly password: string;
  readonly credentialProvider: object | null;
  readonly baseUrl: string;
  readonly region: string;
  readonly edge: string;
  readonly namespace: string;
  readonly maxConcurrency: number;
  readonly isSimulator: boolean;
  readonly settleFloorMs: number;
  readonly userAgentExtensions: readonly string[];
  readonly borrowedHttpClient: BorrowedHttpClient | null;
  readonly ca: string | Buffer | undefined;
  /** Every text that must not appear in an error. */
  readonly secrets: readonly string[];
}

const SETTING_KEYS = [
  'baseUrl',
  'region',
  'edge',
  'namespace',
  'maxConcurrency',
  'simulator',
  'userAgentExtensions',
];
const SETTLE_FLOOR_MS = 300_000;

/**
 * Checks the options and completes them.
 *
 * @throws InvalidInputError with every issue; no issue repeats a value, since values get into the wrong field.
 */
export function resolveOptions(options: TwilioProviderOptions): ResolvedOptions {
  const given: Readonly<Record<string, unknown>> = isRecord(options) ? options : {};
  const issues: InputIssue[] = [];
  const report = (path: string, message: string) => void issues.push({ path, message });

  const known = new Set([...SETTING_KEYS, ...CREDENTIAL_KEYS]);
  for (const key of Object.keys(given)) {
    if (!known.has(key)) report(key, 'is not an option');
  }
  const credentials = readCredentials(given, report);
  const settings = readSettings(given, report);
  const client = credentials.client;
  if (issues.length > 0) throw new InvalidInputError({ issues });

  const baseUrl = (settings.baseUrl ?? client?.api.baseUrl ?? TWILIO_BASE_URL).replace(/\/+$/, '');
  const isSimulator = settings.simulator ?? false;
  const isTwilio = baseUrl === TWILIO_BASE_URL;
  const clientOptions: Readonly<Record<string, unknown>> = isRecord(client?.opts) ? client.opts : {};
  const { accountSid, username, password } = credentials;
  return {
    accountSid,
    username,
    password,
    credentialProvider: client?.credentialProvider ?? null,
    baseUrl,
    region: isTwilio ? (settings.region ?? client?.region ?? '') : '',
    edge: isTwilio ? (settings.edge ?? client?.edge ?? '') : '',
    namespace: settings.namespace ?? 'channelkit',
    maxConcurrency: settings.maxConcurrency ?? 10,
    isSimulator,
    settleFloorMs: isSimulator || isLoopback(new URL(baseUrl)) ? 0 : SETTLE_FLOOR_MS,
    userAgentExtensions: settings.userAgentExtensions ?? client?.userAgentExtensions ?? ['channelkit'],
    borrowedHttpClient: isHttpClient(clientOptions['httpClient']) ? clientOptions['httpClient'] : null,
    ca: isCertificate(clientOptions['ca']) ? clientOptions['ca'] : undefined,
    secrets: password === '' ? [] : [password, Buffer.from(`${username}:${password}`).toString('base64')],
  };
}

function readSettings(given: Readonly<Record<string, unknown>>, report: Report): TwilioProviderSettings {
  const { baseUrl, region, edge, namespace, maxConcurrency, simulator, userAgentExtensions } = given;
  const check = (key: string, isGood: (value: unknown) => boolean, message: string) => {
    if (given[key] !== undefined && !isGood(given[key])) report(key, message);
  };
  check('simulator', (value) => typeof value === 'boolean', 'must be true or false');
  check('baseUrl', isBareUrl, 'must be an http or https address without credentials, query or fragment');
  if (isBareUrl(baseUrl) && !(simulator === true || isSafeUrl(baseUrl))) {
    report('baseUrl', 'must be https: the credentials would be readable on the way (or say simulator: true)');
  }
  for (const key of ['region', 'edge']) {
    check(key, (value) => matches(value, /^[a-z0-9-]{1,32}$/), 'must be small letters, digits and hyphens');
    if (given[key] !== undefined && baseUrl !== undefined) {
      report(key, 'chooses a host of Twilio, and baseUrl gives another');
    }
  }
  check(
    'namespace',
    (value) => matches(value, /^[a-z0-9-]{1,27}$/),
    'must be 1 to 27 of a-z, 0-9 and -: with the id of the operation it has to fit into the 64 characters of a FriendlyName',
  );
  check(
    'maxConcurrency',
    (value) => Number.isSafeInteger(value) && Number(value) >= 1,
    'must be a whole number of at least 1',
  );
  check(
    'userAgentExtensions',
    (value) => Array.isArray(value) && value.every((extension) => matches(extension, /^[\x21-\x7e]+$/)),
    'must be texts of visible ASCII characters, without spaces',
  );
  return {
    baseUrl,
    region,
    edge,
    namespace,
    maxConcurrency,
    simulator,
    userAgentExtensions,
  } as TwilioProviderSettings;
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isHttpClient(value: unknown): value is BorrowedHttpClient {
  return isRecord(value) && typeof value['request'] === 'function';
}

function isCertificate(value: unknown): value is string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value);
}

function isSafeUrl(value: string): boolean {
  const url = new URL(value);
  return url.protocol === 'https:' || isLoopback(url);
}
