import { type Channel, ProvisionPendingError, type ProvisionRequest } from '@channelkit/core';
import type { Request, RequestHandler } from 'express';
import { checkInput } from '../http/check-input.js';
import { HttpRefusal } from '../http/http-refusal.js';
import { generateHeadersSchema, generateRequestSchema } from '../schemas/request-schemas.js';
import type { ServerContext } from '../server-context.js';
import { generatedChannelBody } from './channel-body.js';

/** Refuses what can never work, before it counts as a purchase. */
export function checkGenerateRequest(): RequestHandler {
  return (request, _response, next) => {
    readRequest(request);
    next();
  };
}

/**
 * `POST /api/channels/generate-phone-number`: buys a number, stores it as a channel, and answers with the channel. The SDK
 * does all three in one call, and undoes the purchase when it cannot be stored.
 *
 * A caller who leaves does not end it: who comes back with the same idempotency key gets its outcome.
 */
export function generatePhoneNumber(context: ServerContext): RequestHandler {
  const { purchases, isStopping } = context;
  return async (request, response) => {
    if (isStopping()) {
      // The request may have come in before the server began to stop, on a connection that was to be kept.
      response.set('Connection', 'close');
      throw stopping();
    }
    const channel = await purchases.track(provision(context, readRequest(request)));
    response.json(generatedChannelBody(channel));
  };
}

async function provision({ channels, doubts }: ServerContext, request: ProvisionRequest): Promise<Channel> {
  try {
    const channel = await channels.provision(request);
    doubts.drop(channel.id);
    return channel;
  } catch (error) {
    if (ProvisionPendingError.isInstance(error) && error.operationId !== null) doubts.note(error.operationId);
    throw error;
  }
}

function readRequest(request: Request) {
  const body = checkInput(generateRequestSchema, request.body ?? {});
  const { 'idempotency-key': key } = checkInput(generateHeadersSchema, request.headers);
  if (key === undefined) return body;
  if (body.idempotencyKey !== undefined && body.idempotencyKey !== key) {
    const issue = { path: 'idempotencyKey', message: 'differs from the Idempotency-Key header' };
    const message = `${issue.path}: ${issue.message}`;
    throw new HttpRefusal({ status: 400, code: 'invalid_input', message, issues: [issue] });
  }
  return { ...body, idempotencyKey: key };
}

function stopping(): HttpRefusal {
  const message = 'The server is being stopped; nothing was done. Try again in a moment.';
  return new HttpRefusal({ status: 503, code: 'stopping', message, retryAfterMs: 2_000 });
}
