import { backoffMs } from './backoff.js';
import { type Context, isUnavailable, type StoreVerb } from './context.js';
import { type HeldOperation, remainingMs } from './held-operation.js';

/** Runs a verb of the store, once at least, and again while the store cannot be reached and the deadline is not over. */
export async function untilDeadline<Result>(
  { callStore, policy, runtime }: Context,
  held: HeldOperation,
  verb: StoreVerb<Result>,
): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await callStore(verb);
    } catch (error) {
      const waitMs = backoffMs(attempt, runtime);
      if (!isUnavailable(error) || waitMs >= remainingMs(held, policy, runtime)) throw error;
      await runtime.sleep(waitMs);
    }
  }
}
