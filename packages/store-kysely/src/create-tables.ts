import { CHANNEL_STATUSES, CHANNEL_TYPES, OPERATION_STATES, StoreError } from '@channelkit/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { ReadContext } from './find-channel.js';
import { insertLegacyChannels, isLegacyTable, takeLegacyChannels } from './legacy-channels.js';
import type { StoreDialect } from './store-dialect.js';
import type { Tables } from './tables.js';

/** Creates the tables and their indexes, and moves the rows of the user's own eight-column `channels` table over. */
export async function createTables({ db, dialect }: ReadContext): Promise<void> {
  const columns = await dialect.findColumns(db, 'channels');
  if (columns.length > 0 && !isLegacyTable(columns)) throw foreignTable('channels', columns);
  const operationsColumns = await dialect.findColumns(db, 'operations');
  if (operationsColumns.length > 0) throw foreignTable('operations', operationsColumns);

  const legacy = columns.length === 0 ? [] : await takeLegacyChannels({ db, dialect });
  await createOperations(db);
  await createChannels(db, dialect);
  await insertLegacyChannels({ db, dialect }, legacy);
}

function foreignTable(table: string, columns: readonly string[]): StoreError {
  return new StoreError({
    code: 'store_rejected',
    message:
      `There is a table ${table} already that is not Channelkit's (its columns: ${columns.join(', ')}). ` +
      'Rename it, or give Channelkit a database of its own; nothing was changed.',
  });
}

async function createOperations(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('operations')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('idempotency_key', 'text')
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('phone_number', 'text', (column) => column.notNull())
    .addColumn('claimed_number', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_expires_at', 'bigint', (column) => column.notNull())
    .addColumn('token', 'integer', (column) => column.notNull())
    .addColumn('ambiguous', 'boolean', (column) => column.notNull())
    .addColumn('settles_at', 'bigint', (column) => column.notNull())
    .addColumn('vendor_date', 'bigint')
    .addColumn('absent_at', 'bigint')
    .addColumn('next_check_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addCheckConstraint('operations_state', oneOf('state', OPERATION_STATES))
    .addUniqueConstraint('operations_claim', ['provider', 'account_id', 'claimed_number'])
    .execute();
  await sql`create unique index operations_key on operations (idempotency_key)
    where state <> 'failed'`.execute(db);
  await sql`create index operations_due on operations (provider, account_id, next_check_at)
    where state = 'purchasing'`.execute(db);
}

async function createChannels(db: Kysely<Tables>, dialect: StoreDialect): Promise<void> {
  const momentType = sql.raw(dialect.momentType);
  await db.schema
    .createTable('channels')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('phone_number', 'text', (column) => column.notNull())
    .addColumn('country_code', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('twilio_sid', 'text', (column) =>
      column.generatedAlwaysAs(sql`case when provider = 'twilio' then provider_number_id end`).stored(),
    )
    .addColumn('created_at', momentType, (column) => column.notNull())
    .addColumn('iso_country', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text')
    .addColumn('provider_number_id', 'text', (column) => column.notNull())
    .addColumn('voice', 'boolean', (column) => column.notNull())
    .addColumn('sms', 'boolean', (column) => column.notNull())
    .addColumn('mms', 'boolean', (column) => column.notNull())
    .addColumn('is_mock', 'boolean', (column) => column.notNull())
    .addColumn('metadata', 'text', (column) => column.notNull())
    .addColumn('updated_at', momentType, (column) => column.notNull())
    .addColumn('released_at', momentType)
    .addColumn('release_after', 'bigint')
    .addColumn('next_release_at', 'bigint')
    .addColumn('release_attempts', 'integer', (column) => column.notNull())
    .addColumn('last_error', 'text')
    .addCheckConstraint('channels_type', oneOf('type', CHANNEL_TYPES))
    .addCheckConstraint('channels_status', oneOf('status', CHANNEL_STATUSES))
    .addUniqueConstraint('channels_number', ['provider', 'provider_number_id'])
    .execute();
  await sql`create index channels_due on channels (provider, account_id, next_release_at)
    where status = 'releasing'`.execute(db);
  await sql`create index channels_newest on channels (created_at, id)`.execute(db);
}

function oneOf(column: string, values: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} in (${sql.join(values.map((value) => sql.lit(value)))})`;
}
