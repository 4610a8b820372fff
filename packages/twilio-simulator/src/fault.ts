import type { RecordedRequest } from './exchange.js';
import type { Operation } from './operations.js';

/** The ways in which a request can go wrong. */
export const FAULT_KINDS = [
  'reset',
  'hang',
  'status',
  'truncated',
  'html',
  'redirect',
  'slow',
  'late',
] as const;

/** A way in which a request can go wrong. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Whether a fault strikes instead of the effect or once it has happened. */
export type FaultTiming = 'before-effect' | 'after-effect';

/** Which requests a fault strikes. */
export interface FaultTarget {
  operation: Operation | 'any';
  /** How many requests it strikes. Default 1; `Infinity` for all of them. */
  times?: number;
  /** How many requests it lets pass before. Default 0. */
  skip?: number;
  /** Narrows it to requests for which this holds; others are neither struck nor counted. */
  match?: (request: RecordedRequest) => boolean;
}

/** The connection is torn down with a TCP reset and no byte of an answer. Default: before the effect. */
export interface ResetFault {
  kind: 'reset';
  when?: FaultTiming;
}

/** No answer ever comes; the connection stays open until the client or `close()` ends it. Default: before the effect. */
export interface HangFault {
  kind: 'hang';
  when?: FaultTiming;
}

/**
 * Another answer than the true one. Default: before the effect.
 *
 * Without `body` it is Twilio's error body with `code` and `message`, which default to what fits the status.
 */
export interface StatusFault {
  kind: 'status';
  when?: FaultTiming;
  status: number;
  code?: number;
  message?: string;
  /** Text is sent as it is (`''` for an empty answer), anything else as JSON. */
  body?: string | Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
}

/**
 * An answer that is not whole. Default: after the effect, with the true answer; before it, with a 500.
 *
 * `cut`: the announced length, half of the bytes, then the end of the connection. `short`: half of the bytes,
 * announced as if they were all, so that only the JSON is broken. `long`: all bytes, but more were announced. Default `cut`.
 */
export interface TruncatedFault {
  kind: 'truncated';
  when?: FaultTiming;
  framing?: 'cut' | 'short' | 'long';
}

/** A gateway's HTML page. Default: 502, before the effect. */
export interface HtmlFault {
  kind: 'html';
  when?: FaultTiming;
  status?: number;
}

/** A redirect. Default: 307 to a path that does not exist, before the effect. */
export interface RedirectFault {
  kind: 'redirect';
  when?: FaultTiming;
  status?: 302 | 307;
  location?: string;
}

/** The true answer, `delayMs` later than otherwise. Default: the effect comes with the answer. */
export interface SlowFault {
  kind: 'slow';
  when?: FaultTiming;
  delayMs: number;
}

/**
 * The client gets nothing now, and the effect happens later, whether or not the client is still there: after
 * `delayMs`, or, without it, when `landLate()` is called.
 */
export interface LateFault {
  kind: 'late';
  /** What the client gets. Default `reset`. */
  client?: 'reset' | 'hang';
  delayMs?: number;
}

/** A way in which requests go wrong, with its particulars. */
export type FaultAction =
  ResetFault | HangFault | StatusFault | TruncatedFault | HtmlFault | RedirectFault | SlowFault | LateFault;

/** A fault to be: which requests it strikes and how. */
export type SimulatorFault = FaultTarget & FaultAction;

/** A fault that was laid. */
export interface LaidFault {
  /** How many requests it has struck. */
  struck(): number;
  /** Takes it away; requests it has struck stay struck. */
  cancel(): void;
}
