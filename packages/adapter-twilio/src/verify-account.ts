import { type CallOptions, ProviderError } from '@channelkit/core';
import { isObject, readObject, type TwilioAnswer } from './twilio-answer.js';
import type { TwilioConnection } from './twilio-connection.js';
import { isNotFound, readEnvelope, UnexpectedAnswer } from './twilio-error.js';
import type { ResolvedOptions } from './resolve-options.js';

/**
 * Makes sure that the account these credentials speak for is the one in the options, and open: only then does Twilio's
 * "not found" mean that something is not there.
 *
 * A standard API key may not read the account (https://www.twilio.com/docs/api/errors/20003); what it lists of the
 * account is proof as well.
 *
 * @throws ProviderError or what {@link TwilioConnection.call} throws, when that is not certain.
 */
export async function verifyAccount(
  connection: TwilioConnection,
  { accountSid, username }: ResolvedOptions,
  options: CallOptions,
): Promise<void> {
  const fetched = await connection.call((client) => client.api.v2010.accounts(accountSid).fetch(), options);
  if (username !== accountSid && mayNotReadAccount(fetched)) {
    const listed = await connection.call(
      (client) => client.incomingPhoneNumbers.page({ pageSize: 1 }),
      options,
    );
    if (!isListOf(accountSid, listed)) throw new UnexpectedAnswer(listed);
    return;
  }
  if (isNotFound(fetched)) throw wrongAccount(`these credentials know no account ${accountSid}`, '20404');
  const account = fetched.status === 200 ? readObject(fetched) : null;
  if (account === null) throw new UnexpectedAnswer(fetched);
  if (account['sid'] !== accountSid) throw wrongAccount(`another account than ${accountSid} answered`);
  if (account['status'] === 'closed' || account['status'] === 'suspended') {
    throw new ProviderError({
      code: 'account_restricted',
      outcome: 'rejected',
      message: `The Twilio account ${accountSid} is ${account['status']}: what it owns cannot be told.`,
    });
  }
}

function mayNotReadAccount(answer: TwilioAnswer): boolean {
  return (answer.status === 401 || answer.status === 403) && readEnvelope(answer) !== null;
}

function isListOf(accountSid: string, answer: TwilioAnswer): boolean {
  const body = answer.status === 200 ? readObject(answer) : null;
  const rows = body?.['incoming_phone_numbers'];
  return (
    typeof body?.['uri'] === 'string' &&
    body['uri'].includes(`/Accounts/${accountSid}/`) &&
    Array.isArray(rows) &&
    rows.every((row) => isObject(row) && row['account_sid'] === accountSid)
  );
}

function wrongAccount(problem: string, providerCode: string | null = null): ProviderError {
  return new ProviderError({
    code: 'authentication_failed',
    outcome: 'rejected',
    providerCode,
    message: `Twilio said "not found", but ${problem}: nothing can be concluded from it.`,
  });
}
