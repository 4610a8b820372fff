import { refuseIssues } from './check-request.js';
import { type ProviderAndStoreOptions, setupIssues } from './context.js';
import { isDuration } from './policy.js';
import { recoverOperations, type RecoveryResult } from './recover-operations.js';

/** What {@link startRecovery} takes. */
export interface StartRecoveryOptions extends ProviderAndStoreOptions {
  /** Milliseconds from the end of one pass to the start of the next. Default 30 000. */
  readonly intervalMs?: number | undefined;
  /** Is told what each pass did. */
  readonly onPass?: ((result: RecoveryResult) => void) | undefined;
  /** Is told of a pass that failed; the next one is made all the same. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Recovery that goes on. */
export interface RunningRecovery {
  /** Starts no further pass, and resolves once the one under way has ended. */
  stop(): Promise<void>;
}

const DEFAULT_INTERVAL_MS = 30_000;

/**
 * Recovers now, and again after every interval, on a timer that never keeps a process alive.
 *
 * @throws {@link InvalidInputError} when the options make no sense; nothing was started.
 */
export function startRecovery(options: StartRecoveryOptions): RunningRecovery {
  const { intervalMs = DEFAULT_INTERVAL_MS, onPass, onError, signal, ...rest } = options;
  const isInterval = isDuration(intervalMs);
  const intervalIssue = {
    path: 'intervalMs',
    message: 'must be a number of milliseconds above 0, at most 2147483647',
  };
  refuseIssues([...setupIssues(options, ['provider', 'store']), ...(isInterval ? [] : [intervalIssue])]);

  const stopping = new AbortController();
  const ended = signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, signal]);
  let timer: NodeJS.Timeout | undefined;

  const pass = async (): Promise<void> => {
    await recoverOperations({ ...rest, signal: ended }).then(tell(onPass), tell(onError));
    scheduleNext();
  };
  const scheduleNext = () => {
    if (ended.aborted) return;
    timer = setTimeout(() => {
      running = ended.aborted ? running : pass();
    }, intervalMs).unref();
  };
  let running = pass();

  return {
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

/** What a listener throws changes nothing. */
function tell<Value>(listener: ((value: Value) => void) | undefined): (value: Value) => void {
  return (value) => {
    try {
      const answer: unknown = listener?.(value);
      if (answer instanceof Promise) answer.catch(() => undefined);
    } catch {
      // A listener is told, not asked.
    }
  };
}
