import type { Expression, QueryCreator } from 'kysely';
import type { RowsQuery } from './store-dialect.js';
import type { ClockedTables } from './tables.js';

/** Begins a statement that sees the rows of a query as the table `decided`; Kysely cannot name the type of it by itself. */
export function withDecided<Decided>(
  creator: QueryCreator<ClockedTables>,
  query: (creator: QueryCreator<ClockedTables>) => RowsQuery<Decided>,
): QueryCreator<ClockedTables & { decided: Decided }> {
  const rows = query as unknown as (
    creator: QueryCreator<ClockedTables>,
  ) => Expression<Record<string, unknown>>;
  return creator.with('decided', rows) as unknown as QueryCreator<ClockedTables & { decided: Decided }>;
}
