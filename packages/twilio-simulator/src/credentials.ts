import { createHash, timingSafeEqual } from 'node:crypto';
import { TwilioError } from './twilio-error.js';

/** Everything that opens the simulated account; made up, and the same in every simulator unless set otherwise. */
export interface SimulatorCredentials {
  accountSid: string;
  authToken: string;
  apiKeySid: string;
  apiKeySecret: string;
  /** Test credentials: they buy magic numbers and do nothing else. */
  testAccountSid: string;
  testAuthToken: string;
}

/** The credentials of a simulator that was given none. */
export const DEFAULT_CREDENTIALS: SimulatorCredentials = {
  accountSid: madeUp('AC', 'account'),
  authToken: madeUp('', 'token'),
  apiKeySid: madeUp('SK', 'key'),
  apiKeySecret: madeUp('', 'secret'),
  testAccountSid: madeUp('AC', 'test account'),
  testAuthToken: madeUp('', 'test token'),
};

/** Who a request comes from. */
export interface Caller {
  /** What it authenticated with. */
  kind: 'auth-token' | 'api-key' | 'test';
  accountSid: string;
}

/** Tells the user name of an Authorization header, and leaves its secret behind; `null` when there is none. */
export function userNameOf(authorization: string | undefined): string | null {
  return readBasic(authorization)?.username ?? null;
}

/**
 * Checks who sends a request by HTTP basic authentication.
 *
 * @throws {TwilioError} 401, 20003: wrong or missing credentials, or another account's resource.
 */
export function authenticate(
  credentials: SimulatorCredentials,
  request: { authorization: string | undefined; accountSid: string },
): Caller {
  const given = readBasic(request.authorization);
  const caller = given === null ? undefined : findCaller(credentials, given);
  if (caller === undefined) throw unauthenticated('Authenticate');
  if (caller.accountSid !== request.accountSid) throw unauthenticated('Authenticate');
  return caller;
}

/** Makes the refusal of a request whose credentials do not open what it asks for: 401, 20003. */
export function unauthenticated(message: string): TwilioError {
  return new TwilioError({
    status: 401,
    code: 20003,
    message,
    detail: 'Your AccountSid or AuthToken was incorrect.',
  });
}

function findCaller(
  credentials: SimulatorCredentials,
  given: { username: string; password: string },
): Caller | undefined {
  const doors: readonly [string, string, Caller][] = [
    [
      credentials.accountSid,
      credentials.authToken,
      { kind: 'auth-token', accountSid: credentials.accountSid },
    ],
    [
      credentials.apiKeySid,
      credentials.apiKeySecret,
      { kind: 'api-key', accountSid: credentials.accountSid },
    ],
    [
      credentials.testAccountSid,
      credentials.testAuthToken,
      { kind: 'test', accountSid: credentials.testAccountSid },
    ],
  ];
  return doors.find(
    ([username, password]) => username === given.username && isSame(password, given.password),
  )?.[2];
}

function readBasic(authorization: string | undefined): { username: string; password: string } | null {
  const encoded = /^basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? null : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

function madeUp(prefix: string, label: string): string {
  return `${prefix}${sha256(`twilio-simulator ${label}`).toString('hex').slice(0, 32)}`;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
