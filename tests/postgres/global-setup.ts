import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { startPostgres, type StartedPostgres } from './start-postgres.js';

/**
 * Vitest's global set-up: gives the tests an address at which `postgresUrl` asks for the server.
 *
 * The server is `TEST_POSTGRES_URL` where that is set; otherwise it is started when the first test asks, so that a run
 * without such a test does not wait for it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_POSTGRES_URL'];
  let started: Promise<StartedPostgres> | undefined;
  const url = async () => given ?? (await (started ??= startPostgres())).url;

  const secretPath = `/${randomUUID()}`;
  const broker = createServer((request, response) => {
    const answer = (status: number, text: string) => response.writeHead(status).end(text);
    if (request.url !== secretPath) answer(404, 'Not here.');
    else
      void url().then(
        (text) => answer(200, text),
        (error: unknown) => answer(500, error instanceof Error ? error.message : String(error)),
      );
  });
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  const address = broker.address();
  if (address === null || typeof address === 'string')
    throw new Error('The broker of the test database has no port.');
  project.provide('postgresBroker', `http://127.0.0.1:${address.port}${secretPath}`);

  return async () => {
    broker.closeAllConnections();
    broker.close();
    const server = await started?.catch(() => undefined);
    await server?.stop();
  };
}
