import type { Context } from './context.js';
import type { ChannelError } from './errors/channel-error.js';
import { ProvisionPendingError } from './errors/provision-pending-error.js';
import { StoreError } from './errors/store-error.js';
import { withFacts } from './errors/with-facts.js';
import { type HeldOperation, recheckDelayMs } from './held-operation.js';
import { elapsedMs } from './lease.js';
import type { Operation } from './operation.js';

/** A guarded write changed nothing: somebody else holds the operation, or has ended it. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * Ends an operation for which nothing was bought, and throws the error that ended it.
 *
 * @throws {@link LeaseLostError} when somebody else holds the operation now.
 */
export async function failOperation(
  context: Context,
  held: HeldOperation,
  error: ChannelError,
): Promise<never> {
  const { id, phoneNumber } = held.operation;
  const { code, message } = error;
  const ended = await tryFail(context, held, message);
  if (ended === 'by another') throw new LeaseLostError();
  // Where it could not be written, recovery ends the operation, and says so.
  if (ended === 'written')
    context.emit({ name: 'operation-failed', operationId: id, phoneNumber, code, message });
  throw withFacts(error, { operationId: id, mayOwnNumber: 'no' });
}

/** Makes the error for an operation of which the store cannot be asked what became of it. */
export function outOfReach(
  { id, phoneNumber }: Pick<Operation, 'id' | 'phoneNumber'>,
  cause: StoreError,
): ChannelError {
  return new ProvisionPendingError({
    code: 'purchase_unknown',
    message: `It is not known whether ${phoneNumber} was bought: ${cause.message} Recovery ends the operation.`,
    cause,
    operationId: id,
    mayOwnNumber: 'unknown',
    phoneNumber,
  });
}

/** Once an operation may stand, a store that cannot be reached leaves open what it owns. */
export async function aboutOperation<Result>(
  operation: Pick<Operation, 'id' | 'phoneNumber'>,
  answer: Promise<Result>,
): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    throw StoreError.isInstance(error) ? outOfReach(operation, error) : error;
  }
}

async function tryFail(
  { retryStore, policy, runtime }: Context,
  held: HeldOperation,
  message: string,
): Promise<'written' | 'by another' | 'left to recovery'> {
  try {
    const isWritten = await retryStore((store) => store.failOperation(held.operation, message));
    return isWritten ? 'written' : 'by another';
  } catch (storeError) {
    if (!StoreError.isInstance(storeError)) throw storeError;
    // While the lease lasts nobody else can have bought, and recovery ends the operation; after it, nothing is known.
    if (elapsedMs(held.leaseStart, runtime) < policy.leaseMs) return 'left to recovery';
    throw outOfReach(held.operation, storeError);
  }
}

/** What is known of a purchase whose outcome is not. */
export interface Doubt {
  readonly message: string;
  readonly cause: unknown;
  /** Whether the last look at the account did not show the number. */
  readonly isAbsent: boolean;
}

/**
 * Leaves an operation whose purchase is in doubt to recovery, and throws `purchase_unknown`.
 *
 * @throws {@link LeaseLostError} when somebody else holds the operation now.
 */
export async function leaveInDoubt(context: Context, held: HeldOperation, doubt: Doubt): Promise<never> {
  const { operation } = held;
  const { id, phoneNumber } = operation;
  const deferral = {
    ambiguous: true,
    absent: doubt.isAbsent,
    readAt: operation.readAt,
    delayMs: recheckDelayMs(operation, context.policy),
    error: doubt.message,
  };
  try {
    if (!(await context.retryStore((store) => store.deferOperation(operation, deferral))))
      throw new LeaseLostError();
  } catch (error) {
    // Without this write the lease simply runs out, and whoever takes it then assumes the worst.
    if (!StoreError.isInstance(error)) throw error;
  }
  throw new ProvisionPendingError({
    code: 'purchase_unknown',
    message:
      `It is not known yet whether ${phoneNumber} was bought: ${doubt.message} ` +
      'No other number is bought for this operation, and recovery ends it.',
    cause: doubt.cause,
    operationId: id,
    mayOwnNumber: 'unknown',
    phoneNumber,
  });
}
