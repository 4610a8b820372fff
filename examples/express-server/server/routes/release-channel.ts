import type { RequestHandler } from 'express';
import { checkInput } from '../http/check-input.js';
import { channelIdSchema } from '../schemas/request-schemas.js';
import type { ServerContext } from '../server-context.js';
import { channelBody } from './channel-body.js';

/**
 * `DELETE /api/channels/:id`: gives the number back. 200 once the provider has taken it; 202 while it has not, and recovery goes
 * on until it does. Safe to repeat.
 */
export function releaseChannel({ channels, purchases, doubts }: ServerContext): RequestHandler {
  return async (request, response) => {
    const { id } = checkInput(channelIdSchema, request.params);
    const channel = await purchases.track(channels.release(id));
    const isOpen = channel.status === 'releasing';
    if (isOpen) doubts.note(id);
    else doubts.drop(id);
    response.status(isOpen ? 202 : 200).json(channelBody(channel));
  };
}
