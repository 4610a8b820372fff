import type { FaultKind } from './fault.js';
import type { Operation } from './operations.js';

/** A request as it arrived, without its secrets. */
export interface RecordedRequest {
  /** When it arrived, by the simulator's clock. */
  at: Date;
  /** `null` for a path that is none of the simulator's. */
  operation: Operation | null;
  method: string;
  /** The path without its query. */
  path: string;
  query: Readonly<Record<string, string>>;
  form: Readonly<Record<string, string>>;
  /** Names in lower case; the credential is replaced by `[hidden]`. */
  headers: Readonly<Record<string, string>>;
  /** The account or key sid it authenticated with. */
  username: string | null;
}

/** An answer as it was sent, in full even where a fault then cut it; an account's `auth_token` is `[hidden]`. */
export interface RecordedAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** The parsed JSON, the text when it is no JSON, or `null` when there is none. */
  body: unknown;
}

/** A request and what became of it. */
export interface Exchange {
  request: RecordedRequest;
  /** `null` as long as nothing was answered, and for ever when the fault was no answer at all. */
  answer: RecordedAnswer | null;
  /** The fault that struck this request, if one did. */
  fault: FaultKind | null;
}
