import {
  type ChannelStore,
  type NewOperation,
  type NumberProvider,
  type OwnedNumber,
  ProviderError,
  type ProviderErrorOptions,
  type Runtime,
  StoreError,
} from '@channelkit/core';
import type { VirtualClock } from '../harness/virtual-clock.js';
import { type CallName, isProviderCall, type Way } from './ways.js';

/** Which calls of a process fail, and how. */
export interface Plan {
  /** By their place among all that it makes, from 1. */
  readonly at: ReadonlyMap<number, Way>;
  /** The first calls of a name, one after another. */
  readonly byName?: Partial<Readonly<Record<CallName, readonly Way[]>>> | undefined;
  /** From this call on every call of its kind fails so. */
  readonly fromThenOn?: { readonly first: number; readonly name: CallName; readonly way: Way } | undefined;
}

/** A process whose calls fail as planned. */
export interface FailingProcess {
  readonly options: {
    readonly provider: NumberProvider;
    readonly store: ChannelStore;
    readonly runtime: Runtime;
  };
  /** What it called, in order. */
  readonly calls: readonly CallName[];
  /** The operations that it asked the store to begin. */
  readonly begun: readonly string[];
  /** Resolves when the process dies, after which it does nothing more. */
  readonly crashed: Promise<'crashed'>;
}

/** What a process is started on. */
export interface ProcessParts {
  readonly clock: VirtualClock;
  readonly provider: NumberProvider;
  readonly store: ChannelStore;
  readonly plan: Plan;
  /** Is called after everything that may have changed something. */
  readonly check: () => void;
  /** Is waited for before every call and before every answer, so that others can come in between. */
  readonly between?: ((label: string) => Promise<void>) | undefined;
}

/** As late as a purchase can land that was sent at once: just before the settle window of its sender ends. */
const LANDS_LATE_MS = 20 * 60_000;
/** A write that is stuck on its way to the database, while its caller tries again. */
const WRITTEN_LATE_MS = 3_000;
/** Just within every timeout. */
const SLOW_MS = 9_000;
const forever = () => new Promise<never>(() => undefined);

/** Starts a process on a provider and a store that others use as well. */
export function startFailingProcess(parts: ProcessParts): FailingProcess {
  const { clock, plan, check, between = () => Promise.resolve() } = parts;
  const calls: CallName[] = [];
  const begun: string[] = [];
  let isDead = false;
  // A function of its own: the compiler takes it that this cannot change while another one waits.
  const hasDied = () => isDead;
  let die: (value: 'crashed') => void = () => undefined;
  const crashed = new Promise<'crashed'>((resolve) => (die = resolve));

  const sleep: Runtime['sleep'] = async (milliseconds, signal) => {
    await clock.runtime.sleep(milliseconds, signal);
    if (isDead) await forever();
  };
  const wayOf = (name: CallName): Way | undefined => {
    const place = calls.length;
    const { fromThenOn, byName } = plan;
    if (fromThenOn !== undefined && place >= fromThenOn.first && name === fromThenOn.name)
      return fromThenOn.way;
    const nth = calls.filter((made) => made === name).length;
    return plan.at.get(place) ?? byName?.[name]?.[nth - 1];
  };
  const crash = () => {
    isDead = true;
    die('crashed');
    return forever();
  };

  const call = async (name: CallName, send: () => void, run: () => Promise<unknown>): Promise<unknown> => {
    if (hasDied()) return forever();
    calls.push(name);
    const way = wayOf(name);
    const effect = () =>
      clock.track(async () => {
        await between(name);
        const answer = await run();
        check();
        await between(`answer to ${name}`);
        return answer;
      });
    const answer = await fail({ way, name, send, effect, crash, clock });
    return hasDied() ? forever() : answer;
  };

  return {
    options: {
      provider: providerOf(parts.provider, call),
      store: storeOf(parts.store, call, begun),
      runtime: { ...clock.runtime, sleep },
    },
    calls,
    begun,
    crashed,
  };
}

type Call = (name: CallName, send: () => void, run: () => Promise<unknown>) => Promise<unknown>;

interface Failing {
  readonly way: Way | undefined;
  readonly name: CallName;
  /** What happens as the request leaves; throws when it may not. */
  readonly send: () => void;
  readonly effect: () => Promise<unknown>;
  readonly crash: () => Promise<never>;
  readonly clock: VirtualClock;
}

/** Runs one call in the way planned for it. */
async function fail({ way, name, send, effect, crash, clock }: Failing): Promise<unknown> {
  const { sleep } = clock.runtime;
  const isVendor = isProviderCall(name);
  const lost = isVendor
    ? providerError({ code: 'provider_unavailable', outcome: 'unknown' })
    : new StoreError({ code: 'store_unavailable', message: 'The answer of the store was lost.' });
  if (way === 'not sent') throw providerError({ code: 'provider_unavailable', outcome: 'not_sent' });
  if (way === 'unavailable')
    throw new StoreError({ code: 'store_unavailable', message: 'The store is away.' });
  if (way === 'crash before') return crash();
  if (way === 'throw before' && !isVendor) throw new TypeError('the adapter has a mistake in it');

  send();
  switch (way) {
    case undefined:
      return effect();
    case 'stale':
      return name === 'releaseNumber' ? 'gone' : null;
    case 'rejected':
      throw new StoreError({ code: 'store_rejected', message: 'The store refuses.' });
    case 'throttled':
      throw providerError({ code: 'rate_limited', outcome: 'throttled', retryAfterMs: 1_500 });
    case 'throttled for an hour':
      throw providerError({ code: 'rate_limited', outcome: 'throttled', retryAfterMs: 3_600_000 });
    case 'unknown before':
      throw lost;
    case 'unknown after':
      await effect();
      throw lost;
    case 'hang before':
      return forever();
    case 'hang after':
      await effect();
      return forever();
    case 'lands late':
      void sleep(isVendor ? LANDS_LATE_MS : WRITTEN_LATE_MS)
        .then(effect)
        .catch(() => undefined);
      throw lost;
    case 'slow': {
      const answer = await effect();
      await sleep(SLOW_MS);
      return answer;
    }
    case 'throw before':
      throw new TypeError('the adapter has a mistake in it');
    case 'throw after':
      await effect();
      throw new TypeError('the adapter has a mistake in it');
    case 'crash after':
      await effect();
      return crash();
    case 'delivered twice':
      await effect();
      throw providerError({ code: 'number_unavailable', outcome: 'rejected' });
    case 'delivered twice, the second refused otherwise':
      await effect();
      throw providerError({ code: 'account_restricted', outcome: 'rejected' });
    case 'answer with another number':
    case 'answer without an id':
    case 'answer with another tag':
    case 'answer with an older number':
    case 'answer with nothing':
      return distort(way, await effect());
    default: {
      const code = way.slice('rejected '.length) as ProviderErrorOptions['code'];
      throw providerError({ code, outcome: 'rejected' });
    }
  }
}

function distort(way: Way, answer: unknown): unknown {
  const number = answer as OwnedNumber;
  switch (way) {
    case 'answer with another number':
      return { ...number, phoneNumber: '+14155550999', providerNumberId: 'another' };
    case 'answer without an id':
      return { ...number, providerNumberId: '' };
    case 'answer with another tag':
      return { ...number, reference: '0197a000-0000-7000-8000-00000000dead' };
    case 'answer with an older number':
      return { ...number, createdAt: new Date(0) };
    default:
      return undefined;
  }
}

function providerError(facts: Omit<ProviderErrorOptions, 'message'>): ProviderError {
  return new ProviderError({
    ...facts,
    message: `The vendor failed: ${facts.outcome}.`,
    requirement: facts.code === 'regulatory_required' ? 'address' : null,
  });
}

function providerOf(inner: NumberProvider, call: Call): NumberProvider {
  const nothing = () => undefined;
  return {
    ...inner,
    // What a call that is stale does not show.
    traits: { ...inner.traits, showsAtOnce: false },
    searchNumbers: (query, options) =>
      call('searchNumbers', nothing, () => inner.searchNumbers(query, timely(options))) as never,
    findNumber: (query, options) =>
      call('findNumber', nothing, () => inner.findNumber(query, timely(options))) as never,
    releaseNumber: (id) => call('releaseNumber', nothing, () => inner.releaseNumber(id)) as never,
    purchaseNumber: (purchase, options) => {
      const send = () => {
        if (options?.maySend?.() === false)
          throw providerError({ code: 'provider_unavailable', outcome: 'not_sent' });
      };
      return call('purchaseNumber', send, () => inner.purchaseNumber(purchase)) as never;
    },
  };
}

/** The vendor's clock is told; the signal is not passed on, since what was sent is not taken back. */
function timely(options: { readonly onVendorDate?: (date: Date) => void } | undefined) {
  const onVendorDate = options?.onVendorDate;
  return onVendorDate === undefined ? {} : { onVendorDate };
}

function storeOf(inner: ChannelStore, call: Call, begun: string[]): ChannelStore {
  const nothing = () => undefined;
  return new Proxy(inner, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function' || key === 'migrate' || key === 'close') return member;
      return (...given: unknown[]) => {
        if (key === 'beginOperation') begun.push((given[0] as NewOperation).id);
        return call(key as CallName, nothing, () => Reflect.apply(member, target, given) as Promise<unknown>);
      };
    },
  });
}
