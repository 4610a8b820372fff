import { backoffMs } from './backoff.js';
import type { Caller } from './caller.js';
import type { CheckedRequest } from './check-request.js';
import type { Context } from './context.js';
import { leaveInDoubt, LeaseLostError } from './end-operation.js';
import type { ProviderError } from './errors/provider-error.js';
import { type HeldOperation, isPastDeadline, remainingMs } from './held-operation.js';
import { lookUp } from './look-up.js';
import type { PurchasedNumber } from './purchase.js';
import { sendPurchase } from './send-purchase.js';

/**
 * Settles a purchase whose outcome is unknown, by looking at the account and by buying the same number again, never
 * another one. What is not settled by the deadline is left to recovery.
 *
 * `unanswered` is the error of our own request; `null` when the operation was taken over and we sent none yet.
 */
export async function settlePurchase(
  context: Context,
  request: CheckedRequest,
  held: HeldOperation,
  caller: Caller,
  unanswered: ProviderError | null,
): Promise<PurchasedNumber> {
  const { policy, runtime } = context;
  const sending = sendingPeriod(context, held);
  let lastError = unanswered;

  for (let attempt = 0, sends = unanswered === null ? 0 : 1; ; attempt += 1) {
    const sighting = await lookUp(context, held.operation);
    if (sighting.kind === 'ours') {
      await sending.end();
      return { held, number: sighting.number, isAmbiguous: true };
    }
    if (sighting.kind === 'unclear') lastError = sighting.error;
    if (sighting.kind === 'foreign' || isPastDeadline(held, policy, runtime)) {
      await sending.end();
      const message =
        sighting.kind === 'foreign'
          ? 'the account owns the number, but this operation did not buy it, so it is left alone.'
          : (lastError?.message ?? 'the account does not own it, but a request may still be under way.');
      return leaveInDoubt(context, held, { message, cause: lastError, isAbsent: sighting.kind === 'absent' });
    }
    const waitMs = Math.max(backoffMs(attempt, runtime), lastError?.retryAfterMs ?? 0);
    await runtime.sleep(Math.min(waitMs, remainingMs(held, policy, runtime)));

    if (sighting.kind === 'absent' && sends < policy.attempts) {
      sends += 1;
      await sending.begin();
      const answer = await sendPurchase(context, request, held, caller);
      if (answer.kind === 'bought') return { held, number: answer.number, isAmbiguous: true };
      if (answer.kind === 'unknown') sending.noteUnanswered();
      lastError = answer.error;
    }
  }
}

/**
 * Keeps `settlesAt` true while an operation that was taken over sends again: it covers our requests before the first of
 * them goes out, and has its old value back once every one of them was definitely refused. What was bought may not show before it.
 */
function sendingPeriod(context: Context, { operation, isTakenOver }: HeldOperation) {
  const { retryStore, policy } = context;
  let hasBegun = false;
  let hasUnanswered = false;
  return {
    begin: async () => {
      if (!isTakenOver || hasBegun) return;
      hasBegun = true;
      const settlesAt = Math.max(operation.settlesAt, operation.leaseExpiresAt + policy.settleMs);
      if (!(await retryStore((store) => store.setSettlesAt(operation, settlesAt))))
        throw new LeaseLostError();
    },
    noteUnanswered: () => {
      hasUnanswered = true;
    },
    end: async () => {
      if (!hasBegun || hasUnanswered) return;
      // Failing to say so only makes things wait longer than they must.
      await retryStore((store) => store.setSettlesAt(operation, operation.settlesAt)).catch(() => false);
    },
  };
}
