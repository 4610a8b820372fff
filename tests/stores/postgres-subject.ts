import type { StoreSubject } from '@channelkit/core/testing';
import { createPostgresStore } from '@channelkit/store-postgres';
import { createTestDatabase } from '../postgres/create-test-database.js';
import { advanceClock, installClock } from './postgres-clock.js';
import { queryPostgres } from './query-postgres.js';

/** A PostgreSQL database that gives one store after another, each of them migrated and empty. */
export interface PostgresSubjects {
  readonly url: string;
  create(): Promise<StoreSubject>;
  drop(): Promise<void>;
}

/** Creates a database for the stores of one test file; its clock is the server's, and only ever put forward. */
export async function createPostgresSubjects(): Promise<PostgresSubjects> {
  const database = await createTestDatabase();
  const { url } = database;
  await installClock(url);
  const first = createPostgresStore({ connectionString: url });
  await first.migrate();
  await first.close();
  return {
    url,
    drop: () => database.drop(),
    async create() {
      await queryPostgres(url, 'truncate operations, channels');
      const store = createPostgresStore({ connectionString: url });
      return {
        store,
        advanceTime: (milliseconds) => advanceClock(url, milliseconds),
        close: () => store.close(),
      };
    },
  };
}
