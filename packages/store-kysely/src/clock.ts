import { type RawBuilder, sql } from 'kysely';

/** The clock of the database, in milliseconds; the same throughout a statement that a dialect began. */
export const now: RawBuilder<number> = sql<number>`(select now from clock)`;

/** A span in whole milliseconds, typed so that a database can add it to {@link now}. */
export function milliseconds(span: number): RawBuilder<number> {
  return sql<number>`cast(${Math.round(span)} as bigint)`;
}

/** The moment that many milliseconds after {@link now}. */
export function fromNow(span: number): RawBuilder<number> {
  return sql<number>`${now} + ${milliseconds(span)}`;
}
