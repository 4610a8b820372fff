import {
  type CallOptions,
  type InputIssue,
  InvalidInputError,
  type NumberPurchase,
  type OwnedNumber,
  type OwnedNumberQuery,
  type PurchaseOptions,
  type ReleaseAnswer,
} from '@channelkit/core';
import type { Twilio } from 'twilio';
import { formatReferenceTag } from './reference-tag.js';
import { readObject, type TwilioAnswer } from './twilio-answer.js';
import type { TwilioConnection } from './twilio-connection.js';
import { isNotFound, UnexpectedAnswer } from './twilio-error.js';
import { isE164, readOwnedNumber } from './twilio-number.js';
import type { ResolvedOptions } from './resolve-options.js';
import { verifyAccount } from './verify-account.js';

/** The most Twilio puts on a page. */
const PAGE_SIZE = 1000;

/** Buys one number in one request; a success must name exactly that number. */
export async function purchaseNumber(
  connection: TwilioConnection,
  settings: ResolvedOptions,
  { phoneNumber, reference, webhooks, regulatory }: NumberPurchase,
  options: PurchaseOptions,
): Promise<OwnedNumber> {
  const tag = formatReferenceTag(settings.namespace, reference);
  checkPurchase(phoneNumber, tag);
  const parameters = {
    phoneNumber,
    friendlyName: tag,
    ...(webhooks.smsUrl === undefined ? {} : { smsUrl: webhooks.smsUrl }),
    ...(webhooks.voiceUrl === undefined ? {} : { voiceUrl: webhooks.voiceUrl }),
    ...(webhooks.statusCallbackUrl === undefined ? {} : { statusCallback: webhooks.statusCallbackUrl }),
    ...(regulatory.addressId === undefined ? {} : { addressSid: regulatory.addressId }),
    ...(regulatory.bundleId === undefined ? {} : { bundleSid: regulatory.bundleId }),
    ...(regulatory.identityId === undefined ? {} : { identitySid: regulatory.identityId }),
  };
  const answer = await connection.call((client) => client.incomingPhoneNumbers.create(parameters), options);
  if (answer.status !== 201 && answer.status !== 200) throw new UnexpectedAnswer(answer);
  const number = readOwnedNumber(readObject(answer), settings);
  if (number === null) throw new UnexpectedAnswer(answer, `HTTP ${answer.status} without a readable number`);
  if (number.phoneNumber !== phoneNumber) {
    throw new UnexpectedAnswer(answer, `HTTP ${answer.status} about ${number.phoneNumber}`);
  }
  return number;
}

/** Looks up what the account owns; `null` only when it is certain that this account was asked. */
export async function findNumber(
  connection: TwilioConnection,
  settings: ResolvedOptions,
  query: OwnedNumberQuery,
  options: CallOptions,
): Promise<OwnedNumber | null> {
  if ('providerNumberId' in query) return fetchNumber(connection, settings, query.providerNumberId, options);
  const { phoneNumber } = query;
  if (!isE164(phoneNumber)) return null;
  // Twilio takes the filter for a pattern, so that it finds longer numbers as well.
  for await (const number of listNumbers(connection, settings, options, { phoneNumber })) {
    if (number.phoneNumber === phoneNumber) return number;
  }
  return null;
}

/** Yields every number once, page by page, by the links Twilio gives; a page that cannot be read ends it with an error. */
export async function* listNumbers(
  connection: TwilioConnection,
  settings: ResolvedOptions,
  options: CallOptions,
  filter: { phoneNumber?: string } = {},
): AsyncGenerator<OwnedNumber, void, undefined> {
  const seen = new Set<string>();
  let ask = (client: Twilio): Promise<unknown> =>
    client.incomingPhoneNumbers.page({ ...filter, pageSize: PAGE_SIZE });
  for (;;) {
    const answer = await connection.call(ask, options);
    const { numbers, nextPath } = readPage(answer, settings);
    const fresh = numbers.filter(({ providerNumberId }) => !seen.has(providerNumberId));
    for (const number of fresh) {
      if (seen.has(number.providerNumberId)) continue;
      seen.add(number.providerNumberId);
      yield number;
    }
    if (nextPath === null) return;
    if (fresh.length === 0) throw new UnexpectedAnswer(answer, 'a page that leads nowhere');
    ask = (client) => client.incomingPhoneNumbers.getPage(client.api.absoluteUrl(nextPath));
  }
}

/** Deletes by id; "not found" is `gone` once the account has been checked. */
export async function releaseNumber(
  connection: TwilioConnection,
  settings: ResolvedOptions,
  providerNumberId: string,
  options: CallOptions,
): Promise<ReleaseAnswer> {
  const answer = await connection.call(
    (client) => client.incomingPhoneNumbers(encodeURIComponent(providerNumberId)).remove(),
    options,
  );
  if (answer.status === 204) return 'released';
  if (!isNotFound(answer)) throw new UnexpectedAnswer(answer);
  await verifyAccount(connection, settings, options);
  return 'gone';
}

function checkPurchase(phoneNumber: string, tag: string): void {
  const issues: InputIssue[] = [];
  if (!isE164(phoneNumber))
    issues.push({ path: 'phoneNumber', message: 'must be a plus and up to 15 digits' });
  if (tag.length > 64) {
    issues.push({ path: 'reference', message: 'must fit into 64 characters together with the namespace' });
  }
  if (issues.length > 0) throw new InvalidInputError({ issues });
}

async function fetchNumber(
  connection: TwilioConnection,
  settings: ResolvedOptions,
  providerNumberId: string,
  options: CallOptions,
): Promise<OwnedNumber | null> {
  const answer = await connection.call(
    (client) => client.incomingPhoneNumbers(encodeURIComponent(providerNumberId)).fetch(),
    options,
  );
  if (isNotFound(answer)) {
    await verifyAccount(connection, settings, options);
    return null;
  }
  const number = answer.status === 200 ? readOwnedNumber(readObject(answer), settings) : null;
  if (number?.providerNumberId !== providerNumberId) throw new UnexpectedAnswer(answer);
  return number;
}

function readPage(answer: TwilioAnswer, settings: ResolvedOptions) {
  const page = answer.status === 200 ? readObject(answer) : null;
  const rows = page?.['incoming_phone_numbers'];
  if (page === null || !Array.isArray(rows)) throw new UnexpectedAnswer(answer);
  const numbers = rows.map((row) => readOwnedNumber(row, settings));
  if (!numbers.every((number) => number !== null)) {
    throw new UnexpectedAnswer(answer, 'a page with a number that cannot be read as one of this account');
  }
  return { numbers, nextPath: readNextPath(answer, page['next_page_uri'], settings.accountSid) };
}

/** The link, as a path below our own base URL whatever server it names: credentials go nowhere else. */
function readNextPath(answer: TwilioAnswer, link: unknown, accountSid: string): string | null {
  if (link === null || link === undefined || link === '') return null;
  const path = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json?`;
  const start = typeof link === 'string' ? link.indexOf(path) : -1;
  if (typeof link !== 'string' || start < 0) {
    throw new UnexpectedAnswer(answer, 'a page with a link that leads elsewhere');
  }
  return link.slice(start);
}
