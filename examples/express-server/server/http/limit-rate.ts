import { rateLimit } from 'express-rate-limit';
import type { RequestHandler } from 'express';
import { sendRefusal } from './answer-error.js';
import { HttpRefusal } from './http-refusal.js';

const MINUTE_MS = 60_000;

/** Takes so many requests a minute from one address. */
export function limitRequests(perMinute: number): RequestHandler {
  return limiter('requests', perMinute, false);
}

/** Takes so many purchases a minute from one address; asking again for one that is still under way does not count. */
export function limitPurchases(perMinute: number): RequestHandler {
  return limiter('purchases', perMinute, true);
}

function limiter(identifier: string, limit: number, skipFailedRequests: boolean): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit,
    identifier,
    skipFailedRequests,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // There is no proxy whose word would count, so that header is passed over, not warned of.
    validate: { xForwardedForHeader: false },
    handler: (request, response) => {
      const seconds = Number(response.get('Retry-After') ?? 60);
      const message = `More than ${limit} ${identifier} a minute; nothing was done. Try again in ${seconds} seconds.`;
      const refusal = new HttpRefusal({
        status: 429,
        code: 'too_many_requests',
        message,
        retryAfterMs: seconds * 1000,
      });
      sendRefusal(request, response, refusal);
    },
  });
}
