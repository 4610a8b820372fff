import type { OwnedNumber } from '@channelkit/core';
import { type BrokenProvider, fail, failure, has, without } from './broken-provider.js';
import type { ProviderChange } from './mock-subject.js';

/** Providers that look up, list or release wrongly, or say wrong things of themselves. */
export const brokenLookUps: readonly BrokenProvider[] = [
  {
    breaks: 'throws for "already gone"',
    caughtBy: 'releasing a number again succeeds, and says that it is gone',
    change: (mock) => ({
      async releaseNumber(providerNumberId, options) {
        const found = await mock.findNumber({ providerNumberId }, options);
        if (found === null) throw failure('provider_rejected', 'rejected');
        return mock.releaseNumber(providerNumberId, options);
      },
    }),
  },
  {
    breaks: 'takes every "not there" for released, whoever says so',
    caughtBy: 'with the credentials of another account, a number that is not there is not taken for released',
    change: (mock) => ({
      releaseNumber: (providerNumberId, options) =>
        mock
          .releaseNumber(providerNumberId, options)
          .catch((error: unknown) => (has(error, { outcome: 'rejected' }) ? 'gone' : fail(error))),
    }),
  },
  {
    breaks: 'releases whatever it finds',
    caughtBy: 'releasing a number that the account never had succeeds, and releases no other',
    change: (mock) => ({
      async releaseNumber(providerNumberId, options) {
        const [first] = mock.owned();
        return mock.releaseNumber(first?.providerNumberId ?? providerNumberId, options);
      },
    }),
  },
  {
    breaks: 'lists only its first page',
    caughtBy:
      'the list yields everything the account owns, on many pages, each number once, ours and the others',
    change: relisted((numbers) => numbers.slice(0, 50)),
  },
  {
    breaks: 'lists the number at the seam of two pages twice',
    caughtBy:
      'the list yields everything the account owns, on many pages, each number once, ours and the others',
    change: relisted((numbers) => [...numbers.slice(0, 50), ...numbers.slice(49)]),
  },
  {
    breaks: 'lists only what carries our tag',
    caughtBy:
      'the list yields everything the account owns, on many pages, each number once, ours and the others',
    change: relisted((numbers) => numbers.filter(({ reference }) => reference !== null)),
  },
  {
    breaks: 'finds by pattern',
    caughtBy: 'a look-up by phone number takes it whole, never as a pattern',
    change: (mock) => ({
      findNumber: async (query, options) =>
        'phoneNumber' in query
          ? (mock.owned().find(({ phoneNumber }) => phoneNumber.includes(query.phoneNumber.slice(1))) ?? null)
          : mock.findNumber(query, options),
    }),
  },
  {
    breaks: 'throws when it finds nothing',
    caughtBy: 'a look-up of what the account does not own resolves to null',
    change: (mock) => ({
      findNumber: async (query, options) =>
        (await mock.findNumber(query, options)) ?? fail(failure('provider_rejected', 'rejected')),
    }),
  },
  {
    breaks: 'reads a foreign tag as ours',
    caughtBy: 'a tag that is not exactly one of ours reads as no reference, in a look-up and in the list',
    change: (mock) => ({
      async findNumber(query, options) {
        const found = await mock.findNumber(query, options);
        return found && { ...found, reference: found.reference ?? found.phoneNumber };
      },
    }),
  },
  {
    breaks: 'lowers its errors to plain ones',
    caughtBy: 'findNumber fails with a ProviderError when its answer is lost',
    change: (mock) => ({
      findNumber: (query, options) =>
        mock.findNumber(query, options).catch((error: unknown) => fail(new Error(String(error)))),
    }),
  },
  {
    breaks: 'does not listen to the signal',
    caughtBy: 'releaseNumber fails when its signal has been aborted',
    change: (mock) => ({
      releaseNumber: (providerNumberId, options) =>
        mock.releaseNumber(providerNumberId, without(options, 'signal')),
    }),
  },
  {
    breaks: 'has a name that differs from process to process',
    caughtBy: 'the provider says which version of the interface it speaks, who it is, and for which account',
    change: () => ({ name: 'Mock 4711' }),
  },
  {
    breaks: 'has traits that are no numbers',
    caughtBy: 'the traits are facts of the right shape',
    change: (mock) => ({ traits: { ...mock.traits, settleFloorMs: Number.NaN } }),
  },
  {
    breaks: 'takes an empty list for a failure',
    caughtBy: 'the list of an account that owns nothing is empty',
    change: relisted((numbers) =>
      numbers.length === 0 ? fail(failure('provider_rejected', 'rejected')) : numbers,
    ),
  },
  {
    breaks: 'takes a list that broke off for its end',
    caughtBy: 'listNumbers fails with a ProviderError when its answer is lost',
    change: (mock) => ({
      async *listNumbers(options) {
        try {
          yield* mock.listNumbers(options);
        } catch {
          return;
        }
      },
    }),
  },
  {
    breaks: 'takes a look-up that was aborted for "not there"',
    caughtBy: 'findNumber fails when its signal is aborted while the vendor is silent',
    change: (mock) => ({
      findNumber: (query, options) => mock.findNumber(query, options).catch(() => null),
    }),
  },
  {
    breaks: 'takes a release without an answer for done',
    caughtBy: 'a release whose answer is lost before it took effect is unknown, and can be repeated',
    change: (mock) => ({
      releaseNumber: (providerNumberId, options) =>
        mock.releaseNumber(providerNumberId, options).catch(() => 'released'),
    }),
  },
  {
    breaks: 'says that it released what is gone already',
    caughtBy: 'releasing a number again succeeds, and says that it is gone',
    change: (mock) => ({
      releaseNumber: (providerNumberId, options) =>
        mock.releaseNumber(providerNumberId, options).then(() => 'released'),
    }),
  },
];

function relisted(change: (numbers: readonly OwnedNumber[]) => readonly OwnedNumber[]): ProviderChange {
  return (mock) => ({
    async *listNumbers(options) {
      const numbers: OwnedNumber[] = [];
      for await (const number of mock.listNumbers(options)) numbers.push(number);
      yield* change(numbers);
    },
  });
}
