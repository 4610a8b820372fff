import { ChannelError, type NumberProvider } from '@channelkit/core';
import { findNumber, listNumbers, purchaseNumber, releaseNumber } from './owned-numbers.js';
import { searchNumbers } from './search-numbers.js';
import { createTwilioConnection } from './twilio-connection.js';
import { toProviderError } from './twilio-error.js';
import { resolveOptions } from './resolve-options.js';
import type { TwilioProviderOptions } from './twilio-provider-options.js';

/** How many numbers a search returns at most, whatever page size is asked for (https://github.com/twilio/twilio-node/issues/316). */
const SEARCH_PAGE_SIZE = 30;

/**
 * Creates a provider on Twilio's number API. The `twilio` package is loaded, and the network used, on the first call; it puts
 * the requests together, and they are sent by an HTTP client of ours: a signal really ends a call, nothing is sent twice, no
 * redirect is followed, and no error holds a credential. Neither `TWILIO_*` nor proxy variables of the environment change
 * where requests go.
 *
 * @throws InvalidInputError when options are wrong, with every issue.
 *
 * @example
 * ```ts
 * const provider = createTwilioProvider({ accountSid: 'AC…', authToken: '…' });
 * const channel = await provisionChannel({ provider, store, request: { country: 'USA' } });
 * ```
 */
export function createTwilioProvider(options: TwilioProviderOptions): NumberProvider {
  const settings = resolveOptions(options);
  const connection = createTwilioConnection(settings);
  const { accountSid, secrets } = settings;

  const explain = async <Result>(activity: string, call: () => Promise<Result>, isPurchase = false) => {
    try {
      return await call();
    } catch (failure) {
      if (ChannelError.isInstance(failure)) throw failure;
      throw toProviderError(failure, { activity, isPurchase, secrets });
    }
  };

  return {
    specVersion: 'v1',
    name: 'twilio',
    accountId: accountSid,
    isMock: settings.isSimulator,
    traits: {
      tagAtPurchase: true,
      repurchase: 'unknown',
      settleFloorMs: settings.settleFloorMs,
      searchPageSize: SEARCH_PAGE_SIZE,
      minHoldMs: 0,
      asyncOrders: false,
    },
    searchNumbers: (query, callOptions = {}) =>
      explain(`Searching for numbers in ${query.country}`, () =>
        searchNumbers(connection, settings, query, callOptions),
      ),
    purchaseNumber: (purchase, callOptions = {}) =>
      explain(
        `Buying ${purchase.phoneNumber}`,
        () => purchaseNumber(connection, settings, purchase, callOptions),
        true,
      ),
    findNumber: (query, callOptions = {}) =>
      explain(`Looking up ${'phoneNumber' in query ? query.phoneNumber : query.providerNumberId}`, () =>
        findNumber(connection, settings, query, callOptions),
      ),
    async *listNumbers(callOptions = {}) {
      try {
        yield* listNumbers(connection, settings, callOptions);
      } catch (failure) {
        if (ChannelError.isInstance(failure)) throw failure;
        throw toProviderError(failure, { activity: `Listing the numbers of ${accountSid}`, secrets });
      }
    },
    releaseNumber: (providerNumberId, callOptions = {}) =>
      explain(`Releasing ${providerNumberId}`, () =>
        releaseNumber(connection, settings, providerNumberId, callOptions),
      ),
  };
}
