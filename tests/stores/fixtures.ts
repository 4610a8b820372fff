import type { ChannelStore, NewChannel, NewOperation, Operation } from '@channelkit/core';

/** An operation like any other, the n-th of a test. */
export function newOperation(n: number, given: Partial<NewOperation> = {}): NewOperation {
  return {
    id: idOf(n),
    idempotencyKey: `key-${n}`,
    fingerprint: 'fingerprint',
    request: '{"country":"US"}',
    provider: 'twilio',
    accountId: 'AC1',
    phoneNumber: phoneNumberOf(n),
    vendorDate: null,
    leaseOwner: 'owner',
    leaseMs: 90_000,
    settleMs: 1_200_000,
    ...given,
  };
}

/** The channel that the n-th operation makes. */
export function newChannel(n: number, given: Partial<NewChannel> = {}): NewChannel {
  return {
    id: idOf(n),
    name: `Channel ${n}`,
    phoneNumber: phoneNumberOf(n),
    countryCode: '+1',
    isoCountry: 'US',
    type: 'sms',
    capabilities: { voice: true, sms: true, mms: false },
    isMock: false,
    provider: 'twilio',
    accountId: 'AC1',
    providerNumberId: `PN${String(n).padStart(32, '0')}`,
    metadata: {},
    ...given,
  };
}

/** Begins the n-th operation. */
export async function begin(
  store: ChannelStore,
  n: number,
  given: Partial<NewOperation> = {},
): Promise<Operation> {
  const answer = await store.beginOperation(newOperation(n, given));
  if (answer.outcome !== 'begun') throw new Error(`Operation ${n} was not begun: ${answer.outcome}`);
  return answer.operation;
}

export const clear = { ambiguous: false } as const;

/** Which rows recovery takes in these tests. */
export const everyDue = { provider: 'twilio', accountId: 'AC1', leaseMs: 90_000, limit: 10 } as const;

/** The id of the n-th operation. */
export function idOf(n: number): string {
  return `01920000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

function phoneNumberOf(n: number): string {
  return `+1415555${String(n).padStart(4, '0')}`;
}
