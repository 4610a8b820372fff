export type { PostgresClient, PostgresPool, PostgresQuery, TypeReader } from './postgres-pool.js';
export { createPostgresStore, type PostgresStoreOptions } from './postgres-store.js';
