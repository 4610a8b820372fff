import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `postgresUrl` asks for the server's connection string. */
    postgresBroker: string;
  }
}

/** A fresh, empty database on the test run's PostgreSQL server. */
export interface TestDatabase {
  /** Connection string, with a role that may do everything on this database. */
  readonly url: string;
  /** Drops the database, ending the connections that are still open; safe to repeat. */
  drop(): Promise<void>;
}

/** Creates an empty database with a name of its own, about 50 ms; the first one in a run also starts the server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = await postgresUrl();
  const name = `channelkit_test_${randomUUID().replaceAll('-', '')}`;
  await execute(serverUrl, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  // The plain drop lets connections that are just closing close; ending those would be an error nobody listens for.
  const drop = async () => {
    const sql = `DROP DATABASE IF EXISTS ${name}`;
    await execute(serverUrl, sql).catch(() => execute(serverUrl, `${sql} WITH (FORCE)`));
  };
  return { url: url.href, drop };
}

/** Gives the connection string of the test run's PostgreSQL server, whose databases are not to be written to. */
export async function postgresUrl(): Promise<string> {
  const response = await fetch(inject('postgresBroker'));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
