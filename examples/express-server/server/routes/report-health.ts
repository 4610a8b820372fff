import type { RequestHandler } from 'express';
import type { ServerContext } from '../server-context.js';

/** How long the database may take to answer. */
const PATIENCE_MS = 2_000;

/** `GET /api/health`: 200 when it can take work, 503 when it cannot, and why. */
export function reportHealth({ store, mode, doubts, isStopping, logger }: ServerContext): RequestHandler {
  const isDatabaseReachable = async () => {
    try {
      await withinTime(store.listChannels({ limit: 1 }));
      return true;
    } catch (error) {
      logger.warn({ err: error }, 'The database cannot be reached.');
      return false;
    }
  };
  return async (_request, response) => {
    const isReachable = await isDatabaseReachable();
    const ready = isReachable && !isStopping();
    response.status(ready ? 200 : 503).json({
      live: true,
      ready,
      mode,
      database: isReachable ? 'reachable' : 'unreachable',
      operationsInDoubt: doubts.count(),
    });
  };
}

/** `GET /api/health/live`: the process answers, whatever else. */
export function reportLive(): RequestHandler {
  return (_request, response) => {
    response.json({ live: true });
  };
}

async function withinTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${PATIENCE_MS} ms.`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
