import type { ErrorBody } from '../../../server/schemas/error-schema.js';

/** The server answered, and the answer was no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.details);
    this.status = status;
    this.body = body;
  }
}

/** No answer that can be read came: the server may or may not have done what it was asked. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}
