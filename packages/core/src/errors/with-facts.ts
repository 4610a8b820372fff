import { ChannelError, type Ownership } from './channel-error.js';
import { ProviderError } from './provider-error.js';
import { StoreError } from './store-error.js';

/** What is true once an operation has ended with an error. */
export interface ErrorFacts {
  readonly operationId: string | null;
  readonly mayOwnNumber: Ownership;
}

/** Makes a copy of an adapter's error that says which operation it ended and what may be owned. */
export function withFacts(error: ChannelError, facts: ErrorFacts): ChannelError {
  const { code, message, cause, retryAfterMs } = error;
  const common = { message, cause, retryAfterMs, ...facts };
  if (ProviderError.isInstance(error)) {
    const { outcome, requirement, providerCode } = error;
    return new ProviderError({ ...common, code: error.code, outcome, requirement, providerCode });
  }
  if (StoreError.isInstance(error)) return new StoreError({ ...common, code: error.code });
  return new ChannelError({ ...common, code });
}
