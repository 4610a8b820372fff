import { type ChannelStore, StoreError } from '@channelkit/core';
import type { VirtualClock } from './virtual-clock.js';

/**
 * How a verb fails. `rejected`: the store answers and changes nothing; `unavailable`: it is not reached; `lost`: the write
 * is made and the answer lost; `hang`: no answer ever comes, and nothing is written; `throws`: an error of no known kind.
 */
export type StoreFailure = 'rejected' | 'unavailable' | 'lost' | 'hang' | 'throws';

/** The verbs of a store that can be made to fail. */
export type StoreVerbName = Exclude<keyof ChannelStore, 'specVersion' | 'migrate' | 'close'>;

/** A store whose next calls can be made to fail, and whose calls are counted. */
export interface ScriptedStore {
  readonly store: ChannelStore;
  /** Every verb that was called, in order. */
  readonly calls: StoreVerbName[];
  /** Makes the next calls of a verb fail, `times` of them. */
  fail(verb: StoreVerbName, failure: StoreFailure, times?: number): void;
  /** Runs once, right before the next call of a verb. */
  before(verb: StoreVerbName, action: () => Promise<void>): void;
}

/** Puts scripted failures in front of a store. */
export function scriptStore(inner: ChannelStore, clock: VirtualClock): ScriptedStore {
  const calls: StoreVerbName[] = [];
  const failures = new Map<StoreVerbName, StoreFailure[]>();
  const actions = new Map<StoreVerbName, () => Promise<void>>();

  const scripted = (verb: StoreVerbName, run: () => Promise<unknown>) => async () => {
    calls.push(verb);
    const action = actions.get(verb);
    actions.delete(verb);
    await action?.();
    const failure = failures.get(verb)?.shift();
    if (failure === 'hang') return new Promise(() => undefined);
    if (failure !== undefined && failure !== 'lost') throw errorFor(failure);
    const result = await clock.track(run);
    if (failure === 'lost') throw errorFor('unavailable');
    return result;
  };

  const store = new Proxy(inner, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function' || key === 'migrate' || key === 'close') return member;
      const verb = key as StoreVerbName;
      return (...parameters: unknown[]) =>
        scripted(verb, () => Reflect.apply(member, target, parameters) as Promise<unknown>)();
    },
  });

  return {
    store,
    calls,
    fail: (verb, failure, times = 1) => {
      const queue = failures.get(verb) ?? [];
      failures.set(verb, [...queue, ...Array.from({ length: times }, () => failure)]);
    },
    before: (verb, action) => void actions.set(verb, action),
  };
}

function errorFor(failure: 'rejected' | 'unavailable' | 'throws'): Error {
  if (failure === 'throws') return new TypeError('the adapter has a mistake in it');
  return failure === 'rejected'
    ? new StoreError({ code: 'store_rejected', message: 'The store refused, for the test.' })
    : new StoreError({ code: 'store_unavailable', message: 'The store is out of reach, for the test.' });
}
