import type { ChannelRecord } from '@channelkit/core';
import type { Kysely } from 'kysely';
import { channelColumns, toChannelRecord } from './channel-row.js';
import type { StoreDialect } from './store-dialect.js';
import type { Tables } from './tables.js';

/** Where to read. */
export interface ReadContext {
  readonly db: Kysely<Tables>;
  readonly dialect: StoreDialect;
}

/** Reads the channel with this id, or `null`. */
export async function findChannel({ db, dialect }: ReadContext, id: string): Promise<ChannelRecord | null> {
  const row = await dialect
    .reading(db)
    .selectFrom('channels')
    .select(channelColumns(dialect))
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : toChannelRecord(row);
}

/** Reads the one row that a number ever had, or `null`. */
export async function findChannelByNumber(
  { db, dialect }: ReadContext,
  provider: string,
  providerNumberId: string,
): Promise<ChannelRecord | null> {
  const row = await dialect
    .reading(db)
    .selectFrom('channels')
    .select(channelColumns(dialect))
    .where('provider', '=', provider)
    .where('provider_number_id', '=', providerNumberId)
    .executeTakeFirst();
  return row === undefined ? null : toChannelRecord(row);
}
