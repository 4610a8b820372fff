import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A TCP server that shows requests as the bytes they are, and answers with whatever bytes a test likes. */
export interface RawServer {
  readonly url: string;
  readonly port: number;
  /** Each whole request as text, in the order of arrival. */
  readonly requests: readonly string[];
  /** How many bytes arrived, whole requests or not. */
  readonly bytes: () => number;
  /** How many connections were made. */
  readonly connections: () => number;
  /** Resolves when so many requests, or as many connections, have arrived. */
  readonly arrived: (count: number) => Promise<void>;
  readonly connected: (count: number) => Promise<void>;
  /** Resolves when so many connections have been ended, by whomever. */
  readonly disconnected: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What to do about a request: bytes to send, or something to do with the connection. */
export type Reaction = string | Buffer | ((socket: Socket) => void);

/** Starts a server on a free port of loopback. */
export async function startRawServer(
  react: (request: string, index: number) => Reaction,
): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const watchers = new Set<() => void>();
  const notify = () => {
    for (const watcher of watchers) watcher();
  };
  let bytes = 0;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      notify();
    });
    socket.on('error', () => undefined);
    let buffered = '';
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      buffered += chunk.toString('latin1');
      for (let size = sizeOfFirst(buffered); size !== null; size = sizeOfFirst(buffered)) {
        const request = Buffer.from(buffered.slice(0, size), 'latin1').toString('utf8');
        buffered = buffered.slice(size);
        requests.push(request);
        const reaction = react(request, requests.length - 1);
        if (typeof reaction === 'function') reaction(socket);
        else socket.write(reaction);
      }
      notify();
    });
    notify();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const until = (isReached: () => boolean) =>
    new Promise<void>((resolve) => {
      const watcher = () => {
        if (!isReached()) return;
        watchers.delete(watcher);
        resolve();
      };
      watchers.add(watcher);
      watcher();
    });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    bytes: () => bytes,
    connections: () => connections,
    arrived: (count) => until(() => requests.length >= count),
    connected: (count) => until(() => connections >= count),
    disconnected: (count) => until(() => connections - sockets.size >= count),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Writes an answer with a JSON body (or text) as it goes over the wire. */
export function httpAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const lines = Object.entries({
    'Content-Type': typeof body === 'string' ? 'text/html' : 'application/json',
    'Content-Length': String(Buffer.byteLength(text)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} Status`, ...lines, '', text].join('\r\n');
}

/** Writes a refusal in Twilio's own form. */
export function httpRefusal(
  status: number,
  code: number,
  message = 'Refused.',
  headers: Readonly<Record<string, string>> = {},
): string {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return httpAnswer(status, { code, message, more_info, status }, headers);
}

/** Tells the first line of a request without its version: `GET /path`. */
export function requestLine(request: string | undefined): string {
  return request?.split(' HTTP/1.1', 1)[0] ?? '';
}

function sizeOfFirst(text: string): number | null {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return null;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  const size = head + 4 + length;
  return text.length >= size ? size : null;
}
