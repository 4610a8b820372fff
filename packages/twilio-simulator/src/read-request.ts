import type { IncomingMessage } from 'node:http';
import { userNameOf } from './credentials.js';
import type { RecordedRequest } from './exchange.js';
import { findRoute } from './routes.js';

const BODY_LIMIT = 64 * 1024;

/** Reads a request to its end and records it without its credential; `null` when it broke off or was far too long. */
export async function readRequest(message: IncomingMessage, now: number): Promise<RecordedRequest | null> {
  const body = await readBody(message);
  if (body === null) return null;
  const [path = '', search = ''] = splitOnce(message.url ?? '', '?');
  const method = message.method ?? 'GET';
  const isForm = (message.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return {
    at: new Date(now),
    operation: findRoute(method, path).operation,
    method,
    path,
    query: parameters(search),
    form: isForm ? parameters(body) : {},
    headers: visibleHeaders(message),
    username: userNameOf(message.headers.authorization),
  };
}

async function readBody(message: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > BODY_LIMIT) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function parameters(encoded: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(encoded));
}

function visibleHeaders(message: IncomingMessage): Record<string, string> {
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(
    headers.map(([name, value]) => [name, SECRET_HEADERS.includes(name) ? '[hidden]' : value]),
  );
}

const SECRET_HEADERS = ['authorization', 'proxy-authorization', 'cookie'];
