import type { ListChannelsOptions } from '@channelkit/core';
import type { RequestHandler } from 'express';
import { checkInput } from '../http/check-input.js';
import { listQuerySchema } from '../schemas/request-schemas.js';
import type { ServerContext } from '../server-context.js';
import { channelBody } from './channel-body.js';

/** `GET /api/channels`: the channels, newest first, page by page. */
export function listChannels({ channels }: ServerContext): RequestHandler {
  return async (request, response) => {
    const { status, type, limit, cursor } = checkInput(listQuerySchema, request.query);
    const options: ListChannelsOptions = {
      limit,
      ...(status === undefined ? {} : { status }),
      ...(type === undefined ? {} : { type }),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page = await channels.list(options);
    response.json({ channels: page.channels.map(channelBody), nextCursor: page.nextCursor });
  };
}
