import type { RequestHandler } from 'express';
import { HttpRefusal } from './http-refusal.js';

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d*)?$/i;

/**
 * Without a token, lets only requests through that are addressed to this machine by a name of its own. A page of a stranger can
 * have its own name point here, and is then of one origin with the server in the eyes of its browser.
 */
export function requireLoopbackHost(apiToken: string | null): RequestHandler {
  return (request, _response, next) => {
    const isAllowed = apiToken !== null || LOOPBACK_HOST.test(request.headers.host ?? '');
    next(isAllowed ? undefined : forbiddenHost());
  };
}

function forbiddenHost(): HttpRefusal {
  const message =
    'Without an API_TOKEN this server answers only under the names of its own machine, such as localhost; nothing was done. ' +
    'Set API_TOKEN to use it under another name.';
  return new HttpRefusal({ status: 403, code: 'forbidden_host', message });
}
