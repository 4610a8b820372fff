/** What is needed of a better-sqlite3 statement. */
export interface SqliteStatement {
  readonly reader: boolean;
  readonly readonly: boolean;
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  iterate(...parameters: unknown[]): IterableIterator<unknown>;
  safeIntegers(toggle?: boolean): unknown;
}

/** What is needed of a better-sqlite3 database; what `new Database(filename)` gives satisfies it. */
export interface SqliteDatabase {
  readonly name: string;
  readonly open: boolean;
  readonly memory: boolean;
  readonly readonly: boolean;
  readonly inTransaction: boolean;
  prepare(source: string): SqliteStatement;
  pragma(source: string, options?: { readonly simple?: boolean }): unknown;
  close(): unknown;
}
