import type { ChannelStore } from '@channelkit/core';
import { createPostgresStore } from '@channelkit/store-postgres';
import { createSqliteStore } from '@channelkit/store-sqlite';
import type { Settings } from './read-settings.js';

/** Chooses where channels are kept: PostgreSQL where there is a `DATABASE_URL`, else a SQLite file. */
export function chooseStore({ databaseUrl, databaseFile }: Settings): ChannelStore {
  return databaseUrl === null
    ? createSqliteStore({ filename: databaseFile })
    : createPostgresStore({ connectionString: databaseUrl });
}
