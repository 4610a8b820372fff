import type { OwnedNumber, ProviderOutcome } from '@channelkit/core';
import { type BrokenProvider, fail, failure, has, without } from './broken-provider.js';
import type { ProviderChange } from './mock-subject.js';

/** Providers whose purchases leak numbers, or money. */
export const brokenPurchases: readonly BrokenProvider[] = [
  {
    breaks: 'buys a different number',
    caughtBy: 'a purchase buys exactly the number that was asked for, under its reference',
    change: (mock) => ({
      purchaseNumber: ({ phoneNumber, ...rest }, options) =>
        mock.purchaseNumber({ ...rest, phoneNumber: neighbourOf(phoneNumber) }, options),
    }),
  },
  {
    breaks: 'buys another number when the one asked for is gone',
    caughtBy: 'a purchase of a number that is gone is rejected as number_unavailable, and buys no other',
    change: (mock) => ({
      purchaseNumber: (purchase, options) =>
        mock
          .purchaseNumber(purchase, options)
          .catch((error: unknown) =>
            has(error, { code: 'number_unavailable' })
              ? mock.purchaseNumber({ ...purchase, phoneNumber: neighbourOf(purchase.phoneNumber) }, options)
              : fail(error),
          ),
    }),
  },
  {
    breaks: 'reports a lost answer as rejected',
    caughtBy:
      'a purchase whose answer is lost after it took effect is unknown, and its reference can be read',
    change: relabelled('unknown', 'rejected'),
  },
  {
    breaks: 'sends a purchase again when its answer is lost',
    caughtBy: 'a purchase whose answer is lost before it took effect is unknown, and is not sent again',
    change: (mock) => ({
      purchaseNumber: (purchase, options) =>
        mock
          .purchaseNumber(purchase, options)
          .catch((error: unknown) =>
            has(error, { outcome: 'unknown' }) ? mock.purchaseNumber(purchase, options) : fail(error),
          ),
    }),
  },
  {
    breaks: 'reports a throttled purchase as rejected',
    caughtBy: 'a purchase that was throttled bought nothing, and can be sent again',
    change: relabelled('throttled', 'rejected'),
  },
  {
    breaks: 'reports a purchase that never left as unknown',
    caughtBy: 'a purchase whose signal has been aborted is not_sent, and bought nothing',
    change: relabelled('not_sent', 'unknown'),
  },
  {
    breaks: 'ignores maySend',
    caughtBy: 'a purchase that may not be sent is not_sent, and bought nothing',
    change: (mock) => ({
      purchaseNumber: (purchase, options) => mock.purchaseNumber(purchase, without(options, 'maySend')),
    }),
  },
  {
    breaks: 'asks maySend when it is too late',
    caughtBy: 'a purchase that may not be sent is not_sent, and bought nothing',
    change: (mock) => ({
      async purchaseNumber(purchase, options) {
        const bought = await mock.purchaseNumber(purchase, without(options, 'maySend'));
        if (options?.maySend?.() === false) throw failure('provider_unavailable', 'not_sent');
        return bought;
      },
    }),
  },
  {
    breaks: 'asks maySend twice',
    caughtBy: 'a purchase asks once whether it may be sent',
    change: (mock) => ({
      async purchaseNumber(purchase, options) {
        options?.maySend?.();
        return mock.purchaseNumber(purchase, options);
      },
    }),
  },
  {
    breaks: 'forgets the tag',
    caughtBy: 'a purchase answers what a look-up finds',
    change: (mock) => ({
      async purchaseNumber(purchase, options) {
        const bought = await mock.purchaseNumber(purchase, options);
        mock.own({ phoneNumber: purchase.phoneNumber, tag: null });
        return bought;
      },
    }),
  },
  {
    breaks: 'says that buying again is refused, and updates',
    caughtBy: 'buying a number that the account owns does what the trait says, and leaves one number',
    change: (mock) => ({ traits: { ...mock.traits, repurchase: 'refuses' } }),
  },
  {
    breaks: 'makes the id of a number out of the number',
    caughtBy: 'a number that is bought again after its release cannot be had, or is owned under another id',
    change: (mock) => {
      const idOf = (id: string) => mock.owned().find(isUnder(id))?.providerNumberId ?? id;
      return {
        purchaseNumber: async (purchase, options) =>
          underItself(await mock.purchaseNumber(purchase, options)),
        async findNumber(query, options) {
          const own = 'phoneNumber' in query ? query : { providerNumberId: idOf(query.providerNumberId) };
          const found = await mock.findNumber(own, options);
          return found && underItself(found);
        },
        async *listNumbers(options) {
          for await (const number of mock.listNumbers(options)) yield underItself(number);
        },
        releaseNumber: (id, options) => mock.releaseNumber(idOf(id), options),
      };
    },
  },
  {
    breaks: 'makes up when a number was bought',
    caughtBy: 'a number is never older, by the clock of the vendor, than the search that found it',
    change: (mock) => ({
      purchaseNumber: async (purchase, options) => ({
        ...(await mock.purchaseNumber(purchase, options)),
        createdAt: new Date(0),
      }),
    }),
  },
];

function neighbourOf(phoneNumber: string): string {
  return `${phoneNumber.slice(0, -1)}${(Number(phoneNumber.at(-1)) + 1) % 10}`;
}

/** What others put on the account keeps its id. */
function underItself(number: OwnedNumber): OwnedNumber {
  return number.reference === null ? number : { ...number, providerNumberId: number.phoneNumber };
}

function isUnder(providerNumberId: string): (number: OwnedNumber) => boolean {
  return (number) => underItself(number).providerNumberId === providerNumberId;
}

/** Purchases that end with one outcome say that they ended with another. */
function relabelled(from: ProviderOutcome, to: ProviderOutcome): ProviderChange {
  return (mock) => ({
    purchaseNumber: (purchase, options) =>
      mock
        .purchaseNumber(purchase, options)
        .catch((error: unknown) => fail(has(error, { outcome: from }) ? failure('rate_limited', to) : error)),
  });
}
