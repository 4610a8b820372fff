import { ChannelError } from './errors/channel-error.js';
import type { Operation } from './operation.js';

/**
 * The caller of one provisioning, who may leave: before the purchase is sent that ends the operation; afterwards it
 * only stops the waiting.
 */
export interface Caller {
  readonly signal: AbortSignal | undefined;
  /** The operation begun or taken over for this caller, or `null` while there is none. */
  operation: Pick<Operation, 'id' | 'phoneNumber'> | null;
  /** Whether a purchase was sent whose effect is not ruled out. */
  hasSent: boolean;
  /** Whether the caller left after the purchase was sent. */
  isDetached: boolean;
}

/** Makes a caller who has not left. */
export function createCaller(signal: AbortSignal | undefined): Caller {
  return { signal, operation: null, hasSent: false, isDetached: false };
}

/** Tells whether the caller left at a time when leaving still ends the operation. */
export function hasLeft(caller: Caller): boolean {
  return caller.signal?.aborted === true && !caller.isDetached;
}

/** Makes the error for a caller who left before anything was sent. */
export function abortedError(): ChannelError {
  return new ChannelError({
    code: 'aborted',
    message: 'The caller aborted before a number was bought; nothing is owned.',
  });
}

/** Makes the error for a caller who left while an operation may be buying. */
export function detachedError(operationId: string | null): ChannelError {
  return new ChannelError({
    code: 'aborted',
    message:
      'The caller aborted while a number was being bought. The operation ends by itself; ask again with the same ' +
      'idempotency key, or look at the list of channels, to see how.',
    operationId,
    mayOwnNumber: 'unknown',
  });
}

/** Waits for the work, or until the caller leaves after the purchase was sent; the work then goes on by itself. */
export function untilCallerLeaves<Result>(work: Promise<Result>, caller: Caller): Promise<Result> {
  const { signal } = caller;
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const leave = () => {
      if (!caller.hasSent) return;
      caller.isDetached = true;
      reject(detachedError(caller.operation?.id ?? null));
    };
    signal.addEventListener('abort', leave);
    work
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', leave))
      .catch(() => undefined);
  });
}

/** The signal to wait with, as long as leaving still ends the operation. */
export function waitingSignal(caller: Caller): AbortSignal | undefined {
  return caller.isDetached || caller.hasSent ? undefined : caller.signal;
}
