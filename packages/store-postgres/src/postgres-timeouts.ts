/** How long things may take, in milliseconds. */
export interface PostgresTimeouts {
  /** For a connection: a new one, or a free one of the pool. */
  readonly connectMs: number;
  /** For a row that somebody else is writing to. */
  readonly lockMs: number;
  /** After which the server ends a statement; only on connections that the store opens itself. */
  readonly statementMs: number;
  /** After which the answer to a statement is not waited for any more, though the server never said a word. */
  readonly queryMs: number;
  /** The same, for a statement that migrates, or waits for another process that does. */
  readonly migrationMs: number;
}

/** Each one ends before the next, and a lost answer had twice within the 10 s that core waits for a store. */
export const defaultTimeouts: PostgresTimeouts = {
  connectMs: 4_000,
  lockMs: 3_000,
  statementMs: 4_000,
  queryMs: 4_500,
  migrationMs: 120_000,
};
