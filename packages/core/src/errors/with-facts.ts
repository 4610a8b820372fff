import { ChannelError, type Ownership } from './channel-error.js';
import { cleanCause } from './clean-cause.js';
import { ProviderError } from './provider-error.js';
import { StoreError } from './store-error.js';

/** What is true once an operation has ended with an error. */
export interface ErrorFacts {
  readonly operationId: string | null;
  readonly mayOwnNumber: Ownership;
}

/** Makes a copy of an adapter's error that says which operation it ended and what may be owned, and whose cause is clean. */
export function withFacts(error: ChannelError, facts: ErrorFacts): ChannelError {
  const { code, message, retryAfterMs } = error;
  const { operationId, mayOwnNumber } = facts;
  const common = { message, cause: safeCause(error.cause), retryAfterMs, operationId, mayOwnNumber };
  if (ProviderError.isInstance(error)) {
    const { outcome, requirement, providerCode } = error;
    return new ProviderError({ ...common, code: error.code, outcome, requirement, providerCode });
  }
  if (StoreError.isInstance(error)) return new StoreError({ ...common, code: error.code });
  return new ChannelError({ ...common, code });
}

/** An adapter of somebody else may have left a credential on the cause. */
function safeCause(cause: unknown): unknown {
  return cause === undefined || ChannelError.isInstance(cause) ? cause : cleanCause(cause);
}
