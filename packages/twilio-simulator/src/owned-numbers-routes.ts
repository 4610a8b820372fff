import { type Answer, jsonAnswer } from './answer.js';
import { incomingNumberResource } from './incoming-number.js';
import { readNumberFilter } from './number-pattern.js';
import { applySettings } from './number-settings.js';
import type { OwnedNumber } from './owned-number.js';
import type { SimulatedAccount } from './simulated-account.js';
import { notFound, TwilioError } from './twilio-error.js';

type Parameters = Readonly<Record<string, string>>;

/** Answers one page of the account's numbers, the newest first, with relative links to the others. */
export function listNumbers(account: SimulatedAccount, query: Parameters): Answer {
  const matching = account.book.list().filter(readFilter(query));
  const { pageSize, page, start } = readPage(account, query, matching);
  const shown = matching.slice(start, start + pageSize);
  const last = shown.at(-1);
  const link = (parameters: Parameters): string => listUri(account, { ...query, ...parameters });
  const hasMore = start + pageSize < matching.length;
  const nextPage = { PageSize: String(pageSize), Page: String(page + 1), PageToken: `PA${last?.sid ?? ''}` };

  return jsonAnswer(200, {
    uri: link({}),
    first_page_uri: listUri(account, { ...filtersOf(query), PageSize: String(pageSize), Page: '0' }),
    next_page_uri: hasMore ? link(nextPage) : null,
    previous_page_uri: null,
    page,
    page_size: pageSize,
    start: page * pageSize,
    end: page * pageSize + Math.max(0, shown.length - 1),
    incoming_phone_numbers: shown.map((number) => incomingNumberResource(account.accountSid, number)),
  });
}

/** Answers one number of the account; 404 for every other. */
export function fetchNumber(account: SimulatedAccount, sid: string): Answer {
  return jsonAnswer(200, incomingNumberResource(account.accountSid, findOwned(account, sid)));
}

/** Changes what is set on a number; `AccountSid` (moving it to another account) is not simulated. */
export function updateNumber(account: SimulatedAccount, sid: string, form: Parameters): Answer {
  const number = findOwned(account, sid);
  const changed = account.book.change(sid, applySettings(number.settings, form), 'updated');
  return jsonAnswer(200, incomingNumberResource(account.accountSid, changed));
}

/**
 * Gives a number back: 204, and 404 from then on. For the time of the quarantine nobody can buy it
 * (github.com/twilio/terraform-provider-twilio/issues/138).
 */
export function releaseNumber(account: SimulatedAccount, sid: string): Answer {
  const number = findOwned(account, sid);
  account.book.remove(sid);
  account.inventory.withhold(number.phoneNumber, account.now() + account.quarantineMs);
  return { status: 204, headers: {}, text: '' };
}

function readFilter(query: Parameters): (number: OwnedNumber) => boolean {
  const { PhoneNumber: pattern, FriendlyName: friendlyName, Origin: origin, Beta: beta } = query;
  const matchesNumber = pattern === undefined || pattern === '' ? () => true : readNumberFilter(pattern);
  return (number) =>
    matchesNumber(number.phoneNumber) &&
    (friendlyName === undefined || friendlyName === number.friendlyName) &&
    origin !== 'hosted' &&
    (beta !== 'false' || !number.beta);
}

function readPage(
  account: SimulatedAccount,
  query: Parameters,
  matching: readonly OwnedNumber[],
): { pageSize: number; page: number; start: number } {
  const pageSize = readWhole(query['PageSize'], 50, 1, 1000);
  const page = readWhole(query['Page'], 0, 0, Number.MAX_SAFE_INTEGER);
  const token = query['PageToken'];
  if (token === undefined || token === '') return { pageSize, page, start: page * pageSize };
  // A token names the last number of the page before, so that purchases and releases in between shift nothing.
  const position = account.book.positionOf(token.replace(/^PA/, ''));
  if (position === undefined) {
    throw new TwilioError({ status: 400, code: 21481, message: 'Invalid PageToken' });
  }
  const next = matching.findIndex((number) => (account.book.positionOf(number.sid) ?? 0) < position);
  return { pageSize, page, start: next < 0 ? matching.length : next };
}

function readWhole(value: string | undefined, fallback: number, least: number, most: number): number {
  if (value === undefined || value === '') return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least) {
    throw new TwilioError({ status: 400, code: 20001, message: `${value} is not a valid page or page size` });
  }
  return Math.min(number, most);
}

function filtersOf(query: Parameters): Parameters {
  const filters = ['Beta', 'FriendlyName', 'PhoneNumber', 'Origin'];
  return Object.fromEntries(Object.entries(query).filter(([name]) => filters.includes(name)));
}

function listUri(account: SimulatedAccount, query: Parameters): string {
  const parameters = new URLSearchParams(query).toString();
  const path = `/2010-04-01/Accounts/${account.accountSid}/IncomingPhoneNumbers.json`;
  return parameters === '' ? path : `${path}?${parameters}`;
}

function findOwned(account: SimulatedAccount, sid: string): OwnedNumber {
  const number = account.book.findBySid(sid);
  if (number === undefined) {
    throw notFound(`/2010-04-01/Accounts/${account.accountSid}/IncomingPhoneNumbers/${sid}.json`);
  }
  return number;
}
