import { ApiError } from '../api/api-error.js';

/** What went wrong, in words for the person at the form, and what to do next. */
export interface Explanation {
  readonly title: string;
  readonly advice: string;
}

type Explain = (error: ApiError) => Explanation;

const NOTHING_BOUGHT = 'Nothing was bought.';

const explanations: Readonly<Record<string, Explain>> = {
  no_numbers_available: () => ({
    title: 'There is no number like that to be had right now.',
    advice: `${NOTHING_BOUGHT} Try another area code, fewer requirements, or another country.`,
  }),
  number_unavailable: () => ({
    title: 'Somebody else was faster: the numbers we found are gone.',
    advice: `${NOTHING_BOUGHT} Try again for another one.`,
  }),
  unknown_country: ({ body }) => ({
    title: 'We don’t know that country.',
    advice: body.issues?.map(({ message }) => message).join(' ') ?? body.details,
  }),
  invalid_input: ({ body }) => ({
    title: 'Something in the form can’t work.',
    advice: body.details,
  }),
  regulatory_required: () => ({
    title: 'This country asks for papers before it lets a number go.',
    advice: `${NOTHING_BOUGHT} Put an address or a regulatory bundle on file with the provider, or choose another country.`,
  }),
  authentication_failed: () => ({
    title: 'The provider doesn’t accept the server’s credentials.',
    advice: `${NOTHING_BOUGHT} Whoever runs this server has to check them.`,
  }),
  account_restricted: () => ({
    title: 'The provider’s account may not buy numbers right now.',
    advice: `${NOTHING_BOUGHT} Whoever runs this server has to look at its balance and its permissions.`,
  }),
  rate_limited: () => ({
    title: 'The provider is busy.',
    advice: `${NOTHING_BOUGHT} Wait a minute and try again.`,
  }),
  provider_unavailable: () => ({
    title: 'The provider can’t be reached.',
    advice: `${NOTHING_BOUGHT} Try again in a few minutes.`,
  }),
  store_rejected: () => ({
    title: 'The channel could not be stored.',
    advice:
      'The number was given back, and you are not paying for it. Try again, or tell whoever runs this server.',
  }),
  store_unavailable: () => ({
    title: 'The database can’t be reached.',
    advice: `${NOTHING_BOUGHT} Try again in a few minutes.`,
  }),
  compensation_pending: () => ({
    title: 'The number could not be kept, and is being given back.',
    advice:
      'The provider hasn’t taken it back yet; we keep trying until it does. You can ask for another one.',
  }),
  operation_abandoned: () => ({
    title: 'This took too long and was called off.',
    advice: 'The number was given back. Try again.',
  }),
  channel_released: () => ({
    title: 'The number of this form was given back meanwhile.',
    advice: `${NOTHING_BOUGHT} Try again for a new one.`,
  }),
  idempotency_mismatch: () => ({
    title: 'This form was already used for another request.',
    advice: `${NOTHING_BOUGHT} Try again: it goes out as a new one.`,
  }),
};

/** Explains a refusal; what we have no words for in the server's own. */
export function explainError(error: unknown): Explanation {
  if (!(error instanceof ApiError)) {
    return { title: 'The server can’t be reached.', advice: 'Check that it is running, and try again.' };
  }
  const explain = explanations[error.body.code];
  if (explain !== undefined) return explain(error);
  const isSafe = error.body.mayOwnNumber === 'no';
  return {
    title: 'That didn’t work.',
    advice: isSafe ? `${error.body.details} ${NOTHING_BOUGHT}` : error.body.details,
  };
}
