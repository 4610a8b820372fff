/** How values are read; only ours, so that what the app set globally for `pg` changes nothing. */
export interface TypeReader {
  /** Gives the function that reads values of a type. */
  getTypeParser(oid: number, format?: string): (text: string) => unknown;
}

/** One query, as `pg` takes it. */
export interface PostgresQuery {
  readonly text: string;
  readonly values: unknown[];
  readonly types: TypeReader;
  /** After this the client stops waiting, even for a server that has gone silent. */
  readonly query_timeout: number;
}

/** What is needed of a client of `pg`. */
export interface PostgresClient {
  /** Runs one query. */
  query(query: PostgresQuery): Promise<{
    readonly command: string;
    readonly rowCount: number | null;
    readonly rows: unknown[];
  }>;
  /** Listens for the loss of the connection. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Listens no longer. */
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
  /** Gives the client back; with an error, its connection is closed. */
  release(error?: Error | boolean): void;
}

/** What is needed of a pool of `pg`; what `new pg.Pool()` gives satisfies it. */
export interface PostgresPool {
  /** Lends a client, connected. */
  connect(): Promise<PostgresClient>;
}
