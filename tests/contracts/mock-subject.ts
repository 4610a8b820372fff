import { createMockProvider, type MockProvider, type MockProviderOptions } from '@channelkit/adapter-mock';
import type { NumberProvider, NumberQuery } from '@channelkit/core';
import type { ProviderSubject } from '@channelkit/core/testing';

const query: NumberQuery = { country: 'US', callingCode: '+1', type: 'whatsapp', capabilities: {} };

/** Replaces methods of a provider: what is left out stays as it is. */
export type ProviderChange = (mock: MockProvider) => Partial<NumberProvider>;

/** Makes the mock a subject of the provider kit; `change` is for breaking it. */
export function createMockSubject(
  change: ProviderChange = () => ({}),
  options: MockProviderOptions = {},
): ProviderSubject {
  let hold: (() => void) | null = null;
  const sleep = async (_: number, signal?: AbortSignal) => {
    if (hold === null) return;
    hold();
    hold = null;
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  };
  const mock = createMockProvider({ seed: 1, ...options, sleep });
  const strayed = createMockProvider({ seed: 1 });
  strayed.failNext('releaseNumber', 'authentication_failed');

  let seeded = 0;
  return {
    provider: { ...mock, ...change(mock) },
    query,
    emptyQuery: { ...query, areaCode: '999' },
    namespace: 'channelkit',
    listPageSize: 50,
    absentNumberId: '00000000-0000-4000-8000-000000000000',
    strayed: { ...strayed, ...change(strayed) },
    loseAnswer: (operation, when) => mock.failNext(operation, when),
    throttle: (operation) => mock.failNext(operation, 'rate_limited'),
    takeNumber: () => mock.failNext('purchaseNumber', 'number_unavailable'),
    holdAnswer: () => ({ arrived: new Promise<void>((resolve) => (hold = resolve)) }),
    ownForeign: (tag) => {
      seeded += 1;
      return mock.own({ phoneNumber: `+1212555${String(seeded).padStart(4, '0')}`, tag });
    },
  };
}
