import express, { type RequestHandler } from 'express';
import { unsupportedMediaType } from './answer-error.js';

/** Twice what the largest request needs: 16 KiB of metadata, and the rest. */
const LIMIT_BYTES = 40 * 1024;

/** Reads a small JSON body, and nothing else. */
export function readJson(): RequestHandler[] {
  return [
    (request, _response, next) => {
      // A page of another origin may send text or a form without asking first, but not JSON.
      const isJson = request.is('application/json') !== false;
      const charset = /charset=\s*"?([^\s";]*)/i.exec(request.get('Content-Type') ?? '')?.[1] ?? 'utf-8';
      next(isJson && charset.toLowerCase() === 'utf-8' ? undefined : unsupportedMediaType());
    },
    express.json({
      limit: LIMIT_BYTES,
      inflate: false,
      type: 'application/json',
      reviver: refusePrototypeKeys,
    }),
  ];
}

/** Such keys mean nothing good, and some libraries pass them over in silence. */
function refusePrototypeKeys(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('A key of the body is not allowed.');
  return value;
}
