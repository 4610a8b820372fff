/** What is needed of a better-sqlite3 statement. */
export interface SqliteStatement {
  readonly reader: boolean;
  readonly readonly: boolean;
  /** Runs it and reads every row. */
  all(...parameters: unknown[]): unknown[];
  /** Runs it and tells what changed. */
  run(...parameters: unknown[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  /** Runs it and reads row after row. */
  iterate(...parameters: unknown[]): IterableIterator<unknown>;
  /** Switches between numbers and bigints. */
  safeIntegers(toggle?: boolean): unknown;
}

/** What is needed of a better-sqlite3 database; what `new Database(filename)` gives satisfies it. */
export interface SqliteDatabase {
  readonly name: string;
  readonly open: boolean;
  readonly memory: boolean;
  readonly readonly: boolean;
  readonly inTransaction: boolean;
  /** Compiles one statement. */
  prepare(source: string): SqliteStatement;
  /** Reads or sets a pragma. */
  pragma(source: string, options?: { readonly simple?: boolean }): unknown;
  /** Closes the connection. */
  close(): unknown;
}
