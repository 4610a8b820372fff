/** A call that ended without a full answer: the connection, the clock or the caller ended it. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  /** Whether a byte of the request may have left. */
  readonly written: boolean;

  constructor(failure: { message: string; written: boolean; cause?: unknown }) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.written = failure.written;
  }
}
