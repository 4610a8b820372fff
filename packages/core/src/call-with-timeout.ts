import type { Runtime } from './runtime.js';

/** How long a call that was told to end may take to say what it knows, before it is left behind. */
const GRACE_MS = 100;

/** The reason of a signal whose call has ended. Made once: every call ends, and an exception costs more than all the rest here. */
const OVER = new DOMException('The call is over.', 'AbortError');

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
  let grace: AbortController | undefined;
  let isSettled = false;
  const end = () => ending.abort();
  if (outer?.aborted === true) end();
  outer?.addEventListener('abort', end);

  const overdue = () =>
    new Promise<never>((_resolve, reject) => {
      const wait = async () => {
        await runtime.sleep(timeoutMs, ending.signal);
        if (isSettled) return;
        end();
        grace = new AbortController();
        await runtime.sleep(GRACE_MS, grace.signal);
        reject(onTimeout());
      };
      wait().catch(reject);
    });
  try {
    return await Promise.race([call(ending.signal), overdue()]);
  } finally {
    isSettled = true;
    outer?.removeEventListener('abort', end);
    grace?.abort(OVER);
    ending.abort(OVER);
  }
}
