import { backoffMs } from './backoff.js';
import { callWithTimeout } from './call-with-timeout.js';
import { cleanCause } from './errors/clean-cause.js';
import { ProviderError } from './errors/provider-error.js';
import { withFacts } from './errors/with-facts.js';
import { readOwnedNumber, readReleaseAnswer, readSearchAnswer } from './read-answer.js';
import type {
  NumberProvider,
  NumberPurchase,
  NumberQuery,
  OwnedNumber,
  OwnedNumberQuery,
  ProviderTraits,
  ReleaseAnswer,
  SearchAnswer,
} from './number-provider.js';
import type { Policy } from './policy.js';
import type { Runtime } from './runtime.js';

/**
 * A provider with our own timeouts around it. Whatever a call throws is a `ProviderError`, by default one with the
 * outcome `unknown`; calls that are safe to repeat are tried `attempts` times.
 */
export interface PatientProvider {
  readonly name: string;
  readonly accountId: string;
  readonly isMock: boolean;
  readonly traits: ProviderTraits;
  searchNumbers(query: NumberQuery, signal?: AbortSignal): Promise<SearchAnswer>;
  /** Sent once at most, whatever comes of it. */
  purchaseNumber(purchase: NumberPurchase, maySend: () => boolean): Promise<OwnedNumber>;
  findNumber(query: OwnedNumberQuery, signal?: AbortSignal): Promise<FoundNumber>;
  releaseNumber(providerNumberId: string): Promise<ReleaseAnswer>;
}

/** The answer to a look-up among the numbers owned. */
export interface FoundNumber {
  readonly number: OwnedNumber | null;
  readonly vendorDate: Date | null;
}

/** Puts timeouts, retries and one kind of error around a provider. */
export function patientProvider(provider: NumberProvider, policy: Policy, runtime: Runtime): PatientProvider {
  const once = <Result>(call: (signal: AbortSignal) => Promise<Result>, limits: Limits) =>
    callOnce(provider.name, call, { ...limits, runtime });

  const repeatedly = async <Result>(call: (signal: AbortSignal) => Promise<Result>, outer?: AbortSignal) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await once(call, { timeoutMs: policy.callTimeoutMs, outer });
      } catch (error) {
        if (!isWorthRepeating(error) || attempt + 1 >= policy.attempts || outer?.aborted === true)
          throw error;
        const retryAfterMs = ProviderError.isInstance(error) ? (error.retryAfterMs ?? 0) : 0;
        if (retryAfterMs > policy.callTimeoutMs) throw error;
        await runtime.sleep(Math.max(backoffMs(attempt, runtime), retryAfterMs), outer);
      }
    }
  };

  return {
    name: provider.name,
    accountId: provider.accountId,
    isMock: provider.isMock,
    traits: provider.traits,
    searchNumbers: (query, outer) =>
      repeatedly(async (signal) => readSearchAnswer(await provider.searchNumbers(query, { signal })), outer),
    purchaseNumber: (purchase, maySend) => {
      let isOver = false;
      return once(
        async (signal) => {
          signal.addEventListener('abort', () => (isOver = true));
          const options = { signal, maySend: () => !isOver && maySend() };
          return readOwnedNumber(await provider.purchaseNumber(purchase, options));
        },
        { timeoutMs: policy.purchaseTimeoutMs },
      );
    },
    findNumber: (query, outer) =>
      repeatedly(async (signal) => {
        let vendorDate: Date | null = null;
        const number = await provider.findNumber(query, {
          signal,
          onVendorDate: (date) => (vendorDate = date),
        });
        return { number: number === null ? null : readOwnedNumber(number), vendorDate };
      }, outer),
    releaseNumber: (id) =>
      repeatedly(async (signal) => readReleaseAnswer(await provider.releaseNumber(id, { signal }))),
  };
}

interface Limits {
  readonly timeoutMs: number;
  readonly outer?: AbortSignal | undefined;
}

async function callOnce<Result>(
  name: string,
  call: (signal: AbortSignal) => Promise<Result>,
  limits: Limits & { readonly runtime: Runtime },
): Promise<Result> {
  try {
    return await callWithTimeout(call, {
      ...limits,
      onTimeout: () =>
        new ProviderError({
          code: 'provider_unavailable',
          outcome: 'unknown',
          message: `The provider ${name} did not answer within ${limits.timeoutMs} ms.`,
        }),
    });
  } catch (error) {
    if (ProviderError.isInstance(error)) throw withFacts(error, { operationId: null, mayOwnNumber: 'no' });
    const cause = cleanCause(error);
    throw new ProviderError({
      code: 'provider_unavailable',
      outcome: 'unknown',
      message: `The call to the provider ${name} failed, and it is not known whether it took effect: ${cause.message}`,
      cause,
    });
  }
}

function isWorthRepeating(error: unknown): boolean {
  return ProviderError.isInstance(error) && error.outcome !== 'rejected';
}
