import { existsSync } from 'node:fs';
import path from 'node:path';
import express, { type RequestHandler } from 'express';

const INDEX = 'index.html';

/** Serves the built client, with its start page for every address that the client itself routes. */
export function serveClient(folder: string): RequestHandler[] {
  const notBuilt: RequestHandler = (_request, response) => {
    response
      .status(404)
      .type('text')
      .send(
        'The client is not built. Run `npm run build` and start again; with `npm run dev` it is at http://localhost:8080.',
      );
  };
  if (!existsSync(path.join(folder, INDEX))) return [notBuilt];
  return [
    express.static(folder, {
      index: false,
      setHeaders: (response, file) => {
        // The names of these files change with what is in them.
        const isHashed = path.dirname(file).endsWith(`${path.sep}assets`);
        response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
    (request, response, next) => {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (!isRead || request.accepts('html') === false || path.extname(request.path) !== '') {
        next();
        return;
      }
      response.set('Cache-Control', 'no-cache').sendFile(INDEX, { root: folder });
    },
  ];
}
