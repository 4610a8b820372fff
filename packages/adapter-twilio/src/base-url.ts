import { isIPv4 } from 'node:net';

/** Twilio's own API, before region and edge. */
export const TWILIO_BASE_URL = 'https://api.twilio.com';

/** Tells whether a URL leads to this machine itself. */
export function isLoopback(url: URL): boolean {
  const { hostname } = url;
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}

/**
 * Tells whether credentials meant for `baseUrl` may go to `target`: the same origin, or, for Twilio itself, where region
 * and edge change the host, any host of Twilio's.
 */
export function isIntendedTarget(target: string, baseUrl: string): boolean {
  const url = new URL(target);
  if (url.origin === new URL(baseUrl).origin) return true;
  return baseUrl === TWILIO_BASE_URL && url.protocol === 'https:' && url.hostname.endsWith('.twilio.com');
}

/** Tells whether a value is an http or https address with nothing in it but host, port and path. */
export function isBareUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === '');
}
