/** Starts the server of the environment, and stops it on SIGINT and SIGTERM. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ChannelError } from '@channelkit/core';
import { chooseProvider } from './choose-provider.js';
import { chooseStore } from './choose-store.js';
import { createLogger } from './create-logger.js';
import { readSettings, SettingsError } from './read-settings.js';
import { startServer } from './start-server.js';

if (existsSync('.env')) process.loadEnvFile('.env');

try {
  await run();
} catch (error) {
  if (!(error instanceof SettingsError || ChannelError.isInstance(error))) throw error;
  process.stderr.write(`The server does not start. ${error.message}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const settings = readSettings(process.env);
  const logger = createLogger(settings.logLevel);
  const provider = chooseProvider(process.env);
  const store = chooseStore(settings);
  const options = { settings, provider, store, logger, clientFolder: findClient() };
  const server = await startServer(options).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });

  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info({ signal }, 'Stopping once nothing is under way; send the signal again to stop at once.');
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.fatal({ err: error }, 'The server could not be stopped in order.');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** Beside the built server, or in `dist` when the server runs from its source. */
function findClient(): string {
  const beside = fileURLToPath(new URL('../client', import.meta.url));
  return existsSync(`${beside}/index.html`) && import.meta.url.endsWith('main.js')
    ? beside
    : fileURLToPath(new URL('../dist/client', import.meta.url));
}
