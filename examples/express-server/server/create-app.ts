import cors from 'cors';
import express, { type Express, Router } from 'express';
import { answerErrors, markPurchase } from './http/answer-error.js';
import { HttpRefusal } from './http/http-refusal.js';
import { limitPurchases, limitRequests } from './http/limit-rate.js';
import { logRequests } from './http/log-requests.js';
import { readJson } from './http/read-json.js';
import { requireLoopbackHost } from './http/require-loopback-host.js';
import { requireToken } from './http/require-token.js';
import { securityHeaders } from './http/security-headers.js';
import { openApiDocument } from './openapi-document.js';
import { checkGenerateRequest, generatePhoneNumber } from './routes/generate-phone-number.js';
import { listChannels } from './routes/list-channels.js';
import { listCountries } from './routes/list-countries.js';
import { releaseChannel } from './routes/release-channel.js';
import { reportHealth, reportLive } from './routes/report-health.js';
import { searchNumbers } from './routes/search-numbers.js';
import { showChannel } from './routes/show-channel.js';
import { serveClient } from './serve-client.js';
import type { ServerContext } from './server-context.js';

const GENERATE = '/channels/generate-phone-number';

/** Puts the routes together, behind everything that keeps strangers from spending money. */
export function createApp(context: ServerContext, clientFolder: string): Express {
  const app = express();
  app.disable('x-powered-by');
  // Else Express answers with a stack when an error handler fails.
  app.set('env', 'production');
  // So many of the addresses in X-Forwarded-For count, from its end: anybody may write the others.
  if (context.settings.trustedProxies > 0) app.set('trust proxy', context.settings.trustedProxies);
  app.use(logRequests(context.logger), securityHeaders());
  app.use('/api', apiRouter(context));
  app.use(serveClient(clientFolder));
  app.use(answerNotFound, answerErrors());
  return app;
}

function apiRouter(context: ServerContext): Router {
  const { settings, logger } = context;
  const api = Router();
  api.post(GENERATE, markPurchase());
  api.use(
    cors({
      origin: [...settings.clientOrigins],
      methods: ['GET', 'POST', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key'],
      exposedHeaders: ['Retry-After', 'X-Request-Id'],
      maxAge: 600,
    }),
    limitRequests(settings.requestsPerMinute, logger),
    requireLoopbackHost(settings.apiToken),
    (_request, response, next) => {
      response.set('Cache-Control', 'no-store');
      if (context.isStopping()) response.set('Connection', 'close');
      next();
    },
  );
  api.get('/health', reportHealth(context));
  api.get('/health/live', reportLive());

  const document = openApiDocument();
  api.get('/openapi.json', (_request, response) => {
    response.json(document);
  });

  api.use(requireToken(settings.apiToken));
  api
    .route(GENERATE)
    .post(
      readJson(),
      checkGenerateRequest(),
      limitPurchases(settings.purchasesPerMinute, logger),
      generatePhoneNumber(context),
    )
    .all(answerNotFound);
  api.get('/channels', listChannels(context));
  api.route('/channels/:id').get(showChannel(context)).delete(releaseChannel(context));
  api.get('/numbers', searchNumbers(context));
  api.get('/countries', listCountries());
  api.use(answerNotFound);
  return api;
}

function answerNotFound(): never {
  throw new HttpRefusal({ status: 404, code: 'not_found', message: 'There is nothing at this address.' });
}
