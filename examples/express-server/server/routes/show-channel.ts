import type { RequestHandler } from 'express';
import { checkInput } from '../http/check-input.js';
import { HttpRefusal } from '../http/http-refusal.js';
import { channelIdSchema } from '../schemas/request-schemas.js';
import type { ServerContext } from '../server-context.js';
import { channelBody } from './channel-body.js';

/** `GET /api/channels/:id`: one channel, whatever its status. */
export function showChannel({ channels }: ServerContext): RequestHandler {
  return async (request, response) => {
    const { id } = checkInput(channelIdSchema, request.params);
    const channel = await channels.get(id);
    if (channel === null) {
      throw new HttpRefusal({
        status: 404,
        code: 'channel_not_found',
        message: `There is no channel ${id}.`,
      });
    }
    response.json(channelBody(channel));
  };
}
