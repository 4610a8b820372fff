import { ChannelError, type ChannelErrorOptions } from './channel-error.js';

/** What a {@link ProvisionPendingError} is made of. */
export interface ProvisionPendingErrorOptions extends ChannelErrorOptions {
  readonly code: 'purchase_unknown' | 'compensation_pending';
  readonly phoneNumber: string;
  readonly providerNumberId?: string | null;
}

const marker = Symbol.for('channelkit.ProvisionPendingError');

/** The operation is not over: it is on record, and `recoverOperations` ends it. */
export class ProvisionPendingError extends ChannelError {
  override readonly name: string = 'ProvisionPendingError';
  declare readonly code: 'purchase_unknown' | 'compensation_pending';
  /** The number it is about, E.164. */
  readonly phoneNumber: string;
  /** The provider's id of the number, or `null` while it is not known to have been bought. */
  readonly providerNumberId: string | null;

  constructor(options: ProvisionPendingErrorOptions) {
    super(options);
    this.phoneNumber = options.phoneNumber;
    this.providerNumberId = options.providerNumberId ?? null;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Tells whether a value is an error of an operation still pending, whichever copy of the package made it. */
  static override isInstance(value: unknown): value is ProvisionPendingError {
    return ChannelError.isInstance(value) && marker in value;
  }
}
