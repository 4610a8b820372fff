import { ChannelError, InvalidInputError, type Ownership } from '@channelkit/core';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { ErrorBody } from '../schemas/error-schema.js';
import { HttpRefusal } from './http-refusal.js';

/** When to ask again for a purchase whose outcome is not known, where the SDK does not say. */
const ASK_AGAIN_MS = 3_000;

/** Marks a request as one that asks for a purchase, by the route that took it rather than by how its address is written. */
export function markPurchase(): RequestHandler {
  return (_request, response, next) => {
    response.locals['isPurchase'] = true;
    next();
  };
}

/** Tells whether nothing new was begun: the request can never work, or the same one, by its key, is under way. */
export function isNothingBegun({ statusCode, locals }: Response): boolean {
  return statusCode === 400 || locals['errorCode'] === 'operation_in_progress';
}

/** Answers whatever went wrong in the shape of the document, with no stack and nothing that is not meant for callers. */
export function answerErrors(): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, request, response, next) => {
    const { status, body } = describeError(error, request);
    if (status < 500) request.log.info({ code: body.code }, body.details);
    else request.log[levelOf(body.code)]({ err: error, code: body.code }, body.details);
    response.locals['errorCode'] = body.code;
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

/** What happens every day without anything being broken. */
const EVERYDAY = [
  'no_numbers_available',
  'number_unavailable',
  'regulatory_required',
  'rate_limited',
  'stopping',
];

function levelOf(code: string): 'info' | 'error' {
  return EVERYDAY.includes(code) ? 'info' : 'error';
}

interface Answer {
  readonly status: number;
  readonly body: ErrorBody;
}

function describeError(error: unknown, request: Request): Answer {
  const answer = ChannelError.isInstance(error)
    ? describeChannelError(error, request)
    : refusal(request, error instanceof HttpRefusal ? error : (toRefusal(error) ?? unexpected(request)));
  // A release that failed leaves the number owned, or its commit unheard of.
  const isReleaseInDoubt = request.method === 'DELETE' && answer.status >= 500;
  return isReleaseInDoubt ? { ...answer, body: { ...answer.body, mayOwnNumber: 'unknown' } } : answer;
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

function refusal(request: Request, { status, code, message, issues, retryAfterMs }: HttpRefusal): Answer {
  const mayOwnNumber: Ownership = status === 500 && isPurchase(request) ? 'unknown' : 'no';
  const body = {
    error: whatFailed(request),
    details: message,
    code,
    mayOwnNumber,
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

function isPurchase({ res }: Request): boolean {
  return res?.locals['isPurchase'] === true;
}

function whatFailed(request: Request): string {
  if (isPurchase(request)) return 'Failed to generate phone number';
  if (request.method === 'DELETE') return 'Failed to release the channel';
  return 'Failed to answer the request';
}
