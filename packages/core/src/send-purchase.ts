import type { Caller } from './caller.js';
import type { CheckedRequest } from './check-request.js';
import type { Context } from './context.js';
import { ProviderError } from './errors/provider-error.js';
import { type HeldOperation, isPastDeadline } from './held-operation.js';
import { isOlderThanSearch } from './look-up.js';
import type { OwnedNumber } from './number-provider.js';
import type { Operation } from './operation.js';

/** What came of one request to buy. */
export type PurchaseAnswer =
  | { readonly kind: 'bought'; readonly number: OwnedNumber }
  /** The vendor looked at it and refused. */
  | { readonly kind: 'refused'; readonly error: ProviderError }
  /** Nothing happened: it was not sent, or the vendor never looked at it. */
  | { readonly kind: 'not_processed'; readonly error: ProviderError }
  | { readonly kind: 'unknown'; readonly error: ProviderError };

/** Sends one request to buy the operation's number, unless the deadline is over or the caller has left. */
export async function sendPurchase(
  context: Context,
  { webhooks, regulatory }: CheckedRequest,
  held: HeldOperation,
  caller: Caller,
): Promise<PurchaseAnswer> {
  const { provider, policy, runtime, emit } = context;
  const { id: reference, phoneNumber } = held.operation;
  const hadSent = caller.hasSent();
  const maySend = () => {
    if (caller.hasLeft() || isPastDeadline(held, policy, runtime)) return false;
    caller.markSent();
    // Not before the request is written: a listener that takes its time would make the check above untrue.
    queueMicrotask(() => emit({ name: 'purchase-sent', operationId: reference, phoneNumber }));
    return true;
  };
  const answer = await classify(
    () => provider.purchaseNumber({ phoneNumber, reference, webhooks, regulatory }, maySend),
    (number) => doubtAbout(number, held.operation),
  );
  if (answer.kind === 'bought' || answer.kind === 'unknown') caller.markSent();
  else if (!hadSent) caller.markNotSent();
  if (answer.kind === 'unknown') {
    const { code, message } = answer.error;
    emit({ name: 'purchase-unknown', operationId: reference, phoneNumber, code, message });
  }
  return answer;
}

async function classify(
  purchase: () => Promise<OwnedNumber>,
  doubt: (number: OwnedNumber) => string | null,
): Promise<PurchaseAnswer> {
  try {
    const number = await purchase();
    const message = doubt(number);
    if (message === null) return { kind: 'bought', number };
    return {
      kind: 'unknown',
      error: new ProviderError({ code: 'provider_unavailable', outcome: 'unknown', message }),
    };
  } catch (error) {
    if (!ProviderError.isInstance(error)) throw error;
    if (error.outcome === 'rejected') return { kind: 'refused', error };
    if (error.outcome === 'unknown') return { kind: 'unknown', error };
    return { kind: 'not_processed', error };
  }
}

/** A success is believed only when it names our number, under our tag, and one the account did not have before. */
function doubtAbout(number: OwnedNumber, { id, phoneNumber, vendorDate }: Operation): string | null {
  if (number.phoneNumber !== phoneNumber)
    return `the provider answered with another number than ${phoneNumber}.`;
  if (number.providerNumberId === '')
    return `the provider did not say under which id it sold ${phoneNumber}.`;
  if (number.reference !== id) return `the provider did not confirm our tag on ${phoneNumber}.`;
  if (isOlderThanSearch(number, vendorDate))
    return `the account had ${phoneNumber} before it was listed for sale.`;
  return null;
}
