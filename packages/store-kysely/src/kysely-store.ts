import type { ChannelStore } from '@channelkit/core';
import { type Kysely, sql } from 'kysely';
import { createStoreCalls } from './call-store.js';
import { createDecisionVerbs } from './decision-verbs.js';
import { findChannel, findChannelByNumber } from './find-channel.js';
import { listChannels } from './list-channels.js';
import { migrateTables } from './migrate-tables.js';
import { operationColumns, toOperation } from './operation-row.js';
import { createOperationVerbs, type VerbContext } from './operation-verbs.js';
import { createReleaseVerbs } from './release-verbs.js';
import type { StoreDialect } from './store-dialect.js';
import type { Tables } from './tables.js';

/** What {@link createKyselyStore} is made of. */
export interface KyselyStoreOptions {
  readonly db: Kysely<Tables>;
  readonly dialect: StoreDialect;
  /** Closes what was opened for the store, and nothing that was handed to it. */
  readonly close: () => Promise<void>;
}

/** Creates a store on the tables `operations` and `channels`; all that differs between databases is in the dialect. */
export function createKyselyStore({ db, dialect, close }: KyselyStoreOptions): ChannelStore {
  const calls = createStoreCalls(dialect);
  const context: VerbContext = { db, dialect, calls };
  return {
    specVersion: 'v1',
    migrate: () => calls.once(() => migrateTables(context)),
    close: () => calls.last(close),
    ...createOperationVerbs(context),
    ...createDecisionVerbs(context),
    ...createReleaseVerbs(context),
    ...createReads(context),
  };
}

type Reads = Pick<
  ChannelStore,
  'getOperation' | 'findOperationByKey' | 'getChannel' | 'findChannelByNumber' | 'listChannels'
>;

function createReads(context: VerbContext): Reads {
  const { db, dialect, calls } = context;
  const operations = () => dialect.reading(db).selectFrom('operations').select(operationColumns);

  return {
    getOperation: (id) =>
      calls.repeatable(async () => {
        const row = await operations().where('id', '=', id).executeTakeFirst();
        return row === undefined ? null : toOperation(row);
      }),
    findOperationByKey: (idempotencyKey) =>
      calls.repeatable(async () => {
        const row = await operations()
          .where('idempotency_key', '=', idempotencyKey)
          .where('state', '<>', sql.lit('failed'))
          .executeTakeFirst();
        return row === undefined ? null : toOperation(row);
      }),
    getChannel: (id) => calls.repeatable(() => findChannel(context, id)),
    findChannelByNumber: (provider, providerNumberId) =>
      calls.repeatable(() => findChannelByNumber(context, provider, providerNumberId)),
    listChannels: (options = {}) => calls.repeatable(() => listChannels(context, options)),
  };
}
