import type { ProviderErrorCode } from './provider-error.js';

/** Codes of errors that concern the request, the operation or the caller, not the provider's answer. */
export const CHANNEL_ERROR_CODES = [
  'invalid_input',
  'unknown_country',
  'purchase_unknown',
  'compensation_pending',
  'store_rejected',
  'store_unavailable',
  'operation_in_progress',
  'idempotency_mismatch',
  'channel_released',
  'operation_abandoned',
  'channel_not_found',
  'aborted',
] as const;

/** Every code an error of this SDK can have. */
export type ErrorCode = (typeof CHANNEL_ERROR_CODES)[number] | ProviderErrorCode;

/** The answers to "am I paying for something?". */
export const OWNERSHIPS = ['no', 'unknown', 'yes'] as const;
/** The answer to "am I paying for something?": one of {@link OWNERSHIPS}. */
export type Ownership = (typeof OWNERSHIPS)[number];

/** What a {@link ChannelError} is made of. */
export interface ChannelErrorOptions {
  readonly code: ErrorCode;
  readonly message: string;
  /** Must be clean of credentials: see `cleanCause`. */
  readonly cause?: unknown;
  readonly operationId?: string | null;
  readonly mayOwnNumber?: Ownership;
  readonly retryAfterMs?: number | null;
}

const marker = Symbol.for('channelkit.ChannelError');

/** Any failure of this SDK: what went wrong (`code`, `message`), and what is true now (`mayOwnNumber`). */
export class ChannelError extends Error {
  override readonly name: string = 'ChannelError';
  readonly code: ErrorCode;
  /** The operation this ended or belongs to, or `null` when none existed yet. */
  readonly operationId: string | null;
  /** Whether a number may be owned, and paid for, because of this call. */
  readonly mayOwnNumber: Ownership;
  /** When asking again can help, in milliseconds, or `null` when that is not known. */
  readonly retryAfterMs: number | null;

  constructor(options: ChannelErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.operationId = options.operationId ?? null;
    this.mayOwnNumber = options.mayOwnNumber ?? 'no';
    this.retryAfterMs = options.retryAfterMs ?? null;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Tells whether a value is an error of this SDK, whichever copy of the package made it. */
  static isInstance(value: unknown): value is ChannelError {
    return value instanceof Error && marker in value;
  }
}
