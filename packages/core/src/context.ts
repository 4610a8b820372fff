import { backoffMs } from './backoff.js';
import { callWithTimeout } from './call-with-timeout.js';
import type { ChannelStore } from './channel-store.js';
import { cleanCause } from './errors/clean-cause.js';
import { type InputIssue, InvalidInputError } from './errors/invalid-input-error.js';
import { StoreError } from './errors/store-error.js';
import { withFacts } from './errors/with-facts.js';
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

/** Tells whether a value is an object whose keys can be read. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Lists what is wrong with the options of a function, but for what is its own. */
export function setupIssues(options: unknown, adapters: readonly ('provider' | 'store')[]): InputIssue[] {
  if (!isRecord(options)) return [{ path: '', message: 'the options must be an object' }];
  const { signal, onEvent, policy, provider } = options;
  const issues: InputIssue[] = [];
  for (const adapter of adapters) {
    const value = options[adapter];
    if (!isRecord(value) || value['specVersion'] !== 'v1') {
      const kind = adapter === 'provider' ? 'NumberProvider' : 'ChannelStore';
      issues.push({ path: adapter, message: `must be a ${kind} of specVersion v1` });
    }
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    issues.push({ path: 'signal', message: 'must be an AbortSignal' });
  }
  if (onEvent !== undefined && typeof onEvent !== 'function') {
    issues.push({ path: 'onEvent', message: 'must be a function' });
  }
  if (policy !== undefined && !isRecord(policy)) {
    return [...issues, { path: 'policy', message: 'must be an object' }];
  }
  if (issues.some(({ path }) => path === 'provider')) return issues;
  const traits = isRecord(provider) ? provider['traits'] : undefined;
  return [
    ...issues,
    ...traitIssues(traits),
    ...(isRecord(traits) ? policyIssues(policy, Number(traits['settleFloorMs'])) : []),
  ];
}

/** The protocol settles an answer that was lost by the tag on the number; a vendor that cannot write one is not safe. */
function traitIssues(traits: unknown): InputIssue[] {
  const path = 'provider.traits';
  if (!isRecord(traits)) return [{ path, message: 'must tell the facts about the vendor' }];
  const issues: InputIssue[] = [];
  if (traits['tagAtPurchase'] !== true) {
    issues.push({
      path: `${path}.tagAtPurchase`,
      message: 'must be true: without a tag a lost answer leaks the number',
    });
  }
  if (traits['asyncOrders'] !== false) {
    issues.push({
      path: `${path}.asyncOrders`,
      message: 'must be false: orders that are filled later are not supported',
    });
  }
  return issues;
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
    if (StoreError.isInstance(error)) throw withFacts(error, { operationId: null, mayOwnNumber: 'no' });
    if (InvalidInputError.isInstance(error)) throw error;
    // What it says stays in the cause: nobody knows what an error that is not of this SDK gives away.
    const message = 'The store refused, with an error of no known kind.';
    throw new StoreError({ code: 'store_rejected', message, cause: cleanCause(error) });
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
