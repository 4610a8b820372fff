import { ProviderError, type ProviderErrorCode } from '@channelkit/core';

/** What a mock can be told to fail at: the calls of a provider. */
export const MOCK_OPERATIONS = [
  'searchNumbers',
  'purchaseNumber',
  'findNumber',
  'listNumbers',
  'releaseNumber',
] as const;
/** What a mock can be told to fail at: one of {@link MOCK_OPERATIONS}. */
export type MockOperation = (typeof MOCK_OPERATIONS)[number];

/**
 * How a call of the mock fails. `before-effect`, `after-effect`: its answer is lost, the outcome `unknown`, and the call
 * has changed nothing, or all that it changes. A code: the outcome is `throttled` for `rate_limited`, `not_sent` for
 * `provider_unavailable`, and `rejected` for every other; nothing is changed.
 */
export type MockFailure = 'before-effect' | 'after-effect' | ProviderErrorCode;

/** The failures that are still to come. */
export interface ScriptedFailures {
  add(operation: MockOperation, failure: MockFailure): void;
  /** What becomes of the next call, without taking it off the list. */
  next(operation: MockOperation): MockFailure | null;
  take(operation: MockOperation): MockFailure | null;
}

/** Makes an empty list of failures, one queue for each operation. */
export function createScriptedFailures(): ScriptedFailures {
  const queues = new Map<MockOperation, MockFailure[]>();
  return {
    add: (operation, failure) => {
      queues.set(operation, [...(queues.get(operation) ?? []), failure]);
    },
    next: (operation) => queues.get(operation)?.[0] ?? null,
    take: (operation) => queues.get(operation)?.shift() ?? null,
  };
}

/** Makes the error of a call that never left. */
export function notSent(operation: MockOperation, reason: string): ProviderError {
  const message = `The mock provider sent no ${operation}: ${reason}.`;
  return new ProviderError({ code: 'provider_unavailable', outcome: 'not_sent', message });
}

/** Makes the error of a call whose answer nobody got. */
export function answerLost(operation: MockOperation, reason: string): ProviderError {
  const message = `The answer of the mock provider to ${operation} was lost: ${reason}. It may have taken effect.`;
  return new ProviderError({ code: 'provider_unavailable', outcome: 'unknown', message });
}

/** Makes the error of a call that the provider answered with a refusal. */
export function refused(operation: MockOperation, code: ProviderErrorCode): ProviderError {
  return new ProviderError({
    code,
    outcome: code === 'rate_limited' ? 'throttled' : 'rejected',
    message: `The mock provider refused ${operation}: ${code}.`,
    requirement: code === 'regulatory_required' ? 'address' : null,
    providerCode: code,
  });
}
