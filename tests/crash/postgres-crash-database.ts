import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresStore } from '@channelkit/store-postgres';
import pg from 'pg';
import { agingStatements, CHANNELS, type CrashDatabase, OPERATIONS } from './crash-database.js';
import type { ChannelFact, OperationFact } from './oracle.js';

/** The number of the lock that a write waits for which is held in the middle. */
const MIDDLE = 770_001;
const POLL_MS = 5;

/** A PostgreSQL database for processes to be killed on. */
export interface PostgresCrashDatabase extends CrashDatabase {
  query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>;
}

/** Makes the tables in an empty database, and the ways to interfere with them. */
export async function createPostgresCrashDatabase(connectionString: string): Promise<PostgresCrashDatabase> {
  const store = createPostgresStore({ connectionString });
  await store.migrate();
  await store.close();
  const pool = new pg.Pool({ connectionString, max: 1 });
  // The server is also crashed, and the pool makes a new connection then.
  pool.on('error', () => undefined);
  const query = async <Row extends pg.QueryResultRow>(text: string) => (await pool.query<Row>(text)).rows;
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await query(statement);
  };
  await run([
    `create function refuse() returns trigger language plpgsql as
       $$ begin raise exception 'refused, for the test' using errcode = 'check_violation'; end $$`,
    'create table app_keys (key text primary key)',
    "insert into app_keys values ('taken')",
    `create function refuse_by_key() returns trigger language plpgsql as
       $$ begin insert into app_keys values ('taken'); return new; end $$`,
    `create function hold() returns trigger language plpgsql as
       $$ begin perform pg_advisory_xact_lock_shared(${MIDDLE}); return null; end $$`,
  ]);
  const accept = ['drop trigger if exists refuse on channels'];
  const release = ['drop trigger if exists hold on channels', 'drop trigger if exists hold on operations'];
  const waiting = () =>
    query<{ pid: number }>(`select pid from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`);

  return {
    kind: 'postgres',
    place: { kind: 'postgres', connectionString },
    query,
    facts: async () => ({
      channels: await query<ChannelFact & pg.QueryResultRow>(CHANNELS),
      operations: await query<OperationFact & pg.QueryResultRow>(OPERATIONS),
    }),
    letTimePass: (milliseconds) =>
      run(agingStatements(milliseconds, (seconds) => `created_at - interval '${seconds} seconds'`)),
    refuse: (channels, by = 'check') =>
      run([
        `create trigger refuse before insert on channels for each row
           ${channels === 'active' ? "when (new.status = 'active')" : ''}
           execute function ${by === 'check' ? 'refuse' : 'refuse_by_key'}()`,
      ]),
    accept: () => run(accept),
    async holdInside(table) {
      const holder = new pg.Client({ connectionString });
      // The server is also crashed under it.
      holder.on('error', () => undefined);
      await holder.connect();
      await holder.query(`select pg_advisory_lock(${MIDDLE})`);
      await run([`create trigger hold after insert on ${table} for each row execute function hold()`]);
      return {
        async reached() {
          while ((await waiting()).length === 0) await sleep(POLL_MS);
        },
        async end(fate) {
          const held = await waiting();
          if (fate === 'undone') await run(held.map(({ pid }) => `select pg_terminate_backend(${pid})`));
          await holder.end();
          if (held.length === 0) return run(release);
          const pids = held.map(({ pid }) => pid).join(', ');
          const busy = `select 1 from pg_stat_activity where pid in (${pids}) and state = 'active'`;
          while ((await query(busy)).length > 0) await sleep(POLL_MS);
          await run(release);
        },
      };
    },
    clear: () => run([...accept, ...release, 'delete from operations', 'delete from channels']),
    close: () => pool.end(),
  };
}
