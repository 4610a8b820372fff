import type { ProviderErrorCode, RegulatoryRequirement } from '@channelkit/core';

/** What a code of Twilio's error dictionary means for whoever wants a number. */
export interface TwilioRefusal {
  readonly code: ProviderErrorCode;
  readonly requirement?: RegulatoryRequirement;
  /** What can be done about it, as a sentence. */
  readonly advice?: string;
}

const ADDRESS: TwilioRefusal = {
  code: 'regulatory_required',
  requirement: 'address',
  advice: 'Give the id of an address on file (AD…) as regulatory.addressId.',
};
const IDENTITY: TwilioRefusal = {
  code: 'regulatory_required',
  requirement: 'identity',
  advice: 'Give the id of a verified identity (RI…) as regulatory.identityId.',
};
const SUSPENDED: TwilioRefusal = {
  code: 'account_restricted',
  advice: 'Look at the state of the account in the Twilio console.',
};
const TRIAL: TwilioRefusal = {
  code: 'account_restricted',
  advice: 'A trial account holds one number at most: release it, or upgrade the account.',
};

/**
 * The codes with a meaning of their own, by https://www.twilio.com/docs/api/errors and recorded answers; every other code
 * is `provider_rejected`.
 */
export const TWILIO_REFUSALS: Readonly<Record<number, TwilioRefusal>> = {
  10001: SUSPENDED,
  10002: TRIAL,
  20003: {
    code: 'authentication_failed',
    advice: 'Check the account SID, the auth token or API key, and whether they belong to this region.',
  },
  20005: SUSPENDED,
  20006: SUSPENDED,
  20008: {
    code: 'account_restricted',
    advice: 'These are test credentials, which cannot search, list, fetch or release: use live ones.',
  },
  20403: SUSPENDED,
  21404: TRIAL,
  21613: ADDRESS,
  21615: ADDRESS,
  21631: ADDRESS,
  21649: {
    code: 'regulatory_required',
    requirement: 'bundle',
    advice: 'Give the id of an approved regulatory bundle (BU…) as regulatory.bundleId.',
  },
  21650: IDENTITY,
  21651: IDENTITY,
  22300: {
    code: 'account_restricted',
    advice: 'Twilio has stopped this account from buying numbers for now: ask its support.',
  },
};

/** The codes that say that one number cannot be had, and so permit another: not for sale; no valid number. */
export const UNAVAILABLE_NUMBER_CODES: ReadonlySet<number> = new Set([21421, 21422]);
