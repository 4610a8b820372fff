import { queryPostgres } from './query-postgres.js';

/**
 * Gives a database a clock that a test can put forward: the name `clock_timestamp` means another function there, for
 * connections made from now on.
 */
export async function installClock(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  for (const statement of [
    'create table test_clock (ahead interval not null)',
    `insert into test_clock values ('0')`,
    `create function clock_timestamp() returns timestamptz volatile language sql
      as 'select pg_catalog.clock_timestamp() + ahead from public.test_clock'`,
    `alter database "${name}" set search_path = public, pg_catalog`,
  ]) {
    await queryPostgres(url, statement);
  }
}

/** Puts the clock of a database forward. */
export async function advanceClock(url: string, milliseconds: number): Promise<void> {
  await queryPostgres(url, `update test_clock set ahead = ahead + $1 * interval '1 millisecond'`, [
    milliseconds,
  ]);
}
