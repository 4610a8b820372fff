import type { RequestHandler } from 'express';
import { type Options, rateLimit } from 'express-rate-limit';
import type { Logger } from 'pino';
import { isNothingBegun } from './answer-error.js';
import { HttpRefusal } from './http-refusal.js';

const MINUTE_MS = 60_000;

/** Takes so many requests a minute from one address. */
export function limitRequests(perMinute: number, logger: Logger): RequestHandler {
  return limiter('requests', perMinute, logger);
}

/**
 * Takes so many purchases a minute from one address, whatever comes of them and whether or not the caller waits. What can
 * never work does not count, nor does asking again for one that is still under way.
 */
export function limitPurchases(perMinute: number, logger: Logger): RequestHandler {
  return limiter('purchases', perMinute, logger, {
    // These two give a hit back once such an answer is finished, and never because the caller hung up.
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => isNothingBegun(response),
  });
}

function limiter(
  identifier: string,
  limit: number,
  logger: Logger,
  options: Partial<Options> = {},
): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit,
    identifier,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    logger,
    handler: (_request, response, next) => {
      const seconds = Number(response.get('Retry-After') ?? 60);
      const message = `More than ${limit} ${identifier} a minute; nothing was done. Try again in ${seconds} seconds.`;
      const retryAfterMs = seconds * 1000;
      next(new HttpRefusal({ status: 429, code: 'too_many_requests', message, retryAfterMs }));
    },
    ...options,
  });
}
