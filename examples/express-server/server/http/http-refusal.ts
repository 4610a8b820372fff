import type { InputIssue } from '@channelkit/core';

/** What a {@link HttpRefusal} is made of. */
export interface HttpRefusalOptions {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly InputIssue[];
  readonly retryAfterMs?: number;
}

/** A request that is turned away before the SDK is asked: nothing was done. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;
  readonly code: string;
  readonly issues: readonly InputIssue[] | null;
  readonly retryAfterMs: number | null;

  constructor({ status, code, message, issues, retryAfterMs }: HttpRefusalOptions) {
    super(message);
    this.status = status;
    this.code = code;
    this.issues = issues ?? null;
    this.retryAfterMs = retryAfterMs ?? null;
  }
}
