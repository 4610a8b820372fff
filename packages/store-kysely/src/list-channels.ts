import {
  CHANNEL_STATUSES,
  CHANNEL_TYPES,
  type ChannelPage,
  type InputIssue,
  InvalidInputError,
  type ListChannelsOptions,
} from '@channelkit/core';
import { sql } from 'kysely';
import { channelColumns, toChannel } from './channel-row.js';
import { milliseconds } from './clock.js';
import type { ReadContext } from './find-channel.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/** Where a page ends: the next one begins after this row. */
interface Position {
  /** Milliseconds. */
  readonly createdAt: number;
  readonly id: string;
}

/**
 * Lists channels, newest first, by keyset.
 *
 * @throws {@link InvalidInputError} when an option makes no sense; nothing has been read.
 */
export async function listChannels(
  { db, dialect }: ReadContext,
  options: ListChannelsOptions,
): Promise<ChannelPage> {
  const { status, type, limit = DEFAULT_LIMIT, cursor } = options;
  const after = cursor === undefined ? null : readCursor(cursor);
  const issues = optionIssues(options, after);
  if (issues.length > 0) throw new InvalidInputError({ issues });

  let query = dialect
    .reading(db)
    .selectFrom('channels')
    .select(channelColumns(dialect))
    .orderBy('channels.created_at', 'desc')
    .orderBy('channels.id', 'desc')
    .limit(limit + 1);
  if (status !== undefined) query = query.where('status', '=', status);
  if (type !== undefined) query = query.where('type', '=', type);
  if (after !== null) {
    const createdAt = dialect.toMoment(milliseconds(after.createdAt));
    query = query.where(sql<boolean>`(channels.created_at, channels.id) < (${createdAt}, ${after.id})`);
  }
  const rows = await query.execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return {
    channels: page.map(toChannel),
    nextCursor: hasMore ? writeCursor({ createdAt: last.created_at, id: last.id }) : null,
  };
}

function optionIssues(options: ListChannelsOptions, after: Position | null): InputIssue[] {
  const { status, type, limit = DEFAULT_LIMIT, cursor } = options;
  const issues: InputIssue[] = [];
  if (status !== undefined && !CHANNEL_STATUSES.includes(status)) {
    issues.push({ path: 'status', message: `must be one of ${CHANNEL_STATUSES.join(', ')}` });
  }
  if (type !== undefined && !CHANNEL_TYPES.includes(type)) {
    issues.push({ path: 'type', message: `must be one of ${CHANNEL_TYPES.join(', ')}` });
  }
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT)) {
    issues.push({ path: 'limit', message: `must be a whole number from 1 to ${MAX_LIMIT}` });
  }
  if (cursor !== undefined && after === null) {
    issues.push({ path: 'cursor', message: 'must be the nextCursor of a page before, unchanged' });
  }
  return issues;
}

function writeCursor({ createdAt, id }: Position): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');
}

function readCursor(cursor: unknown): Position | null {
  if (typeof cursor !== 'string' || !/^[\w-]+$/.test(cursor)) return null;
  const value = parseJson(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [createdAt, id] = value as [unknown, unknown];
  if (typeof createdAt !== 'number' || !Number.isSafeInteger(createdAt) || Math.abs(createdAt) > MAX_TIME)
    return null;
  return typeof id === 'string' && !id.includes('\0') ? { createdAt, id } : null;
}

/** The last moment that a `Date` can be. */
const MAX_TIME = 8.64e15;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
