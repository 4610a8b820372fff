import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { errorBody, type TwilioError } from './twilio-error.js';

/** An answer before it is sent. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** The bytes to come, as text; `''` for none. */
  text: string;
}

/** Makes an answer of JSON. */
export function jsonAnswer(status: number, body: unknown): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json;charset=utf-8' },
    text: JSON.stringify(body),
  };
}

/** Makes the answer to a request that Twilio refuses. */
export function refusalAnswer(refusal: TwilioError): Answer {
  const answer = jsonAnswer(refusal.status, errorBody(refusal));
  if (refusal.status !== 401) return answer;
  return { ...answer, headers: { ...answer.headers, 'WWW-Authenticate': 'Basic realm="Twilio API"' } };
}

/** Adds what every answer of the API carries: its date, its id and how many requests were under way. */
export function withStandardHeaders(answer: Answer, now: number, concurrentRequests: number): Answer {
  return {
    ...answer,
    headers: {
      Date: new Date(now).toUTCString(),
      'Twilio-Request-Id': `RQ${randomBytes(16).toString('hex')}`,
      'Twilio-Concurrent-Requests': String(concurrentRequests),
      'X-Home-Region': 'us1',
      ...answer.headers,
    },
  };
}

/** Sends an answer whole. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  response.sendDate = false;
  const length = answer.status === 204 ? {} : { 'Content-Length': Buffer.byteLength(answer.text) };
  response.writeHead(answer.status, { ...answer.headers, ...length });
  response.end(answer.text);
}

/** Sends an answer that is not whole; what `framing` does is told at `TruncatedFault`. */
export function sendBrokenAnswer(
  response: ServerResponse,
  answer: Answer,
  framing: 'cut' | 'short' | 'long',
): void {
  if (response.destroyed) return;
  const bytes = Buffer.from(answer.text);
  const part = framing === 'long' ? bytes : bytes.subarray(0, Math.floor(bytes.length / 2));
  const announced = { cut: bytes.length, short: part.length, long: bytes.length + 64 }[framing];
  response.sendDate = false;
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': announced });
  if (framing === 'short') response.end(part);
  else response.write(part, () => response.socket?.end());
}
