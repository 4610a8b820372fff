import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import {
  PROVIDER_ERROR_CODES,
  PROVIDER_OUTCOMES,
  ProviderError,
  type ProviderOutcome,
} from '../../errors/provider-error.js';
import type {
  AvailableNumber,
  CallOptions,
  NumberProvider,
  NumberPurchase,
  OwnedNumber,
  PurchaseOptions,
} from '../../number-provider.js';
import type { ProviderSubject } from './provider-subject.js';

/** Far longer than any call to a simulator takes: what is not over by then never ends. */
const PATIENCE_MS = 5_000;

/** The reference of the n-th purchase: UUIDs of version 7, as the SDK makes them. */
export function referenceOf(index: number): string {
  return `01970000-0000-7000-8000-${String(index).padStart(12, '0')}`;
}

/** Describes the purchase of a number under the n-th reference. */
export function purchaseOf(phoneNumber: string, index = 1): NumberPurchase {
  return { phoneNumber, reference: referenceOf(index), webhooks: {}, regulatory: {} };
}

/** Finds numbers that are for sale, at least so many. */
export async function offered(
  { provider, query }: ProviderSubject,
  atLeast: number,
): Promise<readonly AvailableNumber[]> {
  const { numbers } = await provider.searchNumbers(query);
  assert.ok(
    numbers.length >= atLeast,
    `the query of the subject found ${numbers.length} numbers; the kit needs ${atLeast}`,
  );
  return numbers;
}

/** Finds one number that is for sale, and not the first. */
export async function anOffer(subject: ProviderSubject): Promise<string> {
  const second = (await offered(subject, 2)).at(1);
  assert.ok(second);
  return second.phoneNumber;
}

/** Buys one number under the first reference. */
export async function buyOne(subject: ProviderSubject, options?: PurchaseOptions): Promise<OwnedNumber> {
  return subject.provider.purchaseNumber(purchaseOf(await anOffer(subject)), options);
}

/** Lists all that the account owns. */
export async function listAll(provider: NumberProvider, options?: CallOptions): Promise<OwnedNumber[]> {
  const numbers: OwnedNumber[] = [];
  for await (const number of provider.listNumbers(options)) numbers.push(number);
  return numbers;
}

/** Asserts that the account owns these numbers and no others, by the list and by every look-up. */
export async function assertOwned(
  provider: NumberProvider,
  expected: readonly Pick<OwnedNumber, 'phoneNumber' | 'reference'>[],
  tried: string,
): Promise<void> {
  const summary = (await listAll(provider)).map(({ phoneNumber, reference }) => ({ phoneNumber, reference }));
  assert.deepEqual(summary, [...expected], 'the account owns what it should');
  const found = await provider.findNumber({ phoneNumber: tried });
  assert.equal(
    found !== null,
    expected.some(({ phoneNumber }) => phoneNumber === tried),
    'and so says the look-up',
  );
}

/** Asserts that a call fails with a well-formed error, and with one of these outcomes if any is named. */
export async function assertFails(
  call: Promise<unknown>,
  ...outcomes: readonly ProviderOutcome[]
): Promise<ProviderError> {
  const error = await within(
    call.then(
      (answer) => assert.fail(`the call resolved, to ${JSON.stringify(answer)}`),
      (reason: unknown) => reason,
    ),
  );
  if (error instanceof assert.AssertionError) throw error;
  if (!ProviderError.isInstance(error)) assert.fail(`the call failed with another error: ${String(error)}`);
  assert.ok(PROVIDER_ERROR_CODES.includes(error.code), `its code is ${error.code}`);
  assert.ok(
    (outcomes.length > 0 ? outcomes : PROVIDER_OUTCOMES).includes(error.outcome),
    `its outcome is ${error.outcome}`,
  );
  assert.notEqual(error.message, '');
  return error;
}

/** Waits for what has to come soon, and fails when it does not. */
export async function within<Result>(promise: Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const timeout = wait(PATIENCE_MS, undefined, { signal: controller.signal }).then(() =>
    assert.fail(`nothing happened within ${PATIENCE_MS} ms`),
  );
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    timeout.catch(() => undefined);
    controller.abort();
  }
}
