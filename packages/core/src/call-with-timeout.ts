import type { Runtime } from './runtime.js';

/** How long a call that was told to end may take to say what it knows, before it is left behind. */
const GRACE_MS = 100;

/** When a call must be over. */
export interface CallLimits {
  readonly timeoutMs: number;
  readonly runtime: Runtime;
  readonly outer?: AbortSignal | undefined;
  readonly onTimeout: () => Error;
}

/**
 * Runs a call with a signal that aborts when the time is over or when `outer` aborts. A call that does not end then
 * is left behind, and `onTimeout` gives the error instead.
 */
export async function callWithTimeout<Result>(
  call: (signal: AbortSignal) => Promise<Result>,
  { timeoutMs, runtime, outer, onTimeout }: CallLimits,
): Promise<Result> {
  const ending = new AbortController();
  const settled = new AbortController();
  const end = () => ending.abort();
  if (outer?.aborted === true) end();
  outer?.addEventListener('abort', end);

  const overdue = async (): Promise<Result> => {
    await runtime.sleep(timeoutMs, ending.signal);
    end();
    await runtime.sleep(GRACE_MS, settled.signal);
    throw onTimeout();
  };
  try {
    return await Promise.race([call(ending.signal), overdue()]);
  } finally {
    outer?.removeEventListener('abort', end);
    settled.abort();
    end();
  }
}
