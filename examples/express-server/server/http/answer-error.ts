import { ChannelError, InvalidInputError, type Ownership } from '@channelkit/core';
import type { ErrorRequestHandler, Request, Response } from 'express';
import type { ErrorBody } from '../schemas/error-schema.js';
import { HttpRefusal } from './http-refusal.js';

/** When to ask again for a purchase whose outcome is not known, where the SDK does not say. */
const ASK_AGAIN_MS = 3_000;

/** Answers whatever went wrong in the shape of the document, with no stack and nothing that is not meant for callers. */
export function answerErrors(): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, request, response, next) => {
    const { status, body } = describeError(error, request);
    if (status >= 500) request.log.error({ err: error, code: body.code }, body.details);
    else request.log.info({ code: body.code }, body.details);
    if (response.headersSent) {
      next(error);
      return;
    }
    if (body.retryAfterMs !== undefined) {
      response.set('Retry-After', String(Math.ceil(body.retryAfterMs / 1000)));
    }
    response.status(status).json(body);
  };
}

interface Answer {
  readonly status: number;
  readonly body: ErrorBody;
}

function describeError(error: unknown, request: Request): Answer {
  if (ChannelError.isInstance(error)) return describeChannelError(error, request);
  if (error instanceof HttpRefusal) return refusal(request, error);
  return refusal(request, toRefusal(error) ?? unexpected(request), isPurchase(request) ? 'unknown' : 'no');
}

function describeChannelError(error: ChannelError, request: Request): Answer {
  const { code, mayOwnNumber, operationId } = error;
  const retryAfterMs = error.retryAfterMs ?? (code === 'purchase_unknown' ? ASK_AGAIN_MS : null);
  const body = {
    error: whatFailed(request),
    details: isWholeCountry(error, request) ? 'No available phone numbers in this country' : error.message,
    code,
    mayOwnNumber,
    operationId,
    ...(InvalidInputError.isInstance(error) ? { issues: error.issues.map((issue) => ({ ...issue })) } : {}),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
  return { status: statusOf(error), body };
}

function statusOf({ code }: ChannelError): number {
  switch (code) {
    case 'invalid_input':
    case 'unknown_country':
      return 400;
    case 'channel_not_found':
      return 404;
    case 'operation_in_progress':
    case 'idempotency_mismatch':
    case 'channel_released':
      return 409;
    default:
      return 500;
  }
}

/** The document's own sentence, where the country alone was asked for. */
function isWholeCountry({ code }: ChannelError, { body }: Request): boolean {
  if (code !== 'no_numbers_available' || typeof body !== 'object' || body === null) return false;
  const narrowing = ['numberType', 'areaCode', 'contains', 'locality', 'region', 'capabilities'];
  return !narrowing.some((key) => key in body);
}

function refusal(
  request: Request,
  { status, code, message, issues, retryAfterMs }: HttpRefusal,
  mayOwnNumber: Ownership = 'no',
): Answer {
  const body = {
    error: whatFailed(request),
    details: message,
    code,
    mayOwnNumber: status === 500 ? mayOwnNumber : 'no',
    operationId: null,
    ...(issues === null ? {} : { issues: [...issues] }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
  return { status, body };
}

/** What Express and its body parser refuse carries a status and a type. */
function toRefusal(error: unknown): HttpRefusal | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  const { status } = error;
  if (status < 400 || status >= 500) return null;
  if (status === 413) {
    return new HttpRefusal({
      status,
      code: 'body_too_large',
      message: 'The body is larger than is allowed.',
    });
  }
  if (status === 415) return unsupportedMediaType();
  const isJson = 'type' in error && error.type === 'entity.parse.failed';
  return isJson
    ? new HttpRefusal({ status, code: 'malformed_json', message: 'The body is not JSON that can be read.' })
    : new HttpRefusal({ status, code: 'bad_request', message: 'The request cannot be read.' });
}

/** Makes the refusal of a body that is not plain JSON. */
export function unsupportedMediaType(): HttpRefusal {
  const message = 'Send the body as application/json in UTF-8, not compressed.';
  return new HttpRefusal({ status: 415, code: 'unsupported_media_type', message });
}

function unexpected({ res }: Request): HttpRefusal {
  const id = res?.get('X-Request-Id') ?? '(unknown)';
  const message = `Something unexpected happened. The server's log has it under request ${id}.`;
  return new HttpRefusal({ status: 500, code: 'internal_error', message });
}

function isPurchase({ method, path }: Request): boolean {
  return method === 'POST' && path.endsWith('/generate-phone-number');
}

function whatFailed(request: Request): string {
  if (isPurchase(request)) return 'Failed to generate phone number';
  if (request.method === 'DELETE') return 'Failed to release the channel';
  return 'Failed to answer the request';
}

/** Answers a refusal from where no error handler is called. */
export function sendRefusal(request: Request, response: Response, error: HttpRefusal): void {
  const { status, body } = refusal(request, error);
  if (body.retryAfterMs !== undefined) {
    response.set('Retry-After', String(Math.ceil(body.retryAfterMs / 1000)));
  }
  response.status(status).json(body);
}
