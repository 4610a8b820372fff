import { backoffMs } from './backoff.js';
import { abortedError, type Caller } from './caller.js';
import type { Candidates } from './candidates.js';
import type { CheckedRequest } from './check-request.js';
import type { Context } from './context.js';
import { failOperation, LeaseLostError } from './end-operation.js';
import { ProviderError } from './errors/provider-error.js';
import { type HeldOperation, isPastDeadline, remainingMs } from './held-operation.js';
import { lookUp } from './look-up.js';
import type { OwnedNumber } from './number-provider.js';
import { sendPurchase } from './send-purchase.js';
import { settlePurchase } from './settle-purchase.js';

/** A number that an operation bought. */
export interface PurchasedNumber {
  readonly held: HeldOperation;
  readonly number: OwnedNumber;
  /** Whether a request of this operation may still be under way. */
  readonly isAmbiguous: boolean;
}

/**
 * Buys the operation's number, exactly once. Only a definite refusal permits another number; while the outcome of
 * a request is unknown, this one is settled.
 *
 * @throws ChannelError when nothing was bought, or when that is not known; what it says is true then.
 */
export async function purchaseNumber(
  context: Context,
  request: CheckedRequest,
  held: HeldOperation,
  candidates: Candidates,
  caller: Caller,
): Promise<PurchasedNumber> {
  const { policy, runtime } = context;
  let current = held;
  let vendorSaid: ProviderError | null = null;
  for (let candidate = 1, attempt = 0; ; attempt += 1) {
    const answer = await sendPurchase(context, request, current, caller);
    if (answer.kind === 'bought') return { held: current, number: answer.number, isAmbiguous: false };
    if (answer.kind === 'unknown') return settlePurchase(context, request, current, caller, answer.error);

    const { error } = answer;
    // A request that came to the vendor twice is refused the second time, and the number is ours all the same.
    const sighting = answer.kind === 'refused' ? await lookUp(context, current.operation) : null;
    if (sighting?.kind === 'ours') {
      caller.markSent();
      return { held: current, number: sighting.number, isAmbiguous: true };
    }
    if (sighting?.kind === 'unclear') {
      caller.markSent();
      return settlePurchase(context, request, current, caller, error);
    }
    if (caller.hasLeft()) return failOperation(context, current, abortedError());
    if (answer.kind === 'refused') {
      if (error.code !== 'number_unavailable' || candidate >= policy.maxCandidates) {
        return failOperation(context, current, error);
      }
      current = await switchCandidate(context, current, candidates, caller, error);
      caller.hold({ ...current.operation, leaseStart: current.leaseStart });
      candidate += 1;
      attempt = -1;
      vendorSaid = null;
      continue;
    }
    const waitMs = Math.max(backoffMs(attempt, runtime), error.retryAfterMs ?? 0);
    if (waitMs >= remainingMs(current, policy, runtime)) {
      // When it was only our own deadline that kept it from being sent, what the vendor said before tells more.
      const isOwnCheck = error.outcome === 'not_sent' && isPastDeadline(current, policy, runtime);
      return failOperation(context, current, (isOwnCheck ? vendorSaid : null) ?? error);
    }
    vendorSaid = error;
    await runtime.sleep(waitMs, caller.waitingSignal());
  }
}

/** Commits another number before it is bought, and ends the operation when there is none. */
async function switchCandidate(
  context: Context,
  held: HeldOperation,
  candidates: Candidates,
  caller: Caller,
  refusal: ProviderError,
): Promise<HeldOperation> {
  for (;;) {
    const candidate = await nextCandidate(context, held, candidates, caller);
    if (candidate === null) return failOperation(context, held, caller.hasLeft() ? abortedError() : refusal);
    const change = { ...candidate, from: held.operation.phoneNumber };
    const outcome = await context.retryStore((store) => store.switchCandidate(held.operation, change));
    if (outcome === 'lost') throw new LeaseLostError();
    if (outcome === 'switched') {
      const { id: operationId } = held.operation;
      context.emit({ name: 'number-found', operationId, phoneNumber: candidate.phoneNumber });
      return { ...held, operation: { ...held.operation, ...candidate } };
    }
  }
}

async function nextCandidate(context: Context, held: HeldOperation, candidates: Candidates, caller: Caller) {
  try {
    return await candidates.next();
  } catch (error) {
    if (!ProviderError.isInstance(error)) throw error;
    return failOperation(context, held, caller.hasLeft() ? abortedError() : error);
  }
}
