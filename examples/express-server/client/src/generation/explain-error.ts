import { ApiError, NoAnswerError } from '../api/api-error.js';

/** What went wrong, in words for the person at the page, and what to do next. */
export interface Explanation {
  readonly title: string;
  readonly advice: string;
}

type Explain = (error: ApiError) => Explanation;

/** What goes wrong whatever was asked for; nothing here says what is owned. */
const explanations: Readonly<Record<string, Explain>> = {
  no_numbers_available: () => ({
    title: 'No numbers match right now.',
    advice: 'Try another area code, fewer requirements, or another country.',
  }),
  unknown_country: ({ body }) => ({
    title: 'We don’t know that country.',
    advice: body.issues?.map(({ message }) => message).join(' ') ?? 'Choose one from the list.',
  }),
  invalid_input: ({ body }) => ({
    title: 'Something in the form can’t work.',
    advice: whatToCheck(body.issues?.map(({ path }) => path) ?? []),
  }),
  authentication_failed: () => ({
    title: 'The provider doesn’t accept the server’s credentials.',
    advice: 'Whoever runs this server has to check them.',
  }),
  account_restricted: () => ({
    title: 'The provider has restricted the account.',
    advice: 'Whoever runs this server has to look at its balance and its permissions.',
  }),
  rate_limited: () => ({
    title: 'The provider is busy.',
    advice: 'Wait a minute and try again.',
  }),
  provider_unavailable: () => ({
    title: 'The provider can’t be reached.',
    advice: 'Try again in a few minutes.',
  }),
  store_rejected: () => ({
    title: 'The database refused.',
    advice: 'Try again, or tell whoever runs this server.',
  }),
  store_unavailable: () => ({
    title: 'The database can’t be reached.',
    advice: 'Try again in a few minutes.',
  }),
  too_many_requests: () => ({
    title: 'That was too much at once for the server.',
    advice: 'Wait a moment and try again.',
  }),
  channel_not_found: () => ({
    title: 'There is no such channel.',
    advice: 'Look at the list again.',
  }),
};

const purchaseExplanations: Readonly<Record<string, Explain>> = {
  // Others were faster; or the number was bought, lacked a capability, and is given back.
  number_unavailable: ({ body }) => ({
    title: 'None of the numbers we found could be kept.',
    advice: `Others were faster, or the number can’t do what you need and is given back. ${
      body.mayOwnNumber === 'no' ? 'You are not paying for any number because of this. ' : ''
    }Try again for another one.`,
  }),
  regulatory_required: () => ({
    title: 'This country requires an address or documents.',
    advice:
      'They have to be on file with the provider. This page can’t send the ids that the provider wants with the request; ' +
      'the API takes them under “regulatory”. Or choose another country.',
  }),
  store_rejected: () => ({
    title: 'The channel could not be stored.',
    advice:
      'The number was given back, and you are not paying for it. Try again, or tell whoever runs this server.',
  }),
  compensation_pending: () => ({
    title: 'The number could not be kept, and is being returned.',
    advice:
      'The provider hasn’t taken it back yet; we keep trying until it does. You can ask for another one.',
  }),
  operation_abandoned: () => ({
    title: 'This took too long and was called off.',
    advice: 'The number was given back. Try again.',
  }),
  // Released, being released, or lost.
  channel_released: () => ({
    title: 'This form has had its number, and the channel is active no more.',
    advice: 'Its status under Channels says what became of the number. Try again for a new one.',
  }),
  idempotency_mismatch: () => ({
    title: 'This form was already used for another request.',
    advice: 'Try again: it goes out as a new one.',
  }),
};

/** Those say themselves what became of the number. */
const SAYS_WHAT_BECAME = [
  'number_unavailable',
  'store_rejected',
  'compensation_pending',
  'operation_abandoned',
  'channel_released',
];

/** Explains why something could not be read or done; what we have no words for in the server's own. */
export function explainError(error: unknown): Explanation {
  if (error instanceof NoAnswerError) {
    return { title: 'The server can’t be reached.', advice: 'Check that it is running, and try again.' };
  }
  if (!(error instanceof ApiError)) {
    return { title: 'Something went wrong in this page.', advice: 'Reload it, and try again.' };
  }
  return explanations[error.body.code]?.(error) ?? ownWords(error);
}

/** Explains why no number was bought, and says so only where it is certain. */
export function explainPurchaseError(error: unknown): Explanation {
  if (!(error instanceof ApiError)) return explainError(error);
  const { code, mayOwnNumber } = error.body;
  const { title, advice } = purchaseExplanations[code]?.(error) ?? explainError(error);
  const isNothingBought = mayOwnNumber === 'no' && !SAYS_WHAT_BECAME.includes(code);
  return { title, advice: isNothingBought ? `Nothing was bought. ${advice}` : advice };
}

/** Explains why a release failed; it may have taken effect all the same. */
export function explainReleaseError(error: unknown): Explanation {
  if (error instanceof NoAnswerError) {
    return {
      title: 'The server gives no answer, so it is not known yet whether the number was released.',
      advice: 'Release it again to find out: that is safe to repeat.',
    };
  }
  if (error instanceof ApiError && error.body.code === 'invalid_input') return otherAccount;
  const { title, advice } = explainError(error);
  const whatIsTrue = 'The status shows whether the number is still yours; releasing it again is safe.';
  return { title, advice: `${advice} ${whatIsTrue}` };
}

/** All that can be wrong with a channel of the list: see `releaseChannel` of the SDK. */
const otherAccount: Explanation = {
  title: 'This channel was made with another provider account.',
  advice:
    'Only a server with that account can release it; nothing has changed. Mock mode and Twilio share a database file, ' +
    'unless DATABASE_FILE says otherwise.',
};

function ownWords({ body }: ApiError): Explanation {
  return { title: 'That didn’t work.', advice: body.details };
}

const fieldNames: Readonly<Record<string, string>> = {
  country: 'the country',
  name: 'the name',
  type: 'the channel type',
  areaCode: 'the area code',
  capabilities: 'what the number needs',
};

function whatToCheck(paths: readonly string[]): string {
  const fields = paths.flatMap((path) => fieldNames[path.split('.')[0] ?? ''] ?? []);
  const named = new Intl.ListFormat('en').format(new Set(fields));
  return `Check ${named === '' ? 'what you filled in' : named}, and try again.`;
}
