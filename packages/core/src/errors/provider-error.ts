import { ChannelError, type ChannelErrorOptions } from './channel-error.js';

/** Codes of errors that come of a provider's answer, or of its silence. */
export const PROVIDER_ERROR_CODES = [
  'no_numbers_available',
  'number_unavailable',
  'regulatory_required',
  'authentication_failed',
  'account_restricted',
  'rate_limited',
  'provider_unavailable',
  'provider_rejected',
] as const;
/** The code of a {@link ProviderError}: one of {@link PROVIDER_ERROR_CODES}. */
export type ProviderErrorCode = (typeof PROVIDER_ERROR_CODES)[number];

/**
 * What is known of a call that failed. `rejected`: the vendor looked at it and refused; `not_sent`: no byte of it left;
 * `throttled`: the vendor says that it never looked at it; `unknown`: it may have taken effect, now or later.
 */
export const PROVIDER_OUTCOMES = ['rejected', 'not_sent', 'throttled', 'unknown'] as const;
/** What is known of a call that failed: one of {@link PROVIDER_OUTCOMES}. */
export type ProviderOutcome = (typeof PROVIDER_OUTCOMES)[number];

/** What regulators want on file before a number is sold. */
export const REGULATORY_REQUIREMENTS = ['address', 'bundle', 'identity'] as const;
/** What a regulator wants on file: one of {@link REGULATORY_REQUIREMENTS}. */
export type RegulatoryRequirement = (typeof REGULATORY_REQUIREMENTS)[number];

/** What a {@link ProviderError} is made of. */
export interface ProviderErrorOptions extends ChannelErrorOptions {
  readonly code: ProviderErrorCode;
  readonly outcome: ProviderOutcome;
  readonly requirement?: RegulatoryRequirement | null;
  readonly providerCode?: string | null;
}

const marker = Symbol.for('channelkit.ProviderError');

/** A provider refused, or could not be asked. */
export class ProviderError extends ChannelError {
  override readonly name: string = 'ProviderError';
  declare readonly code: ProviderErrorCode;
  readonly outcome: ProviderOutcome;
  /** What is missing, when the code is `regulatory_required`; else `null`. */
  readonly requirement: RegulatoryRequirement | null;
  /** The vendor's own code, as text, or `null`: Twilio's `21422`. */
  readonly providerCode: string | null;

  constructor(options: ProviderErrorOptions) {
    super(options);
    this.outcome = options.outcome;
    this.requirement = options.requirement ?? null;
    this.providerCode = options.providerCode ?? null;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Tells whether a value is a provider's error, whichever copy of the package made it. */
  static override isInstance(value: unknown): value is ProviderError {
    return ChannelError.isInstance(value) && marker in value;
  }
}
