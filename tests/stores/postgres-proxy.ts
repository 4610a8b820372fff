import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What a proxy does with the next query that matches. */
export type Fault = 'drop-query' | 'drop-answer' | 'swallow-answer';

/** A proxy in front of a PostgreSQL server that can lose what goes through it. */
export interface PostgresProxy {
  /** Connection string through the proxy. */
  readonly url: string;
  /** How often the fault has struck. */
  readonly struck: () => number;
  /** Does that to the next queries, as many as said, whose text holds this. */
  strike(fault: Fault, text: string, times?: number): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of the loopback interface. */
export async function startPostgresProxy(target: string): Promise<PostgresProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let plan = { fault: 'drop-query' as Fault, text: '', left: 0 };
  let struck = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let fate: Fault | undefined;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => {
      if (plan.left > 0 && data.includes(plan.text)) {
        plan = { ...plan, left: plan.left - 1 };
        struck += 1;
        fate = plan.fault;
      }
      if (fate === 'drop-query') client.destroy();
      else upstream.write(data);
    });
    upstream.on('data', (data) => {
      // The server answers once it has committed: what is lost here is the answer alone.
      if (fate === 'drop-answer') client.destroy();
      else if (fate !== 'swallow-answer') client.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');

  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  return {
    url: url.href,
    struck: () => struck,
    strike: (fault, text, times = 1) => (plan = { fault, text, left: times }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
