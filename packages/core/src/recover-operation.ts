import { lacksCapability } from './attach-or-give-back.js';
import type { Context } from './context.js';
import { type Decision, decideNumber, operationAbandoned } from './decide-number.js';
import { cleanCause } from './errors/clean-cause.js';
import { StoreError } from './errors/store-error.js';
import { recheckDelayMs } from './held-operation.js';
import { startLease } from './lease.js';
import { lookUp } from './look-up.js';
import { newChannel } from './new-channel.js';
import { hasCapabilities } from './number-match.js';
import type { OwnedNumber } from './number-provider.js';
import type { Operation } from './operation.js';
import type { RecoveryOutcome } from './recover-operations.js';
import { readRequest } from './stored-request.js';

/** Decides about one operation whose lease recovery has taken. Never buys. */
export async function recoverOperation(context: Context, operation: Operation): Promise<RecoveryOutcome> {
  try {
    const sighting = await lookUp(context, operation);
    switch (sighting.kind) {
      case 'ours':
        return await recoverNumber(context, operation, sighting.number);
      case 'foreign':
        return await quarantine(context, operation);
      case 'absent':
        return await believeAbsent(context, operation);
      case 'unclear':
        return await putOff(context, operation, { isAbsent: false, error: sighting.error.message });
    }
  } catch (error) {
    // The lease runs out, and a later pass finds the operation as it was.
    if (StoreError.isInstance(error)) return 'pending';
    return await putOffUnreadable(context, operation, error);
  }
}

/** With a key somebody can come back for the channel; without one nobody can, unless the policy says otherwise. */
async function recoverNumber(
  context: Context,
  operation: Operation,
  number: OwnedNumber,
): Promise<RecoveryOutcome> {
  const request = readRequest(operation.request);
  const channel = newChannel(operation.id, request, number, context.provider);
  const { abandoned } = context.policy;
  const isWanted = abandoned === 'adopt' || (abandoned === 'auto' && operation.idempotencyKey !== null);
  const isUsable = hasCapabilities(number.capabilities, request.query);
  const reason = isUsable ? (isWanted ? null : operationAbandoned(operation)) : lacksCapability(channel);

  const held = { operation, leaseStart: startLease(context.runtime), isTakenOver: true };
  try {
    const decision = await decideNumber(context, { held, number, isAmbiguous: true }, channel, reason);
    return await concludeDecision(context, operation, decision);
  } catch (error) {
    if (!StoreError.isInstance(error)) throw error;
    await putOff(context, operation, { isAbsent: false, error: error.message });
    return error.code === 'store_rejected' ? 'refused' : 'pending';
  }
}

async function concludeDecision(
  context: Context,
  operation: Operation,
  decision: Decision,
): Promise<RecoveryOutcome> {
  switch (decision.kind) {
    case 'active': {
      const { id, phoneNumber, providerNumberId } = decision.channel;
      context.emit({
        name: 'operation-recovered',
        operationId: id,
        channelId: id,
        phoneNumber,
        providerNumberId,
      });
      return 'adopted';
    }
    case 'given_back':
      return 'released';
    case 'not_ours':
      return fail(context, operation, decision.error.message);
    case 'giving_back':
    case 'held_elsewhere':
      return 'pending';
  }
}

/** What somebody else bought is never attached and never released. */
async function quarantine(context: Context, operation: Operation): Promise<RecoveryOutcome> {
  const { id: operationId, phoneNumber } = operation;
  const message = `The account owns ${phoneNumber}, but operation ${operationId} did not buy it; it is left alone.`;
  if (operation.readAt < operation.settlesAt)
    return putOff(context, operation, { isAbsent: false, error: message });
  const outcome = await fail(context, operation, message);
  if (outcome === 'failed') context.emit({ name: 'number-quarantined', operationId, phoneNumber, message });
  return outcome;
}

/** One look is not believed: it takes two, `recheckMs` apart, the second at a time when no purchase can land any more. */
async function believeAbsent(context: Context, operation: Operation): Promise<RecoveryOutcome> {
  const { absentAt, readAt, settlesAt, phoneNumber } = operation;
  const message = `The account does not own ${phoneNumber}.`;
  const isSettled = readAt >= settlesAt;
  const isSeenTwice = absentAt !== null && readAt - absentAt >= context.policy.recheckMs;
  return isSettled && isSeenTwice
    ? fail(context, operation, message)
    : putOff(context, operation, { isAbsent: true, error: message });
}

async function fail(context: Context, operation: Operation, message: string): Promise<RecoveryOutcome> {
  const { id: operationId, phoneNumber } = operation;
  if (!(await context.retryStore((store) => store.failOperation(operation, message)))) return 'pending';
  context.emit({ name: 'operation-failed', operationId, phoneNumber, code: 'operation_abandoned', message });
  return 'failed';
}

interface Delay {
  readonly isAbsent: boolean;
  readonly error: string;
}

async function putOff(
  context: Context,
  operation: Operation,
  { isAbsent, error }: Delay,
): Promise<RecoveryOutcome> {
  const deferral = {
    ambiguous: true,
    absent: isAbsent,
    readAt: operation.readAt,
    delayMs: nextLookMs(operation, context, isAbsent),
    error,
  };
  await context.retryStore((store) => store.deferOperation(operation, deferral));
  return 'pending';
}

/** An absence is looked at again `recheckMs` later once nothing can land any more: that look ends the operation. */
function nextLookMs(operation: Operation, { policy }: Context, isAbsent: boolean): number {
  const isSettled = operation.readAt >= operation.settlesAt;
  return isAbsent && isSettled ? Math.ceil(policy.recheckMs) : recheckDelayMs(operation, policy);
}

/** One row that cannot be read must not keep recovery from the others. */
async function putOffUnreadable(
  context: Context,
  operation: Operation,
  error: unknown,
): Promise<RecoveryOutcome> {
  const { message } = cleanCause(error);
  try {
    await putOff(context, operation, {
      isAbsent: false,
      error: `The operation cannot be recovered: ${message}`,
    });
  } catch {
    // It is looked at again once the lease is over.
  }
  return 'refused';
}
