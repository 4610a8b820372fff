import { abortedError } from './caller.js';
import { checkQuery, refuseIssues } from './check-request.js';
import { type CommonOptions, setupIssues } from './context.js';
import { matchesQuery } from './number-match.js';
import type { AvailableNumber, NumberProvider } from './number-provider.js';
import { patientProvider } from './patient-provider.js';
import { completePolicy } from './policy.js';
import type { SearchQuery } from './request.js';
import { systemRuntime } from './runtime.js';

/** What {@link searchNumbers} takes. */
export interface SearchNumbersOptions extends CommonOptions {
  readonly provider: NumberProvider;
  readonly query: SearchQuery;
  /** How many numbers at most, 1 to 1000; all that the provider lists when absent. */
  readonly limit?: number | undefined;
}

/**
 * Lists numbers that could be bought now and that match every key of the query; none matching is an empty list. Being
 * listed is no reservation.
 *
 * @throws {@link InvalidInputError} with every issue at once; nothing was asked of the provider.
 * @throws {@link ProviderError} when the provider refused or could not be asked; nothing has changed.
 * @throws {@link ChannelError} `aborted`; nothing has changed.
 */
export async function searchNumbers(options: SearchNumbersOptions): Promise<AvailableNumber[]> {
  const { provider, limit } = options;
  const { value: query, issues } = await checkQuery(options.query);
  const isLimit = limit === undefined || (Number.isInteger(limit) && limit >= 1 && limit <= 1000);
  const limitIssue = { path: 'limit', message: 'must be a whole number from 1 to 1000' };
  refuseIssues([...setupIssues(options, ['provider']), ...issues, ...(isLimit ? [] : [limitIssue])]);
  if (query === null) throw new Error('A query without issues has a value.');

  const patient = patientProvider(provider, completePolicy(options.policy), {
    ...systemRuntime,
    ...options.runtime,
  });
  if (options.signal?.aborted === true) throw abortedError();
  const { numbers } = await patient.searchNumbers(query, options.signal).catch((error: unknown) => {
    throw options.signal?.aborted === true ? abortedError() : error;
  });
  return numbers.filter((number) => matchesQuery(number, query)).slice(0, limit);
}
