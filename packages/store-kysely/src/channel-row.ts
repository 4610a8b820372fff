import type { Channel, ChannelRecord, NewChannel } from '@channelkit/core';
import { type Expression, sql } from 'kysely';
import { now } from './clock.js';
import type { StoreDialect } from './store-dialect.js';
import type { ChannelsTable } from './tables.js';

/** What to select, or to return, so that {@link toChannel} and {@link toChannelRecord} can read it. */
export function channelColumns(dialect: StoreDialect) {
  return [
    'id',
    'name',
    'phone_number',
    'country_code',
    'iso_country',
    'type',
    'status',
    'provider',
    'account_id',
    'provider_number_id',
    'twilio_sid',
    'voice',
    'sms',
    'mms',
    'is_mock',
    'metadata',
    'release_after',
    'next_release_at',
    'release_attempts',
    'last_error',
    dialect.fromMoment('created_at').as('created_at'),
    dialect.fromMoment('updated_at').as('updated_at'),
    sql<number | null>`${dialect.fromMoment('released_at')}`.as('released_at'),
    now.as('read_at'),
  ] as const;
}

/** A row selected with {@link channelColumns}. */
export interface ChannelRow {
  readonly id: string;
  readonly name: string;
  readonly phone_number: string;
  readonly country_code: string;
  readonly iso_country: string;
  readonly type: ChannelsTable['type'];
  readonly status: ChannelsTable['status'];
  readonly provider: string;
  readonly account_id: string | null;
  readonly provider_number_id: string;
  readonly twilio_sid: string | null;
  readonly voice: boolean | number;
  readonly sms: boolean | number;
  readonly mms: boolean | number;
  readonly is_mock: boolean | number;
  readonly metadata: string;
  readonly release_after: number | null;
  readonly next_release_at: number | null;
  readonly release_attempts: number;
  readonly last_error: string | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly released_at: number | null;
  readonly read_at: number;
}

/** Reads a channel from its row. */
export function toChannel(row: ChannelRow): Channel {
  return {
    id: row.id,
    name: row.name,
    phoneNumber: row.phone_number,
    countryCode: row.country_code,
    isoCountry: row.iso_country,
    type: row.type,
    status: row.status,
    capabilities: { voice: Boolean(row.voice), sms: Boolean(row.sms), mms: Boolean(row.mms) },
    isMock: Boolean(row.is_mock),
    provider: row.provider,
    providerNumberId: row.provider_number_id,
    twilioSid: row.twilio_sid,
    metadata: toMetadata(row.metadata),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    releasedAt: row.released_at === null ? null : new Date(row.released_at),
  };
}

/** Reads a channel and what the protocol keeps beside it from its row. */
export function toChannelRecord(row: ChannelRow): ChannelRecord {
  return {
    channel: toChannel(row),
    accountId: row.account_id,
    releaseAfter: row.release_after,
    releaseAttempts: row.release_attempts,
    lastError: row.last_error,
    readAt: row.read_at,
  };
}

/** What of a new row does not come from the channel itself. */
export interface ChannelState {
  readonly status: ChannelsTable['status'];
  /** `null` while the channel is not being released. */
  readonly releaseAfter: Expression<number> | null;
  readonly lastError: string | null;
}

/** The values of a new row, column by column. */
export function channelValues(dialect: StoreDialect, channel: NewChannel, state: ChannelState) {
  return {
    id: channel.id,
    name: channel.name,
    phone_number: channel.phoneNumber,
    country_code: channel.countryCode,
    iso_country: channel.isoCountry,
    type: channel.type,
    status: state.status,
    provider: channel.provider,
    account_id: channel.accountId,
    provider_number_id: channel.providerNumberId,
    voice: sql.lit(channel.capabilities.voice),
    sms: sql.lit(channel.capabilities.sms),
    mms: sql.lit(channel.capabilities.mms),
    is_mock: sql.lit(channel.isMock),
    metadata: JSON.stringify(channel.metadata),
    created_at: dialect.toMoment(now),
    updated_at: dialect.toMoment(now),
    released_at: null,
    release_after: state.releaseAfter,
    next_release_at: state.releaseAfter,
    release_attempts: 0,
    last_error: state.lastError,
  };
}

/** A row that somebody else spoilt must not keep the others from being read. */
function toMetadata(text: string): Record<string, string> {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
