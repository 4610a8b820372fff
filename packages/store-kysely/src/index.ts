export { createKyselyStore, type KyselyStoreOptions } from './kysely-store.js';
export type { Lockable, LinkedWrites, RowsQuery, StoreDialect, StoreFailure } from './store-dialect.js';
export type { ChannelsTable, ClockedTables, OperationsTable, Tables } from './tables.js';
export { withDecided } from './with-decided.js';
