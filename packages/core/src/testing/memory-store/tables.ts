import type { ChannelStatus } from '../../channel.js';
import type { ChannelRecord, NewChannel } from '../../channel-store.js';
import { StoreError } from '../../errors/store-error.js';
import type { Operation } from '../../operation.js';

/** An operation as it is kept. */
export interface OperationRow extends Omit<Operation, 'readAt'> {
  /** The number nobody else may buy; `null` once the claim is freed. */
  readonly claimedNumber: string | null;
  readonly nextCheckAt: number;
}

/** A channel as it is kept, its times in milliseconds. */
export interface ChannelRow extends Omit<NewChannel, 'accountId'> {
  readonly accountId: string | null;
  readonly status: ChannelStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly releasedAt: number | null;
  readonly releaseAfter: number | null;
  readonly nextReleaseAt: number;
  readonly releaseAttempts: number;
  readonly lastError: string | null;
}

/** All that a memory store holds. Rows are replaced, never changed, so that one handed out stays as it was. */
export interface MemoryTables {
  readonly operations: Map<string, OperationRow>;
  readonly channels: Map<string, ChannelRow>;
  readonly now: () => number;
}

/** Makes a verb asynchronous and leaves it atomic: it runs to its end before anything else does. */
export function atomically<Arguments extends unknown[], Result>(
  verb: (...given: Arguments) => Result,
): (...given: Arguments) => Promise<Result> {
  return (...given) => new Promise((resolve) => resolve(verb(...given)));
}

/** Replaces some fields of a row and answers the new row. */
export function update<Row extends { readonly id: string }>(
  table: Map<string, Row>,
  row: Row,
  changes: Partial<Row>,
): Row {
  const changed = { ...row, ...changes };
  table.set(row.id, changed);
  return changed;
}

/** Inserts a channel; throws, having changed nothing, when the id has a row. */
export function insertChannel(
  tables: MemoryTables,
  channel: NewChannel,
  status: 'active' | 'releasing',
  releaseAfter: number | null,
): ChannelRow {
  if (tables.channels.has(channel.id)) {
    throw new StoreError({ code: 'store_rejected', message: `Channel ${channel.id} has its row already` });
  }
  const now = tables.now();
  const row: ChannelRow = {
    ...channel,
    capabilities: { ...channel.capabilities },
    metadata: { ...channel.metadata },
    status,
    createdAt: now,
    updatedAt: now,
    releasedAt: null,
    releaseAfter,
    nextReleaseAt: now,
    releaseAttempts: 0,
    lastError: null,
  };
  tables.channels.set(row.id, row);
  return row;
}

/** Finds the one row a number ever had. */
export function rowOfNumber(
  tables: MemoryTables,
  provider: string,
  providerNumberId: string,
): ChannelRow | undefined {
  return [...tables.channels.values()].find(
    (row) => row.provider === provider && row.providerNumberId === providerNumberId,
  );
}

/** Copies an operation for somebody outside. */
export function toOperation(row: OperationRow, readAt: number): Operation {
  return {
    id: row.id,
    idempotencyKey: row.idempotencyKey,
    fingerprint: row.fingerprint,
    request: row.request,
    provider: row.provider,
    accountId: row.accountId,
    phoneNumber: row.phoneNumber,
    state: row.state,
    leaseOwner: row.leaseOwner,
    leaseExpiresAt: row.leaseExpiresAt,
    token: row.token,
    ambiguous: row.ambiguous,
    settlesAt: row.settlesAt,
    vendorDate: row.vendorDate,
    absentAt: row.absentAt,
    attempts: row.attempts,
    lastError: row.lastError,
    readAt,
  };
}

/** Copies a channel, with all that is nested in it, for somebody outside. */
export function toRecord(row: ChannelRow, readAt: number): ChannelRecord {
  return {
    channel: {
      id: row.id,
      name: row.name,
      phoneNumber: row.phoneNumber,
      countryCode: row.countryCode,
      isoCountry: row.isoCountry,
      type: row.type,
      status: row.status,
      capabilities: { ...row.capabilities },
      isMock: row.isMock,
      provider: row.provider,
      providerNumberId: row.providerNumberId,
      twilioSid: row.provider === 'twilio' ? row.providerNumberId : null,
      metadata: { ...row.metadata },
      createdAt: new Date(row.createdAt),
      updatedAt: new Date(row.updatedAt),
      releasedAt: row.releasedAt === null ? null : new Date(row.releasedAt),
    },
    accountId: row.accountId,
    releaseAfter: row.releaseAfter,
    releaseAttempts: row.releaseAttempts,
    lastError: row.lastError,
    readAt,
  };
}
