import { backoffMs } from './backoff.js';
import { callWithTimeout } from './call-with-timeout.js';
import type { ChannelStore } from './channel-store.js';
import { cleanCause } from './errors/clean-cause.js';
import type { InputIssue } from './errors/invalid-input-error.js';
import { StoreError } from './errors/store-error.js';
import type { ChannelEvent, EventListener } from './events.js';
import type { NumberProvider } from './number-provider.js';
import { type PatientProvider, patientProvider } from './patient-provider.js';
import { completePolicy, type Policy, policyIssues } from './policy.js';
import { type Runtime, systemRuntime } from './runtime.js';

/** What every function of the SDK takes beside its own options. */
export interface CommonOptions {
  /** Ends the call early; what that means once a purchase was sent stands with `provisionChannel`. */
  readonly signal?: AbortSignal | undefined;
  /** How long things may take, and how often they are tried; what is left out has its default. */
  readonly policy?: Partial<Policy> | undefined;
  /** Is told of every event. What it throws changes nothing. */
  readonly onEvent?: EventListener | undefined;
  /** Clocks, randomness, ids and timers, for tests. */
  readonly runtime?: Partial<Runtime> | undefined;
}

/** A provider and a store, with the common options. */
export interface ProviderAndStoreOptions extends CommonOptions {
  readonly provider: NumberProvider;
  readonly store: ChannelStore;
}

/** One verb of the store, about to be run. */
export type StoreVerb<Result> = (store: ChannelStore) => Promise<Result>;

/** What every step of the protocol works with. */
export interface Context {
  readonly provider: PatientProvider;
  /** Runs one verb of the store, once, within `callTimeoutMs`; every failure is a `StoreError`. */
  readonly callStore: <Result>(verb: StoreVerb<Result>) => Promise<Result>;
  /** The same, tried `attempts` times while the store cannot be reached. */
  readonly retryStore: <Result>(verb: StoreVerb<Result>) => Promise<Result>;
  readonly policy: Policy;
  readonly runtime: Runtime;
  readonly emit: (event: Omit<ChannelEvent, 'at'>) => void;
}

/** Lists what is wrong with a provider, a store and a policy. */
export function setupIssues(options: Partial<ProviderAndStoreOptions>): InputIssue[] {
  const { provider, store, policy } = options;
  const issues: InputIssue[] = [];
  if ('store' in options && store?.specVersion !== 'v1') {
    issues.push({ path: 'store', message: 'must be a ChannelStore of specVersion v1' });
  }
  if (provider?.specVersion !== 'v1') {
    issues.push({ path: 'provider', message: 'must be a NumberProvider of specVersion v1' });
    return issues;
  }
  return [...issues, ...policyIssues(policy, provider.traits)];
}

/** Makes the context of one call. */
export function createContext(options: ProviderAndStoreOptions): Context {
  const policy = completePolicy(options.policy);
  const runtime = { ...systemRuntime, ...options.runtime };
  const callStore = <Result>(verb: StoreVerb<Result>) => callStoreOnce(options.store, verb, policy, runtime);
  return {
    provider: patientProvider(options.provider, policy, runtime),
    callStore,
    retryStore: async (verb) => {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await callStore(verb);
        } catch (error) {
          if (!isUnavailable(error) || attempt + 1 >= policy.attempts) throw error;
          await runtime.sleep(backoffMs(attempt, runtime));
        }
      }
    },
    policy,
    runtime,
    emit: eventEmitter(options.onEvent, runtime),
  };
}

/** Tells whether the store could not be reached, so that it is not known what became of a write. */
export function isUnavailable(error: unknown): boolean {
  return StoreError.isInstance(error) && error.code === 'store_unavailable';
}

async function callStoreOnce<Result>(
  store: ChannelStore,
  verb: StoreVerb<Result>,
  { callTimeoutMs }: Policy,
  runtime: Runtime,
): Promise<Result> {
  try {
    return await callWithTimeout(() => verb(store), {
      timeoutMs: callTimeoutMs,
      runtime,
      onTimeout: () =>
        new StoreError({
          code: 'store_unavailable',
          message: `The store did not answer within ${callTimeoutMs} ms.`,
        }),
    });
  } catch (error) {
    if (StoreError.isInstance(error)) throw error;
    const cause = cleanCause(error);
    throw new StoreError({ code: 'store_rejected', message: `The store refused: ${cause.message}`, cause });
  }
}

function eventEmitter(listener: EventListener | undefined, { now }: Runtime): Context['emit'] {
  return (event) => {
    try {
      const answer: unknown = listener?.({ ...event, at: new Date(now()) });
      if (answer instanceof Promise) answer.catch(() => undefined);
    } catch {
      // A listener is told, not asked.
    }
  };
}
