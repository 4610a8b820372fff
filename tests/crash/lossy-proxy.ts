import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * How a connection is lost. `drop-answer`: the server does what it was asked, and the connection breaks before the reply;
 * `swallow-answer`: the reply never comes, the connection stays; `drop-query`: it breaks before the server is asked;
 * `half-open`: the server is never asked, the connection stays; `swallow-everything`: from then on nothing gets through on any
 * connection; `swallow-all-but-it`: the same, but the server still gets this query and does it.
 */
export const LOSSES = [
  'drop-answer',
  'swallow-answer',
  'drop-query',
  'half-open',
  'swallow-everything',
  'swallow-all-but-it',
] as const;
/** One of {@link LOSSES}. */
export type Loss = (typeof LOSSES)[number];

/** A TCP proxy in front of a database server. */
export interface LossyProxy {
  readonly url: string;
  /** Loses the connection that carries the next query with this text in it, once so many have passed. */
  lose(loss: Loss, text: string, skip?: number): void;
  /** Whether the loss has happened. */
  readonly hasLost: boolean;
  /** Lets everything through again, on new connections. */
  heal(): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of loopback. */
export async function startLossyProxy(target: string): Promise<LossyProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let plan: { loss: Loss; text: string; skip: number } | null = null;
  let hasLost = false;
  let isSwallowing = false;

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let loss: Loss | null = null;
    const pair = [client, upstream];
    for (const socket of pair) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        for (const either of pair) either.destroy();
      });
    }
    client.on('data', (data) => {
      if (plan !== null && data.includes(plan.text) && plan.skip-- === 0) {
        loss = plan.loss;
        hasLost = true;
        isSwallowing = loss.startsWith('swallow-') && loss !== 'swallow-answer';
        if (loss === 'swallow-all-but-it') upstream.write(data);
        plan = null;
      }
      if (isSwallowing || loss === 'half-open') return;
      if (loss === 'drop-query') client.destroy();
      else upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (isSwallowing || loss === 'swallow-answer' || loss === 'half-open') return;
      if (loss === 'drop-answer') client.destroy();
      else client.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  const url = new URL(target);
  url.host = `127.0.0.1:${address.port}`;

  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    lose: (loss, text, skip = 0) => {
      plan = { loss, text, skip };
      hasLost = false;
    },
    get hasLost() {
      return hasLost;
    },
    heal: () => {
      isSwallowing = false;
      breakAll();
    },
    async close() {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
