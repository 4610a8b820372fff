import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { encodeForm } from './form-encoding.js';
import { TransportFailure } from './transport-failure.js';
import type { TwilioAnswer } from './twilio-answer.js';

/** A thousand owned numbers, the largest page there is, take about 2 MB. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** Short, so that a purchase is seldom written to a connection that the other side has just given up. */
const IDLE_CONNECTION_MS = 4_000;

/** What the `twilio` package hands to its HTTP client. */
export interface TwilioHttpRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly params?: object | undefined;
  readonly data?: object | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly authStrategy?: { getAuthString(): Promise<string> } | undefined;
}

/** What governs one request besides its content. */
export interface SendOptions {
  readonly signal: AbortSignal;
  /** Asked once, synchronously, when the connection stands and nothing has been written yet. */
  readonly maySend?: (() => boolean) | undefined;
}

/** Sends one request once: no retry, no redirect followed. */
export interface TwilioHttpClient {
  /**
   * Resolves to a full answer, whatever its status.
   *
   * @throws TransportFailure in every other case; `written` tells whether a byte of the request may have left.
   */
  send(request: TwilioHttpRequest, options: SendOptions): Promise<TwilioAnswer>;
}

/** Creates an HTTP client that knows the moment at which a request is written, and keeps connections alive. */
export function createTwilioHttpClient(tls: { ca?: string | Buffer | undefined } = {}): TwilioHttpClient {
  const httpAgent = new http.Agent({ keepAlive: true, timeout: IDLE_CONNECTION_MS });
  const httpsAgent = new https.Agent({
    keepAlive: true,
    timeout: IDLE_CONNECTION_MS,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
  });
  return {
    async send(request, options) {
      const { url, method, headers, body } = await prepare(request);
      return exchange(options, body, () =>
        url.protocol === 'https:'
          ? https.request(url, { method, headers, agent: httpsAgent })
          : http.request(url, { method, headers, agent: httpAgent }),
      );
    },
  };
}

/** The same headers in the same order as the SDK's default client sends, so that nobody on the way can tell the two apart. */
async function prepare(request: TwilioHttpRequest) {
  try {
    const body = request.data === undefined ? '' : encodeForm(request.data);
    const query = request.params === undefined ? '' : encodeForm(request.params);
    const url = new URL(request.uri);
    if (query !== '') url.search = url.search === '' ? query : `${url.search}&${query}`;
    const authorization = await authorizationOf(request);
    const headers: Record<string, string> = {
      Accept: request.headers?.['Accept'] ?? 'application/json, text/plain, */*',
      ...request.headers,
      Connection: 'keep-alive',
      ...(authorization === null ? {} : { Authorization: authorization }),
      ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
      'Accept-Encoding': 'gzip, compress, deflate, br',
    };
    return { url, method: request.method.toUpperCase(), headers, body };
  } catch (cause) {
    throw new TransportFailure({ message: 'the request could not be put together', written: false, cause });
  }
}

async function authorizationOf(request: TwilioHttpRequest): Promise<string | null> {
  const { username, password, authStrategy } = request;
  if (username && password) return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return authStrategy === undefined ? null : authStrategy.getAuthString();
}

function exchange(
  { signal, maySend }: SendOptions,
  body: string,
  open: () => http.ClientRequest,
): Promise<TwilioAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new TransportFailure({ message: ENDED, written: false, cause: signal.reason }));
      return;
    }
    let written = false;
    let settled = false;
    const request = open();
    const succeed = (answer: TwilioAnswer) => {
      settled = true;
      resolve(answer);
    };
    const fail = (message: string, cause?: unknown) => {
      if (settled) return;
      settled = true;
      reject(new TransportFailure({ message, written, cause }));
      request.destroy();
    };
    const end = () => fail(ENDED, signal.reason);
    const write = () => {
      if (settled) return;
      try {
        if (maySend !== undefined && !maySend()) {
          fail('it was too late to send it');
          return;
        }
      } catch (cause) {
        fail('the check before sending failed', cause);
        return;
      }
      written = true;
      request.end(body === '' ? undefined : body);
    };

    signal.addEventListener('abort', end, { once: true });
    request.on('socket', (socket) => whenConnected(request, socket, write));
    request.on('response', (response) => collect(response, succeed, fail));
    request.on('error', (cause) => fail(`the connection failed (${codeOf(cause)})`, cause));
    request.on('close', () => {
      signal.removeEventListener('abort', end);
      fail('the connection was closed before the answer was complete');
    });
  });
}

const ENDED = 'the call was ended before the answer came';

/** Node writes nothing, not even the headers, before `end`: until then the connection can still be refused without a trace. */
function whenConnected(request: http.ClientRequest, socket: Socket, write: () => void): void {
  if (request.reusedSocket) write();
  else socket.once(request.protocol === 'https:' ? 'secureConnect' : 'connect', write);
}

function collect(
  response: http.IncomingMessage,
  succeed: (answer: TwilioAnswer) => void,
  fail: (message: string, cause?: unknown) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length > MAX_ANSWER_BYTES) fail(TOO_LARGE);
  });
  response.on('error', (cause) => fail('the connection failed in the middle of the answer', cause));
  response.on('end', () => {
    if (!response.complete) return;
    try {
      const body = decompress(Buffer.concat(chunks), response.headers['content-encoding']);
      const headers = Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      );
      succeed({ status: response.statusCode ?? 0, headers, body: body.toString('utf8') });
    } catch (cause) {
      fail('the answer could not be decompressed', cause);
    }
  });
}

const TOO_LARGE = `the answer is larger than ${MAX_ANSWER_BYTES} bytes`;

function decompress(body: Buffer, encoding: string | undefined): Buffer {
  const bounded = { maxOutputLength: MAX_ANSWER_BYTES };
  switch (encoding?.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(body, bounded);
    case 'deflate':
      return inflateSync(body, bounded);
    case 'br':
      return brotliDecompressSync(body, bounded);
    case undefined:
    case 'identity':
      return body;
    default:
      throw new Error('the answer has an unknown content encoding');
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
