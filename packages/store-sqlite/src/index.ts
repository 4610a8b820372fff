export type { SqliteDatabase, SqliteStatement } from './sqlite-database.js';
export { createSqliteStore, type SqliteStoreOptions } from './sqlite-store.js';
