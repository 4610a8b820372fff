import {
  type AvailableNumber,
  type CallOptions,
  NUMBER_TYPES,
  type NumberQuery,
  type NumberType,
  type SearchAnswer,
} from '@channelkit/core';
import type { Twilio } from 'twilio';
import { checkQuery, matchesQuery, toSearchParameters } from './number-search.js';
import { readObject, vendorDateOf } from './twilio-answer.js';
import type { TwilioConnection } from './twilio-connection.js';
import { isNotFound, UnexpectedAnswer } from './twilio-error.js';
import { readAvailableNumber } from './twilio-number.js';
import type { ResolvedOptions } from './resolve-options.js';
import { verifyAccount } from './verify-account.js';

/**
 * Searches one kind of number after another until one has any that match. "Not found" means that a country has no
 * such kind (https://github.com/twilio/twilio-node/issues/159); when that is all Twilio says, the account is checked first.
 */
export async function searchNumbers(
  connection: TwilioConnection,
  settings: ResolvedOptions,
  query: NumberQuery,
  options: CallOptions,
): Promise<SearchAnswer> {
  checkQuery(query);
  let vendorDate: Date | null = null;
  let isOffered = false;
  for (const numberType of query.numberType === undefined ? NUMBER_TYPES : [query.numberType]) {
    const answer = await connection.call((client) => ask(client, query, numberType), options);
    vendorDate = vendorDateOf(answer);
    if (isNotFound(answer)) continue;
    isOffered = true;
    const rows = answer.status === 200 ? readObject(answer)?.['available_phone_numbers'] : null;
    if (!Array.isArray(rows)) throw new UnexpectedAnswer(answer);
    const numbers = readNumbers(rows, query, numberType);
    if (numbers.length > 0) return { numbers, vendorDate };
  }
  if (!isOffered) await verifyAccount(connection, settings, options);
  return { numbers: [], vendorDate };
}

function ask(client: Twilio, query: NumberQuery, numberType: NumberType): Promise<unknown> {
  const country = client.availablePhoneNumbers(query.country);
  const parameters = toSearchParameters(query);
  switch (numberType) {
    case 'local':
      return country.local.page(parameters);
    case 'mobile':
      return country.mobile.page(parameters);
    case 'toll_free':
      return country.tollFree.page(parameters);
  }
}

function readNumbers(
  rows: readonly unknown[],
  query: NumberQuery,
  numberType: NumberType,
): AvailableNumber[] {
  return rows
    .map((row) => readAvailableNumber(row, { isoCountry: query.country, numberType }))
    .filter((number) => number !== null)
    .filter((number) => matchesQuery(number, query));
}
