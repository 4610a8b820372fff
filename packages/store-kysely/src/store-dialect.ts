import type { StoreError } from '@channelkit/core';
import type { Compilable, Expression, Kysely, OperationNodeSource, QueryCreator, RawBuilder } from 'kysely';
import type { ClockedTables, Tables } from './tables.js';

/** A query that gives rows of this kind. */
export type RowsQuery<Row> = Compilable<Row> & OperationNodeSource;

/** Two writes that are one: the second is made only when the first changed a row, which it sees as the table `decided`. */
export interface LinkedWrites<Decided, Row> {
  /** Changes a row, or none, and returns it. */
  readonly decide: (creator: QueryCreator<ClockedTables>) => RowsQuery<Decided>;
  /** Reads the row that `decide` changed, for a database that cannot write in a subquery. */
  readonly reread: (creator: QueryCreator<ClockedTables>) => RowsQuery<Decided>;
  readonly follow: (creator: QueryCreator<ClockedTables & { decided: Decided }>) => RowsQuery<Row>;
}

/** What is known about a call that failed. */
export interface StoreFailure {
  readonly error: StoreError;
  /** The connection was lost with the answer, or is of no more use: what was asked may have been done. */
  readonly isAnswerLost: boolean;
  /** The database undid the whole statement because of another one beside it, and asks for it to be tried again. */
  readonly isConflict: boolean;
}

/** All that differs between the two databases. */
export interface StoreDialect {
  /** The column type of a moment that people read. */
  readonly momentType: 'text' | 'timestamptz(3)';
  /** Turns milliseconds into a moment. */
  toMoment(time: Expression<number>): RawBuilder<string>;
  /** Turns a moment into milliseconds. */
  fromMoment(column: string): RawBuilder<number>;

  /** Begins a statement that reads, and knows what time it is. */
  reading(db: Kysely<Tables>): QueryCreator<ClockedTables>;
  /** Begins a statement that writes: durable once it resolves, and not waiting for a lock for ever. */
  writing(db: Kysely<Tables>): QueryCreator<ClockedTables>;
  /** Makes a query take the rows it finds, passing over those that somebody else is taking. */
  takingRows<Query extends Lockable>(query: Query): Query;
  /** Makes both writes, or neither; durable once it resolves. Resolves to the rows of the second. */
  linkWrites<Decided, Row>(db: Kysely<Tables>, writes: LinkedWrites<Decided, Row>): Promise<readonly Row[]>;

  /** Whether an error says that a unique key is taken; the key may be one of the app's own, on our tables or behind a trigger. */
  isUniqueViolation(error: unknown): boolean;
  /** Says what an error of the driver means. Its default is that nothing is known. */
  translate(error: unknown): StoreFailure;

  /** Runs the work in one transaction that no other process migrates beside. */
  migrating(work: (db: Kysely<Tables>) => Promise<void>): Promise<void>;
  /** The schema that tables are created in, where the database has such a thing. */
  findSchema(db: Kysely<Tables>): Promise<string | null>;
  /** The names of a table's columns; empty when there is no such table. */
  findColumns(db: Kysely<Tables>, table: string): Promise<readonly string[]>;
  /** Keeps others from writing to a table until the transaction ends. */
  lockTable(db: Kysely<Tables>, table: string): Promise<void>;
  /** Turns the `created_at` of an older table into milliseconds, read as UTC where it does not say; `null` if it cannot be read. */
  fromLegacyMoment(column: string): RawBuilder<number | null>;
}

/** A query that rows can be taken with. */
export interface Lockable {
  forUpdate(): Lockable;
  skipLocked(): Lockable;
}
