import type { NumberQuery, SearchAnswer } from '@channelkit/core';
import { type BrokenProvider, failure, without } from './broken-provider.js';
import type { ProviderChange } from './mock-subject.js';

/** Providers that search in ways that were seen in real ones, or that come near. */
export const brokenSearches: readonly BrokenProvider[] = [
  {
    breaks: 'throws on an empty search',
    caughtBy: 'a search that matches nothing resolves to an empty list',
    change: (mock) => ({
      async searchNumbers(query, options) {
        const answer = await mock.searchNumbers(query, options);
        if (answer.numbers.length === 0) throw failure('no_numbers_available', 'rejected');
        return answer;
      },
    }),
  },
  {
    breaks: 'reserves what it lists',
    caughtBy: 'a search changes nothing',
    change: (mock) => ({
      async searchNumbers(query, options) {
        const answer = await mock.searchNumbers(query, options);
        for (const { phoneNumber } of answer.numbers.slice(0, 1)) mock.own({ phoneNumber });
        return answer;
      },
    }),
  },
  {
    breaks: 'ignores the area code',
    caughtBy: 'a search finds numbers in the area code alone',
    change: searchedAs((query) => without(query, 'areaCode')),
  },
  {
    breaks: 'ignores what a number is to contain',
    caughtBy: 'a search finds numbers that contain the digits, one after another',
    change: searchedAs((query) => without(query, 'contains')),
  },
  {
    breaks: 'reads capital letters alone',
    caughtBy: 'a search reads letters, of either case, as on a keypad',
    change: searchedAs((query) => (/[a-z]/.test(query.contains ?? '') ? without(query, 'contains') : query)),
  },
  {
    breaks: 'ignores the number type',
    caughtBy: 'a search finds numbers of the number type alone',
    change: searchedAs((query) => without(query, 'numberType')),
  },
  {
    breaks: 'ignores the locality',
    caughtBy: 'a search finds numbers of the locality alone',
    change: searchedAs((query) => without(query, 'locality')),
  },
  {
    breaks: 'ignores the capabilities',
    caughtBy: 'a search finds numbers with the required capabilities alone',
    change: searchedAs((query) => ({ ...query, capabilities: {} })),
  },
  {
    breaks: 'takes a capability set to false for "without"',
    caughtBy: 'a capability that a search sets to false is no constraint',
    change: researched((answer, { capabilities }) => ({
      ...answer,
      numbers: answer.numbers.filter(
        (number) =>
          !(capabilities.voice === false && number.capabilities.voice) &&
          !(capabilities.sms === false && number.capabilities.sms) &&
          !(capabilities.mms === false && number.capabilities.mms),
      ),
    })),
  },
  {
    breaks: 'lists capabilities under names of its own',
    caughtBy: 'a search finds distinct numbers of the country, in full, at most a page of them',
    change: researched((answer) => ({
      ...answer,
      numbers: answer.numbers.map((number) => ({
        ...number,
        capabilities: JSON.parse('{"voice":true,"SMS":true,"MMS":true}') as typeof number.capabilities,
      })),
    })),
  },
  {
    breaks: 'tries the kinds of number in an order of its own',
    caughtBy: 'a search without a number type finds the first kind that the country offers',
    change: searchedAs((query) => ({ ...query, numberType: query.numberType ?? 'toll_free' })),
  },
  {
    breaks: 'ignores the region',
    caughtBy: 'a search finds numbers of the region alone',
    change: searchedAs((query) => without(query, 'region')),
  },
  {
    breaks: 'keeps the clock of the vendor to itself',
    caughtBy: 'a search tells the date of the answer in both ways, or in neither',
    change: (mock) => ({
      searchNumbers: (query, options) => mock.searchNumbers(query, without(options, 'onVendorDate')),
    }),
  },
  {
    breaks: 'takes a search that broke off for one that found nothing',
    caughtBy: 'searchNumbers fails with a ProviderError when its answer is lost',
    change: (mock) => ({
      searchNumbers: (query, options) =>
        mock.searchNumbers(query, options).catch(() => ({ numbers: [], vendorDate: null })),
    }),
  },
];

function searchedAs(change: (query: NumberQuery) => NumberQuery): ProviderChange {
  return (mock) => ({ searchNumbers: (query, options) => mock.searchNumbers(change(query), options) });
}

function researched(change: (answer: SearchAnswer, query: NumberQuery) => SearchAnswer): ProviderChange {
  return (mock) => ({
    searchNumbers: async (query, options) => change(await mock.searchNumbers(query, options), query),
  });
}
