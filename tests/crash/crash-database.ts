import type { ChannelFact, OperationFact } from './oracle.js';
import type { HoldableTable, WorkerWorld } from './worker-orders.js';
import type { Run } from './worker-process.js';

/** The databases that processes are killed on. */
export const DATABASE_KINDS = ['sqlite', 'postgres'] as const;
/** One of {@link DATABASE_KINDS}. */
export type DatabaseKind = (typeof DATABASE_KINDS)[number];

/** A database that other processes work on, and a second way into it. */
export interface CrashDatabase {
  readonly kind: DatabaseKind;
  readonly place: WorkerWorld['store'];
  facts(): Promise<{ readonly channels: ChannelFact[]; readonly operations: OperationFact[] }>;
  /** Makes everything in it older by so much. */
  letTimePass(milliseconds: number): Promise<void>;
  /** Makes the database itself refuse to insert channels: the active ones, or all. Default: by a check. */
  refuse(channels: 'active' | 'any', by?: Refusal): Promise<void>;
  /** Ends every refusal. */
  accept(): Promise<void>;
  /** Makes the next insertion into a table stop before it is committed. */
  holdInside(table: HoldableTable): Promise<HeldWrite>;
  /** Empties it, for the next scene. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** What the database refuses by: a check, or a unique key of the app's own, which a trigger fills. */
export type Refusal = 'check' | 'unique key';

/** A write that stops in the middle. */
export interface HeldWrite {
  /** Resolves when it is in the middle. */
  reached(run: Run): Promise<void>;
  /** Called once its process is dead: lets the server undo it, or go on without the process where that is possible. */
  end(fate: 'undone' | 'committed'): Promise<void>;
}

/** How a stranger reads the tables. */
export const CHANNELS = 'select id, phone_number, status, provider_number_id from channels order by id';
/** The same for operations. */
export const OPERATIONS =
  'select id, idempotency_key, state, phone_number, claimed_number from operations order by id';

/** Statements that make everything older by so many milliseconds; `createdAt` is `created_at`, older by that much. */
export function agingStatements(milliseconds: number, createdAt: (seconds: number) => string): string[] {
  const span = Math.round(milliseconds);
  return [
    `update operations set lease_expires_at = lease_expires_at - ${span}, settles_at = settles_at - ${span},
       next_check_at = next_check_at - ${span}, absent_at = absent_at - ${span}`,
    `update channels set release_after = release_after - ${span}, next_release_at = next_release_at - ${span},
       created_at = ${createdAt(span / 1_000)}`,
  ];
}
