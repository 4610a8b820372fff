import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type ChannelStore, createChannels, type NumberProvider, type Policy } from '@channelkit/core';
import type { Logger } from 'pino';
import { createApp } from './create-app.js';
import { createOperationsInDoubt } from './operations-in-doubt.js';
import { createPurchasesUnderWay } from './purchases-under-way.js';
import { isLoopback, type Settings, SettingsError } from './read-settings.js';
import type { ServerContext } from './server-context.js';

/** What {@link startServer} takes. */
export interface StartServerOptions {
  readonly settings: Settings;
  readonly provider: NumberProvider;
  /** Closed with the server. */
  readonly store: ChannelStore;
  readonly logger: Logger;
  /** Where the built client is. */
  readonly clientFolder: string;
  readonly policy?: Partial<Policy>;
  /** How long what is no purchase may take to be answered once the server is being stopped. Default: 5 seconds. */
  readonly graceMs?: number;
}

/** A running server. */
export interface RunningServer {
  readonly url: string;
  /** Takes no further connection, waits for every purchase under way, hangs up on who is slow, and closes the store. */
  stop(): Promise<void>;
}

/** How long a request may take to arrive. */
const REQUEST_TIMEOUT_MS = 15_000;
/**
 * How long a connection is kept for the next request: longer than the minute of most load balancers, since a request that is
 * sent while the server hangs up is lost.
 */
const KEEP_ALIVE_MS = 65_000;
const GRACE_MS = 5_000;

/**
 * Starts the server and recovery, once the tables are there.
 *
 * @throws {@link SettingsError} when anybody could ask it to spend money, or to act for who runs it, or when it cannot listen
 * where it should.
 */
export async function startServer(options: StartServerOptions): Promise<RunningServer> {
  const { settings, provider, store, logger, policy, clientFolder, graceMs = GRACE_MS } = options;
  refuseOpenPurse(settings, provider);
  refuseOpenDoor(settings);
  await store.migrate();

  const doubts = createOperationsInDoubt(store);
  const purchases = createPurchasesUnderWay();
  const channels = createChannels({
    provider,
    store,
    ...(policy === undefined ? {} : { policy }),
    onEvent: (event) => logger.info(event, event.name),
  });
  let isStopping = false;
  const context: ServerContext = {
    ...{ settings, channels, store, logger, doubts, purchases },
    mode: provider.isMock ? 'mock' : 'twilio',
    isStopping: () => isStopping,
  };
  const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  const server = createServer(timeouts, createApp(context, clientFolder));
  const url = await listen(server, settings);
  const recovery = channels.startRecovery({
    onPass: (result) => {
      doubts.onRecoveryPass(result).catch((error: unknown) => {
        logger.warn(
          { err: error },
          'What is in doubt could not be read; the next pass of recovery tries again.',
        );
      });
    },
    onError: (error) =>
      logger.error({ err: error }, 'A pass of recovery failed; the next one is made all the same.'),
  });
  sayHello(options, url);

  return {
    url,
    stop: async () => {
      isStopping = true;
      const closed = closeServer(server);
      await Promise.all([purchases.settled(), recovery.stop()]);
      // Node itself would wait for who never sends a request, or only half of one.
      const grace = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed.finally(() => clearTimeout(grace));
      // A release may have come in meanwhile.
      await purchases.settled();
      await store.close();
      logger.info('Stopped: nothing is under way.');
    },
  };
}

function refuseOpenPurse({ apiToken }: Settings, provider: NumberProvider): void {
  if (provider.isMock || apiToken !== null) return;
  throw new SettingsError(
    'With Twilio credentials the server spends money, so it does not start without API_TOKEN: a secret of at least 16 ' +
      'characters that the page asks for once. Make one with `openssl rand -hex 24`.',
  );
}

function refuseOpenDoor({ apiToken, host }: Settings): void {
  if (apiToken !== null || isLoopback(host)) return;
  throw new SettingsError(
    `HOST ${host} lets others on the network in, so the server does not start there without API_TOKEN: set it to a secret of ` +
      'at least 16 characters that the page asks for once (make one with `openssl rand -hex 24`), or leave HOST at 127.0.0.1.',
  );
}

async function listen(server: Server, { host, port }: Settings): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw cannotListen(error, host, port);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${address.port}`;
}

function cannotListen(error: unknown, host: string, port: number): unknown {
  switch (error instanceof Error && 'code' in error ? error.code : null) {
    case 'EADDRINUSE':
      return new SettingsError(`Port ${port} is in use: set PORT to another.`);
    case 'EACCES':
      return new SettingsError(`Port ${port} is not for this user: set PORT to another, above 1023.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new SettingsError(`${host} is no address of this machine: set HOST to one that is.`);
    default:
      return error;
  }
}

/** Ends each connection as soon as it has its answer, rather than once it has been idle for a while. */
async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  try {
    await closed;
  } finally {
    clearInterval(sweep);
  }
}

function sayHello({ settings, provider, logger }: StartServerOptions, url: string): void {
  if (provider.isMock) {
    logger.info('Mock mode: no Twilio credentials, so numbers are made up, cost nothing and reach nobody.');
  } else {
    logger.info({ accountId: provider.accountId }, 'Twilio mode: numbers are real and cost money.');
  }
  if (!isLoopback(settings.host)) {
    logger.warn({ host: settings.host }, 'Others on the network can reach this server.');
  }
  const database = settings.databaseUrl === null ? settings.databaseFile : 'PostgreSQL';
  logger.info({ url, database }, `Listening on ${url}`);
}
