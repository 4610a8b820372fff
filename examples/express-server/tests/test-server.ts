import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { createMockProvider } from '@channelkit/adapter-mock';
import type { ChannelStore, NumberProvider, Policy } from '@channelkit/core';
import Database from 'better-sqlite3';
import { chooseStore } from '../server/choose-store.js';
import { createLogger } from '../server/create-logger.js';
import { readSettings } from '../server/read-settings.js';
import { startServer } from '../server/start-server.js';
import { createTemporaryFolder } from './temporary-folder.js';

/** What a test server can be given; all of it has a default. */
export interface TestServerOptions {
  /** Variables of the environment, beside those that every test has. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly provider?: NumberProvider;
  readonly policy?: Partial<Policy>;
  readonly graceMs?: number;
  /** Puts something between the server and its database. */
  readonly wrapStore?: (store: ChannelStore) => ChannelStore;
  /** Where the built client is. Default: nowhere. */
  readonly clientFolder?: string;
}

/** A server of its own on a free port, over real HTTP, with a SQLite file of its own. */
export interface TestServer {
  readonly url: string;
  readonly databaseFile: string;
  /** Every line of the log. */
  readonly log: string[];
  /** Sends a request; an object as a body goes out as JSON, text as it is. */
  send(method: string, pathname: string, options?: SendOptions): Promise<Answer>;
  generate(body: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Reads the rows of a table. */
  rows(table: 'channels' | 'operations'): Record<string, unknown>[];
  stop(): Promise<void>;
}

/** What a request takes. */
export interface SendOptions {
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** Starts the example's server as `main.ts` does. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = createTemporaryFolder();
  const databaseFile = path.join(folder.path, 'channels.db');
  const settings = readSettings({ PORT: '0', DATABASE_FILE: databaseFile, ...options.environment });
  const log: string[] = [];
  const store = chooseStore(settings);
  const server = await startServer({
    settings,
    provider: options.provider ?? createMockProvider(),
    store: options.wrapStore?.(store) ?? store,
    logger: createLogger('info', { write: (line) => void log.push(line) }),
    clientFolder: options.clientFolder ?? folder.path,
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
  });
  const send = (method: string, pathname: string, sendOptions?: SendOptions) =>
    sendRequest(server.url, method, pathname, sendOptions);
  let stopping: Promise<void> | undefined;
  return {
    url: server.url,
    databaseFile,
    log,
    send,
    generate: (body, headers) =>
      send('POST', '/api/channels/generate-phone-number', { body, ...(headers ? { headers } : {}) }),
    rows: (table) => readRows(databaseFile, table),
    stop: () => (stopping ??= server.stop().finally(folder.remove)),
  };
}

async function sendRequest(
  url: string,
  method: string,
  pathname: string,
  { body, headers }: SendOptions = {},
): Promise<Answer> {
  const isJson = typeof body === 'object';
  const response = await fetch(`${url}${pathname}`, {
    method,
    headers: { ...(isJson ? { 'Content-Type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
  });
  return readAnswer(response);
}

/** Sends a request to a server under any name, which `fetch` does not do. */
export async function sendUnderName(
  host: string,
  { url }: TestServer,
  method: string,
  pathname: string,
  { body, headers }: { body?: object; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const sending = request(`${url}${pathname}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers, Host: host },
  });
  sending.end(body === undefined ? '' : JSON.stringify(body));
  const [answer] = (await once(sending, 'response')) as [IncomingMessage];
  const type = answer.headers['content-type'] ?? '';
  return readAnswer(
    new Response(await text(answer), { status: answer.statusCode ?? 0, headers: { 'Content-Type': type } }),
  );
}

async function readAnswer(response: Response): Promise<Answer> {
  const whole = await response.text();
  const isAnswerJson = response.headers.get('Content-Type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text: whole,
    body: isAnswerJson ? (JSON.parse(whole) as Record<string, unknown>) : {},
  };
}

/** Reads a table as somebody with a SQL prompt would. */
export function readRows(databaseFile: string, table: 'channels' | 'operations'): Record<string, unknown>[] {
  const database = new Database(databaseFile, { readonly: true });
  try {
    return database
      .prepare<[], Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY created_at DESC`)
      .all();
  } finally {
    database.close();
  }
}
