import { TwilioError } from './twilio-error.js';

const KEYPAD: Readonly<Record<string, string>> = Object.fromEntries(
  ['ABC2', 'DEF3', 'GHI4', 'JKL5', 'MNO6', 'PQRS7', 'TUV8', 'WXYZ9'].flatMap((key) =>
    Array.from(key.slice(0, -1), (letter) => [letter, key.slice(-1)]),
  ),
);

/**
 * Reads the `Contains` pattern of a search and returns the test for E.164 numbers.
 *
 * By the OpenAPI document: 2 to 16 characters, digits and letters (as on a keypad), and the meta-characters `+`
 * (beginning), `$` (end), `*` (one digit) and `%` (any digits). Meta-characters are never adjacent, a wildcard is
 * never between other characters and wants at least two of them. A pattern that is none is refused with 400; that its code
 * is 20001 is a guess.
 *
 * @throws {TwilioError} when the pattern breaks one of those rules.
 */
export function readContains(pattern: string): (phoneNumber: string) => boolean {
  const shape = /^(\+|[*%])?([0-9A-Za-z]+)(\$|[*%])?$/.exec(pattern);
  const [, head = '', body = '', tail = ''] = shape ?? [];
  const hasWildcard = /[*%]/.test(pattern);
  if (shape === null || pattern.length < 2 || pattern.length > 16 || (hasWildcard && body.length < 2)) {
    throw invalidPattern();
  }
  const digits = Array.from(body, (character) => KEYPAD[character.toUpperCase()] ?? character).join('');
  const expression = new RegExp(`${metaExpression(head)}${digits}${metaExpression(tail)}`);
  return (phoneNumber) => expression.test(phoneNumber.slice(1));
}

/**
 * Reads the `PhoneNumber` filter of a list: a part of the number, with `*` for any digit.
 *
 * A space in front is a `+` that the client forgot to encode, which Twilio calls an invalid pattern
 * (github.com/stevegraham/twilio-rb/issues/8).
 *
 * @throws {TwilioError} when the filter holds anything but digits, `*` and a leading `+`.
 */
export function readNumberFilter(pattern: string): (phoneNumber: string) => boolean {
  if (!/^\+?[0-9*]+$/.test(pattern)) throw invalidPattern();
  const expression = new RegExp(pattern.replace('+', '^\\+').replaceAll('*', '\\d'));
  return (phoneNumber) => expression.test(phoneNumber);
}

function metaExpression(meta: string): string {
  if (meta === '+') return '^';
  if (meta === '*') return '\\d';
  return meta === '%' ? '\\d*' : meta;
}

function invalidPattern(): TwilioError {
  return new TwilioError({ status: 400, code: 20001, message: 'Invalid Pattern' });
}
