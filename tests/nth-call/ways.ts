import type { NumberProvider, ProviderErrorCode } from '@channelkit/core';
import type { StoreVerbName } from '../harness/scripted-store.js';

/** The calls of a provider that the protocol makes. */
export type ProviderCallName = Extract<
  keyof NumberProvider,
  'searchNumbers' | 'purchaseNumber' | 'findNumber' | 'releaseNumber'
>;
/** Any call that can be made to fail. */
export type CallName = ProviderCallName | StoreVerbName;

/** What the vendor can say no with. */
type Refusal = `rejected ${Exclude<ProviderErrorCode, 'rate_limited' | 'provider_unavailable'>}`;

/**
 * How a call fails. `before` and `after`: whether it has taken effect by then. `lands late`: it takes effect once its
 * caller has given up; `slow`: it is answered, at the last moment; `crash`: the process that makes it is never heard of again.
 */
export type Way =
  | Refusal
  | 'rejected'
  | 'throttled'
  | 'throttled for an hour'
  | 'not sent'
  | 'unavailable'
  | 'unknown before'
  | 'unknown after'
  | 'hang before'
  | 'hang after'
  | 'lands late'
  | 'slow'
  | 'throw before'
  | 'throw after'
  | 'crash before'
  | 'crash after'
  | 'stale'
  | 'delivered twice'
  | 'delivered twice, the second refused otherwise'
  | 'answer with another number'
  | 'answer without an id'
  | 'answer with another tag'
  | 'answer with an older number'
  | 'answer with nothing';

const ANY_PROVIDER_CALL: readonly Way[] = [
  'rejected authentication_failed',
  'throttled',
  'throttled for an hour',
  'not sent',
  'unknown before',
  'unknown after',
  'hang before',
  'hang after',
  'slow',
  'throw before',
  'throw after',
  'crash before',
  'crash after',
];

/** What may go wrong with each call of a provider. */
export const PROVIDER_WAYS: Readonly<Record<ProviderCallName, readonly Way[]>> = {
  searchNumbers: [...ANY_PROVIDER_CALL, 'rejected no_numbers_available', 'rejected provider_rejected'],
  purchaseNumber: [
    ...ANY_PROVIDER_CALL,
    'rejected number_unavailable',
    'rejected regulatory_required',
    'rejected account_restricted',
    'rejected provider_rejected',
    'lands late',
    'answer with another number',
    'answer without an id',
    'answer with another tag',
    'answer with an older number',
    'answer with nothing',
    'delivered twice',
    'delivered twice, the second refused otherwise',
  ],
  findNumber: [...ANY_PROVIDER_CALL, 'rejected provider_rejected', 'stale'],
  releaseNumber: [...ANY_PROVIDER_CALL, 'rejected provider_rejected', 'lands late', 'stale'],
};

/** What may go wrong with each call of a store; what is lost `after` has been written. */
export const STORE_WAYS: readonly Way[] = [
  'rejected',
  'unavailable',
  'unknown after',
  'hang before',
  'hang after',
  'lands late',
  'slow',
  'throw before',
  'throw after',
  'crash before',
  'crash after',
];

/** Lists what may go wrong with a call. */
export function waysOf(name: CallName): readonly Way[] {
  return isProviderCall(name) ? PROVIDER_WAYS[name] : STORE_WAYS;
}

/** Tells a call of the provider from one of the store. */
export function isProviderCall(name: CallName): name is ProviderCallName {
  return Object.hasOwn(PROVIDER_WAYS, name);
}
