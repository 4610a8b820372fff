import { ChannelError, type ChannelErrorOptions } from './channel-error.js';

/** What a {@link StoreError} is made of. */
export interface StoreErrorOptions extends ChannelErrorOptions {
  readonly code: 'store_rejected' | 'store_unavailable';
}

const marker = Symbol.for('channelkit.StoreError');

/**
 * The store refused (`store_rejected`: it answered, and changed nothing), or could not be reached or did not answer
 * (`store_unavailable`: a write may have been made all the same).
 */
export class StoreError extends ChannelError {
  override readonly name: string = 'StoreError';
  declare readonly code: 'store_rejected' | 'store_unavailable';

  constructor(options: StoreErrorOptions) {
    super(options);
    Object.defineProperty(this, marker, { value: true });
  }

  /** Tells whether a value is a store's error, whichever copy of the package made it. */
  static override isInstance(value: unknown): value is StoreError {
    return ChannelError.isInstance(value) && marker in value;
  }
}
