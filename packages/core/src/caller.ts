import { ChannelError } from './errors/channel-error.js';
import type { LeaseStart } from './lease.js';
import type { Operation } from './operation.js';

/** The operation that runs for a caller, and since when it is held. */
export interface CallersOperation extends Pick<Operation, 'id' | 'phoneNumber'> {
  readonly leaseStart: LeaseStart;
}

/**
 * The caller of one provisioning, who may leave: before a purchase is sent that ends the operation; afterwards it only
 * ends the waiting, and the operation goes on by itself.
 */
export interface Caller {
  /** The operation begun or taken over for this caller, or `null` while there is none. */
  operation(): CallersOperation | null;
  hold(operation: CallersOperation): void;
  /** Notes an operation with a key that the store is asked to write: it may stand although no answer says so. */
  noteWriting(operation: CallersOperation): void;
  /** All those, also where the store refused. */
  written(): readonly CallersOperation[];
  /** Notes that a request was sent whose effect is not ruled out; who has left already is let go at once. */
  markSent(): void;
  /** Notes that what was sent had no effect. */
  markNotSent(): void;
  hasSent(): boolean;
  /** Tells whether the caller left at a time when leaving still ends the operation. */
  hasLeft(): boolean;
  /** The signal to wait with, as long as leaving still ends the operation. */
  waitingSignal(): AbortSignal | undefined;
  /** Waits for the work, or until the caller leaves after a purchase was sent. */
  waitFor<Result>(work: Promise<Result>): Promise<Result>;
}

/** Makes a caller who has not left and for whom nothing was sent. */
export function createCaller(signal: AbortSignal | undefined): Caller {
  const written: CallersOperation[] = [];
  let operation: CallersOperation | null = null;
  let hasSent = false;
  let isDetached = false;
  let detach: (error: ChannelError) => void = () => undefined;

  const leave = () => {
    if (!hasSent || isDetached) return;
    isDetached = true;
    detach(detachedError(operation?.id ?? null));
  };
  return {
    operation: () => operation,
    hold: (held) => {
      operation = held;
    },
    noteWriting: (asked) => void written.push(asked),
    written: () => written,
    markSent: () => {
      hasSent = true;
      if (signal?.aborted === true) leave();
    },
    markNotSent: () => {
      hasSent = false;
    },
    hasSent: () => hasSent,
    hasLeft: () => signal?.aborted === true && !isDetached,
    waitingSignal: () => (isDetached || hasSent ? undefined : signal),
    waitFor: (work) =>
      new Promise((resolve, reject) => {
        detach = reject;
        signal?.addEventListener('abort', leave);
        work
          .then(resolve, reject)
          .finally(() => signal?.removeEventListener('abort', leave))
          .catch(() => undefined);
      }),
  };
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
