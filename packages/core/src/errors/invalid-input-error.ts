import { ChannelError, type ChannelErrorOptions } from './channel-error.js';

/** One thing that is wrong with what was passed in. */
export interface InputIssue {
  /** Where, with dots: `capabilities.sms`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What an {@link InvalidInputError} is made of; its message is built from the issues. */
export interface InvalidInputErrorOptions extends Omit<
  ChannelErrorOptions,
  'code' | 'message' | 'mayOwnNumber'
> {
  readonly code?: 'invalid_input' | 'unknown_country';
  readonly issues: readonly InputIssue[];
}

const marker = Symbol.for('channelkit.InvalidInputError');

/** The input can never work; nothing was asked of the provider and nothing was written. */
export class InvalidInputError extends ChannelError {
  override readonly name: string = 'InvalidInputError';
  declare readonly code: 'invalid_input' | 'unknown_country';
  /** All that is wrong, not only the first. */
  readonly issues: readonly InputIssue[];

  constructor(options: InvalidInputErrorOptions) {
    super({ ...options, code: options.code ?? 'invalid_input', message: sentence(options.issues) });
    this.issues = options.issues;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Tells whether a value is an error about input, whichever copy of the package made it. */
  static override isInstance(value: unknown): value is InvalidInputError {
    return ChannelError.isInstance(value) && marker in value;
  }
}

function sentence(issues: readonly InputIssue[]): string {
  return issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}
