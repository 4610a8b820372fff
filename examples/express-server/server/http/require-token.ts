import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { HttpRefusal } from './http-refusal.js';

/** Lets only callers through who show the token, compared in constant time; everybody when there is none. */
export function requireToken(apiToken: string | null): RequestHandler {
  if (apiToken === null) {
    return (_request, _response, next) => {
      next();
    };
  }
  const expected = digest(apiToken);
  return (request, response, next) => {
    const shown = /^Bearer (.+)$/i.exec(request.get('Authorization') ?? '')?.[1] ?? '';
    if (timingSafeEqual(digest(shown), expected)) {
      next();
      return;
    }
    response.set('WWW-Authenticate', 'Bearer');
    const message = 'This server asks for its access token.';
    next(new HttpRefusal({ status: 401, code: 'unauthorized', message }));
  };
}

/** Of one length whatever the input, as the comparison demands. */
function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
