import type { PostgresPool as KyselyPool, PostgresPoolClient } from 'kysely';
import { isConnectionUnusable, markNeverSent } from './postgres-error.js';
import type { PostgresClient, PostgresPool, TypeReader } from './postgres-pool.js';

/**
 * Lends Kysely the clients of a pool: every query has a time limit of its own, values are read by us, and a connection that
 * is lost or silent is closed instead of being given back to the pool.
 */
export function guardPool(pool: PostgresPool, queryTimeoutMs: number, end: () => Promise<void>): KyselyPool {
  return {
    connect: async () => guardClient(await connect(pool), queryTimeoutMs),
    end,
  };
}

async function connect(pool: PostgresPool): Promise<PostgresClient> {
  try {
    return await pool.connect();
  } catch (error) {
    markNeverSent(error);
    throw error;
  }
}

function guardClient(client: PostgresClient, queryTimeoutMs: number): PostgresPoolClient {
  let broken: Error | undefined;
  // A client that nobody listens to ends the process when its connection is lost between two queries.
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);

  const query = async (text: string, values: readonly unknown[]) => {
    try {
      return await client.query({
        text,
        values: [...values],
        types: typeReader,
        query_timeout: queryTimeoutMs,
      });
    } catch (error) {
      if (isConnectionUnusable(error)) broken = error instanceof Error ? error : new Error('unknown');
      throw error;
    }
  };
  return {
    query: query as PostgresPoolClient['query'],
    release() {
      client.removeListener('error', onError);
      client.release(broken);
    },
  };
}

/** The numbers that PostgreSQL has given its types for good. */
const oids = { boolean: 16, bigint: 20, smallint: 21, integer: 23 };

const typeReader: TypeReader = {
  getTypeParser(oid) {
    if (oid === oids.boolean) return (text) => text === 't';
    if (oid === oids.bigint || oid === oids.smallint || oid === oids.integer) return Number;
    return (text) => text;
  },
};
