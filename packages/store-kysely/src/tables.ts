import type { ChannelStatus, ChannelType, OperationState } from '@channelkit/core';
import type { ColumnType } from 'kysely';

/** A truth value: PostgreSQL returns a boolean, SQLite 0 or 1. Written as a literal, which both understand. */
type Truth = ColumnType<boolean | number, boolean, boolean>;

/** A moment for people to read: text in SQLite, `timestamptz(3)` in PostgreSQL. Read and written by the dialect. */
type Moment = ColumnType<unknown, string, string>;

/** A row of `operations`: an intent to buy one number. Times are milliseconds since 1970. */
export interface OperationsTable {
  id: string;
  idempotency_key: string | null;
  fingerprint: string;
  request: string;
  provider: string;
  account_id: string;
  phone_number: string;
  /** The number nobody else at this account may buy; `null` once the claim is free. */
  claimed_number: string | null;
  state: OperationState;
  lease_owner: string | null;
  lease_expires_at: number;
  token: number;
  ambiguous: Truth;
  settles_at: number;
  vendor_date: number | null;
  absent_at: number | null;
  next_check_at: number;
  attempts: number;
  last_error: string | null;
  created_at: number;
  updated_at: number;
}

/** A row of `channels`: a number that is or was really held. */
export interface ChannelsTable {
  id: string;
  name: string;
  phone_number: string;
  country_code: string;
  type: ChannelType;
  status: ChannelStatus;
  /** Generated: `provider_number_id` where the provider is Twilio. */
  twilio_sid: ColumnType<string | null, never, never>;
  created_at: Moment;
  iso_country: string;
  provider: string;
  /** `null` only in a row that came from an older table, which did not say. */
  account_id: string | null;
  provider_number_id: string;
  voice: Truth;
  sms: Truth;
  mms: Truth;
  is_mock: Truth;
  /** JSON. */
  metadata: string;
  updated_at: Moment;
  released_at: ColumnType<unknown, string | null, string | null>;
  release_after: number | null;
  next_release_at: number | null;
  release_attempts: number;
  last_error: string | null;
}

/** The two tables of the store. */
export interface Tables {
  operations: OperationsTable;
  channels: ChannelsTable;
}

/** The tables as a statement sees them that knows what time it is. */
export interface ClockedTables extends Tables {
  /** One row: the database's clock, read once a statement. */
  clock: { now: number };
}
