import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/**
 * Gives every request an id, which the answer carries as `X-Request-Id`, and logs it once it is answered. What went wrong is
 * logged by `answerErrors`, also when the caller has left before.
 */
export function logRequests(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (_request: IncomingMessage, response: ServerResponse) => {
      const id = randomUUID();
      response.setHeader('X-Request-Id', id);
      return id;
    },
    // No header and no query: what callers send is theirs.
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({
        id,
        method,
        path: url.split('?', 1)[0],
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
    // In place of an error that pino-http makes up for every answer of 500 and above.
    customErrorObject: (
      _request: IncomingMessage,
      res: ServerResponse,
      _error: Error,
      { responseTime }: Timed,
    ) => ({
      res,
      responseTime,
    }),
    customErrorMessage: () => 'request completed',
  });
}

interface Timed {
  readonly responseTime: number;
}
