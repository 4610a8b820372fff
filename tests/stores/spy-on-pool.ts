import type { PostgresPool } from '@channelkit/store-postgres';
import type pg from 'pg';

/** A query that went through a pool. */
export interface ExecutedQuery {
  readonly text: string;
  readonly values: unknown[];
}

/** Gives the same pool, but notes what it is asked. */
export function spyOnPool(pool: pg.Pool, executed: ExecutedQuery[]): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect();
      return {
        query(query) {
          executed.push({ text: query.text, values: query.values });
          return client.query(query);
        },
        on: (event, listener) => client.on(event, listener),
        removeListener: (event, listener) => client.removeListener(event, listener),
        release: (error) => client.release(error),
      };
    },
  };
}
