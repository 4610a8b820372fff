import { setTimeout as wait } from 'node:timers/promises';
import { ProviderError, type PurchaseOptions } from '@channelkit/core';
import {
  answerLost,
  type MockFailure,
  type MockOperation,
  notSent,
  refused,
  type ScriptedFailures,
} from './scripted-failures.js';

/** One request and its answer: `effect` is what the vendor does once the request is sent, and `date` that of its answer. */
export type MockCall = <Result>(
  operation: MockOperation,
  options: PurchaseOptions | undefined,
  effect: (date: Date) => Result | ProviderError,
) => Promise<Result>;

/** What the calls of a mock depend on. */
export interface MockCallOptions {
  readonly latencyMs?: number;
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Makes the one way in which every method of the mock reaches its vendor, failures included. */
export function createCall(failures: ScriptedFailures, options: MockCallOptions): MockCall {
  const { latencyMs = 0, now = Date.now, sleep = sleepUntilAborted } = options;

  return async (operation, { signal, maySend, onVendorDate } = {}, effect) => {
    if (signal?.aborted === true) throw notSent(operation, 'the call had been aborted');
    if (failures.next(operation) === 'provider_unavailable') {
      failures.take(operation);
      throw notSent(operation, 'the provider could not be reached');
    }
    if (maySend?.() === false) throw notSent(operation, 'it was too late to send it');

    const failure = failures.take(operation);
    const date = new Date(now());
    const answer = answerTo(operation, failure, () => effect(date));
    await sleep(latencyMs, signal);
    if (isAborted(signal)) throw answerLost(operation, 'the call was aborted');
    if (isLost(failure)) throw answerLost(operation, 'the connection broke');

    onVendorDate?.(date);
    if (ProviderError.isInstance(answer)) throw answer;
    return answer;
  };
}

function answerTo<Result>(
  operation: MockOperation,
  failure: MockFailure | null,
  effect: () => Result | ProviderError,
): Result | ProviderError {
  if (failure === 'before-effect') return answerLost(operation, 'the connection broke');
  return failure === null || failure === 'after-effect' ? effect() : refused(operation, failure);
}

function isLost(failure: MockFailure | null): boolean {
  return failure === 'before-effect' || failure === 'after-effect';
}

/** A call of its own: the compiler takes it that `aborted` cannot change while one function runs. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

async function sleepUntilAborted(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (milliseconds <= 0) return;
  try {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!isAborted(signal)) throw error;
  }
}
