import type { ErrorBody } from '../../../server/schemas/error-schema.js';
import { accessToken, askForToken } from './access-token.js';
import { ApiError, NoAnswerError } from './api-error.js';

/** Longer than most answers take, shorter than people wait; who asks again with the same key asks for the same. */
const TIMEOUT_MS = 20_000;

/** What a call takes besides its path. */
export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: object;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/**
 * Calls the server, asking the user for the access token where the server wants one.
 *
 * @throws {@link ApiError} when the server refuses; {@link NoAnswerError} when nobody knows what it did.
 */
export async function callApi<Result>(path: string, options: CallOptions = {}): Promise<Result> {
  for (;;) {
    const token = accessToken();
    const response = await send(path, options, token);
    if (response.status === 401) {
      await askForToken(token);
      continue;
    }
    const answer = await readAnswer(response);
    if (response.ok) return answer as Result;
    throw isErrorBody(answer) ? new ApiError(response.status, answer) : unreadable(response);
  }
}

async function send(
  path: string,
  { method = 'GET', body, idempotencyKey, signal }: CallOptions,
  token: string | null,
): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' });
  if (token !== null) headers.set('Authorization', `Bearer ${token}`);
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (idempotencyKey !== undefined) headers.set('Idempotency-Key', idempotencyKey);
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const init: RequestInit = {
    method,
    headers,
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  };
  if (body !== undefined) init.body = JSON.stringify(body);
  try {
    return await fetch(`/api${path}`, init);
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new NoAnswerError('The server gave no answer.', { cause });
  }
}

async function readAnswer(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw unreadable(response, cause);
  }
}

/** What stands between us and the server, a proxy say, answers with words of its own. */
function unreadable({ status }: Response, cause?: unknown): NoAnswerError {
  return new NoAnswerError(`The server gave no answer that can be read (${status}).`, { cause });
}

function isErrorBody(answer: unknown): answer is ErrorBody {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'mayOwnNumber' in answer;
}
