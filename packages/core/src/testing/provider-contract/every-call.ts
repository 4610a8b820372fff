import type { CallOptions } from '../../number-provider.js';
import type { ContractCase } from '../run-contract.js';
import { assertFails, listAll, within } from './fixtures.js';
import type { ProviderOperation, ProviderSubject } from './provider-subject.js';

type OtherCall = Exclude<ProviderOperation, 'purchaseNumber'>;

const calls: Readonly<
  Record<OtherCall, (subject: ProviderSubject, options: CallOptions) => Promise<unknown>>
> = {
  searchNumbers: ({ provider, query }, options) => provider.searchNumbers(query, options),
  findNumber: ({ provider, absentNumberId }, options) =>
    provider.findNumber({ providerNumberId: absentNumberId }, options),
  listNumbers: ({ provider }, options) => listAll(provider, options),
  releaseNumber: ({ provider, absentNumberId }, options) => provider.releaseNumber(absentNumberId, options),
};

/** What every call but a purchase promises when it fails. */
export const everyCallCases: readonly ContractCase<ProviderSubject>[] = [
  ...casesOf('searchNumbers'),
  ...casesOf('findNumber'),
  ...casesOf('listNumbers'),
  ...casesOf('releaseNumber'),
];

function casesOf(operation: OtherCall): ContractCase<ProviderSubject>[] {
  const call = calls[operation];
  return [
    {
      name: `${operation} fails with a ProviderError when its answer is lost`,
      async check(subject) {
        await subject.loseAnswer(operation, 'before-effect');
        await assertFails(call(subject, {}));
      },
    },
    {
      name: `${operation} that was throttled says so`,
      async check(subject) {
        await subject.throttle(operation);
        await assertFails(call(subject, {}), 'throttled');
      },
    },
    {
      name: `${operation} fails when its signal has been aborted`,
      async check(subject) {
        await assertFails(call(subject, { signal: AbortSignal.abort() }));
      },
    },
    {
      name: `${operation} fails when its signal is aborted while the vendor is silent`,
      async check(subject) {
        const held = await subject.holdAnswer(operation);
        const controller = new AbortController();
        const failure = assertFails(call(subject, { signal: controller.signal }));
        await within(Promise.race([held.arrived, failure]));
        controller.abort();
        await failure;
      },
    },
  ];
}
