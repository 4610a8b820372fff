import { type Answer, jsonAnswer } from './answer.js';
import type { SimulatedAccount } from './simulated-account.js';

const ACCOUNT_DATE = 'Thu, 30 Jul 2015 20:00:00 +0000';

/** Answers the account itself; like Twilio, with its auth token in clear. */
export function fetchAccount(account: SimulatedAccount): Answer {
  const uri = `/2010-04-01/Accounts/${account.accountSid}`;
  return jsonAnswer(200, {
    sid: account.accountSid,
    owner_account_sid: account.accountSid,
    friendly_name: 'Simulated account',
    status: 'active',
    type: 'Full',
    auth_token: account.authToken,
    date_created: ACCOUNT_DATE,
    date_updated: ACCOUNT_DATE,
    uri: `${uri}.json`,
    subresource_uris: {
      available_phone_numbers: `${uri}/AvailablePhoneNumbers.json`,
      incoming_phone_numbers: `${uri}/IncomingPhoneNumbers.json`,
    },
  });
}
