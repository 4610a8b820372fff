import type { ChannelStore } from '@channelkit/core';
import type {
  ChannelRow,
  MemoryTables,
  OperationRow,
} from '../../packages/core/src/testing/memory-store/tables.js';

/** A store that breaks one promise, and the case of the kit that must say so. */
export interface BrokenStore {
  /** What it does wrong, in the present tense. */
  readonly breaks: string;
  /** The name of a case that rejects it. */
  readonly caughtBy: string;
  /** The verbs that are not those of the memory store. */
  readonly breakStore: (store: ChannelStore, tables: MemoryTables) => Partial<ChannelStore>;
}

/** Writes to an operation past every guard. */
export function forceOperation(
  { operations }: MemoryTables,
  id: string,
  changes: Partial<OperationRow>,
): void {
  const row = operations.get(id);
  if (row) operations.set(id, { ...row, ...changes });
}

/** Writes to a channel past every guard. */
export function forceChannel({ channels }: MemoryTables, id: string, changes: Partial<ChannelRow>): void {
  const row = channels.get(id);
  if (row) channels.set(id, { ...row, ...changes });
}

/** Lets whoever else is waiting go first. */
export function letOthersGoFirst(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
