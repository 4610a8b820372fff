import type { ChannelPage, ListChannelsOptions } from '../../channel-store.js';
import { InvalidInputError } from '../../errors/invalid-input-error.js';
import { type ChannelRow, type MemoryTables, toRecord } from './tables.js';

/** The place of a row in the list; a page starts after one. */
type Position = Pick<ChannelRow, 'createdAt' | 'id'>;

/** Lists channels by creation time and then id, both descending, after the place that the cursor names. */
export function listChannels(tables: MemoryTables, options: ListChannelsOptions): ChannelPage {
  const limit = options.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw invalid('limit', 'must be a whole number from 1 to 1000');
  }
  const after = options.cursor === undefined ? null : parseCursor(options.cursor);
  const rows = [...tables.channels.values()]
    .filter((row) => options.status === undefined || row.status === options.status)
    .filter((row) => options.type === undefined || row.type === options.type)
    .filter((row) => after === null || newestFirst(after, row) < 0)
    .sort(newestFirst);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    channels: page.map((row) => toRecord(row, tables.now()).channel),
    nextCursor: last !== undefined && rows.length > limit ? formatCursor(last) : null,
  };
}

function newestFirst(one: Position, other: Position): number {
  return other.createdAt - one.createdAt || (one.id === other.id ? 0 : one.id < other.id ? 1 : -1);
}

function formatCursor({ createdAt, id }: Position): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');
}

function parseCursor(cursor: string): Position {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && typeof place[0] === 'number' && typeof place[1] === 'string') {
      return { createdAt: place[0], id: place[1] };
    }
  } catch {
    // Not even JSON: refused below like any other text that no page ended with.
  }
  throw invalid('cursor', 'must be the nextCursor of a page before');
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError({ issues: [{ path, message }] });
}
