import { fetchAccount } from './account-route.js';
import type { Answer } from './answer.js';
import { fetchCountry, listCountries, searchNumbers } from './available-numbers-routes.js';
import type { RecordedRequest } from './exchange.js';
import type { Operation } from './operations.js';
import { fetchNumber, listNumbers, releaseNumber, updateNumber } from './owned-numbers-routes.js';
import { purchaseNumber } from './purchase-route.js';
import type { SimulatedAccount } from './simulated-account.js';

/** What a path of the API leads to. */
export interface Route {
  operation: Operation;
  /** The account in the path. */
  accountSid: string;
  perform(account: SimulatedAccount, request: RecordedRequest): Answer;
}

/** What a path is that has no route: no path at all, or one that does not take this method. */
export type NoRoute = { operation: null; accountSid: string | null; isKnownPath: boolean };

/** Finds what a request is about. */
export function findRoute(method: string, path: string): Route | NoRoute {
  const account = /^\/2010-04-01\/Accounts\/([^/]+?)(\/.*)?\.json$/.exec(path);
  const [, accountSid, rest = ''] = account ?? [];
  if (accountSid === undefined) return { operation: null, accountSid: null, isKnownPath: false };
  const onPath = ROUTES.flatMap((route) => {
    const match = route.path.exec(rest);
    return match === null ? [] : [{ route, first: match[1] ?? '', second: match[2] ?? '' }];
  });
  const found = onPath.find(({ route }) => route.method === method);
  if (found === undefined) return { operation: null, accountSid, isKnownPath: onPath.length > 0 };
  const { route, first, second } = found;
  return {
    operation: route.operation,
    accountSid,
    perform: (simulated, request) => route.perform(simulated, request, first, second),
  };
}

interface RouteEntry {
  method: string;
  path: RegExp;
  operation: Operation;
  perform(account: SimulatedAccount, request: RecordedRequest, first: string, second: string): Answer;
}

const NUMBERS = /^\/IncomingPhoneNumbers$/;
const NUMBER = /^\/IncomingPhoneNumbers\/(PN[0-9a-fA-F]{32})$/;

const ROUTES: readonly RouteEntry[] = [
  { method: 'GET', path: /^$/, operation: 'account', perform: (account) => fetchAccount(account) },
  {
    method: 'GET',
    path: /^\/AvailablePhoneNumbers$/,
    operation: 'countries',
    perform: (account) => listCountries(account),
  },
  {
    method: 'GET',
    path: /^\/AvailablePhoneNumbers\/([A-Z]{2})$/,
    operation: 'countries',
    perform: (account, _request, countryCode) => fetchCountry(account, countryCode),
  },
  {
    method: 'GET',
    path: /^\/AvailablePhoneNumbers\/([A-Z]{2})\/(\w+)$/,
    operation: 'search',
    perform: (account, { query }, countryCode, type) => searchNumbers(account, { countryCode, type, query }),
  },
  {
    method: 'GET',
    path: NUMBERS,
    operation: 'list',
    perform: (account, { query }) => listNumbers(account, query),
  },
  {
    method: 'POST',
    path: NUMBERS,
    operation: 'purchase',
    perform: (account, { form }) => purchaseNumber(account, form),
  },
  {
    method: 'GET',
    path: NUMBER,
    operation: 'fetch',
    perform: (account, _request, sid) => fetchNumber(account, sid),
  },
  {
    method: 'POST',
    path: NUMBER,
    operation: 'update',
    perform: (account, { form }, sid) => updateNumber(account, sid, form),
  },
  {
    method: 'DELETE',
    path: NUMBER,
    operation: 'release',
    perform: (account, _request, sid) => releaseNumber(account, sid),
  },
];
