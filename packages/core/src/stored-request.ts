import { createHash } from 'node:crypto';
import type { CheckedRequest } from './check-request.js';

/** Writes a request down as JSON, the same text for the same request. */
export function writeRequest(request: CheckedRequest): string {
  return JSON.stringify(request);
}

/** Reads back what `writeRequest` wrote; only this SDK writes that column. */
export function readRequest(text: string): CheckedRequest {
  return JSON.parse(text) as CheckedRequest;
}

/** Reduces a request to a hash, by which a key that comes back with another request is told. */
export function fingerprint(request: CheckedRequest): string {
  return createHash('sha256').update(writeRequest(request)).digest('hex');
}
