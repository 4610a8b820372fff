import { isObject } from './twilio-answer.js';
import { TransportFailure } from './transport-failure.js';
import type { TwilioHttpClient } from './twilio-http-client.js';

/** The HTTP client of somebody else's `twilio` client: a way through a proxy, a stand-in for tests. */
export interface BorrowedHttpClient {
  request(request: never): Promise<unknown>;
}

/**
 * Sends through an HTTP client that is not ours. `maySend` is asked just before it is called, and an aborted signal
 * ends the wait, but not its connection; since nobody can tell when it writes, every failure of it counts as written.
 */
export function borrowHttpClient(borrowed: BorrowedHttpClient): TwilioHttpClient {
  return {
    async send(request, { signal, maySend }) {
      if (signal.aborted) throw ended(signal, false);
      if (maySend !== undefined && !maySend()) {
        throw new TransportFailure({ message: 'it was too late to send it', written: false });
      }
      return readResponse(await unlessAborted(signal, () => borrowed.request(request as never)));
    },
  };
}

function unlessAborted(signal: AbortSignal, call: () => Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const end = () => reject(ended(signal, true));
    signal.addEventListener('abort', end, { once: true });
    // Called at once: nothing may come between the last check and the request.
    new Promise((answer) => answer(call()))
      .then(resolve, (cause: unknown) =>
        reject(new TransportFailure({ message: 'its HTTP client failed', written: true, cause })),
      )
      .finally(() => signal.removeEventListener('abort', end));
  });
}

function ended(signal: AbortSignal, written: boolean): TransportFailure {
  return new TransportFailure({
    message: 'the call was ended before the answer came',
    written,
    cause: signal.reason,
  });
}

function readResponse(response: unknown) {
  if (!isObject(response) || typeof response['statusCode'] !== 'number') {
    throw new TransportFailure({ message: 'its HTTP client returned no status', written: true });
  }
  const { statusCode, body } = response;
  const headers = isObject(response['headers']) ? response['headers'] : {};
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    body: typeof body === 'string' ? body : JSON.stringify(body ?? null),
  };
}
