import type {
  BeginOutcome,
  CandidateSwitch,
  ChannelStore,
  Deferral,
  DueQuery,
  NewOperation,
  OperationGuard,
  SwitchOutcome,
  TakeOver,
} from '../../channel-store.js';
import { StoreError } from '../../errors/store-error.js';
import type { Operation } from '../../operation.js';
import { atomically, type MemoryTables, type OperationRow, toOperation, update } from './tables.js';

/** The verbs of a memory store that concern operations alone. */
type OperationVerbs = Pick<
  ChannelStore,
  | 'beginOperation'
  | 'switchCandidate'
  | 'takeOverOperation'
  | 'setSettlesAt'
  | 'failOperation'
  | 'deferOperation'
  | 'takeDueOperations'
  | 'getOperation'
  | 'findOperationByKey'
>;

/** Makes the verbs that concern operations alone. */
export function operationVerbs(tables: MemoryTables): OperationVerbs {
  const { operations, now } = tables;
  const found = (row: OperationRow | undefined) => (row ? toOperation(row, now()) : null);

  return {
    beginOperation: atomically((operation: NewOperation) => beginOperation(tables, operation)),
    switchCandidate: atomically((guard: OperationGuard, candidate: CandidateSwitch) =>
      switchCandidate(tables, guard, candidate),
    ),
    takeOverOperation: atomically((takeOver: TakeOver) => takeOverOperation(tables, takeOver)),
    setSettlesAt: atomically((guard: OperationGuard, settlesAt: number) =>
      write(tables, guard, (row) => ({ settlesAt, nextCheckAt: Math.min(row.nextCheckAt, settlesAt) })),
    ),
    failOperation: atomically((guard: OperationGuard, error: string) => failOperation(tables, guard, error)),
    deferOperation: atomically((guard: OperationGuard, deferral: Deferral) =>
      write(tables, guard, (row) => deferred(row, deferral, now())),
    ),
    takeDueOperations: atomically((query: DueQuery & { readonly leaseOwner: string }) =>
      takeDueOperations(tables, query),
    ),
    getOperation: atomically((id: string) => found(operations.get(id))),
    findOperationByKey: atomically((key: string) => found(holderOfKey(tables, key))),
  };
}

/** Finds the operation whose guard holds. */
export function guarded(tables: MemoryTables, guard: OperationGuard): OperationRow | undefined {
  const row = tables.operations.get(guard.id);
  return row?.state === 'purchasing' && row.token === guard.token ? row : undefined;
}

function beginOperation(tables: MemoryTables, operation: NewOperation): BeginOutcome {
  const { leaseMs, settleMs, ...given } = operation;
  const now = tables.now();
  const existing = tables.operations.get(given.id);
  if (existing?.leaseOwner === given.leaseOwner && existing.token === 1 && existing.state === 'purchasing') {
    return { outcome: 'begun', operation: toOperation(existing, now) };
  }
  if (given.idempotencyKey !== null && holderOfKey(tables, given.idempotencyKey)) {
    return { outcome: 'key_held' };
  }
  if (isClaimed(tables, given, given.phoneNumber)) return { outcome: 'number_held' };
  if (existing) {
    throw new StoreError({ code: 'store_rejected', message: `Operation ${given.id} is on record already` });
  }
  const row: OperationRow = {
    ...given,
    state: 'purchasing',
    claimedNumber: given.phoneNumber,
    leaseExpiresAt: now + leaseMs,
    token: 1,
    ambiguous: false,
    settlesAt: now + leaseMs + settleMs,
    absentAt: null,
    attempts: 0,
    lastError: null,
    nextCheckAt: now,
  };
  tables.operations.set(row.id, row);
  return { outcome: 'begun', operation: toOperation(row, now) };
}

function switchCandidate(
  tables: MemoryTables,
  guard: OperationGuard,
  candidate: CandidateSwitch,
): SwitchOutcome {
  const row = guarded(tables, guard);
  if (!row || row.ambiguous) return 'lost';
  const { from, phoneNumber, vendorDate } = candidate;
  if (row.phoneNumber !== from && row.phoneNumber !== phoneNumber) return 'lost';
  if (isClaimed(tables, row, phoneNumber)) return 'number_held';
  update(tables.operations, row, { phoneNumber, claimedNumber: phoneNumber, vendorDate });
  return 'switched';
}

function failOperation(tables: MemoryTables, guard: OperationGuard, error: string): boolean {
  const row = tables.operations.get(guard.id);
  const hasFailed = row?.state === 'failed' && row.token === guard.token && !tables.channels.has(row.id);
  return (
    hasFailed || write(tables, guard, () => ({ state: 'failed', claimedNumber: null, lastError: error }))
  );
}

function takeOverOperation(tables: MemoryTables, takeOver: TakeOver): Operation | null {
  const now = tables.now();
  const mine = guarded(tables, { id: takeOver.id, token: takeOver.token + 1 });
  if (mine?.leaseOwner === takeOver.leaseOwner && mine.leaseExpiresAt > now) return toOperation(mine, now);
  const row = guarded(tables, takeOver);
  if (!row || row.leaseExpiresAt > now) return null;
  const taken = update(tables.operations, row, { ...taking(row, takeOver, now), absentAt: null });
  return toOperation(taken, now);
}

function takeDueOperations(
  tables: MemoryTables,
  query: DueQuery & { readonly leaseOwner: string },
): Operation[] {
  const now = tables.now();
  const dueSince = (row: OperationRow) => Math.max(row.leaseExpiresAt, row.nextCheckAt);
  return [...tables.operations.values()]
    .filter((row) => row.state === 'purchasing' && dueSince(row) <= now)
    .filter((row) => row.provider === query.provider && row.accountId === query.accountId)
    .sort((one, other) => dueSince(one) - dueSince(other))
    .slice(0, query.limit)
    .map((row) => toOperation(update(tables.operations, row, taking(row, query, now)), now));
}

/** What every taking of a lease writes. */
function taking(
  row: OperationRow,
  lease: { readonly leaseOwner: string; readonly leaseMs: number },
  now: number,
): Partial<OperationRow> {
  return {
    token: row.token + 1,
    ambiguous: true,
    leaseOwner: lease.leaseOwner,
    leaseExpiresAt: now + lease.leaseMs,
  };
}

function deferred(row: OperationRow, deferral: Deferral, now: number): Partial<OperationRow> {
  return {
    leaseOwner: null,
    leaseExpiresAt: now,
    ambiguous: row.ambiguous || deferral.ambiguous,
    absentAt: deferral.absent ? (row.absentAt ?? now) : row.absentAt,
    nextCheckAt: Math.min(now + deferral.delayMs, deferral.readAt < row.settlesAt ? row.settlesAt : Infinity),
    attempts: row.attempts + 1,
    lastError: deferral.error,
  };
}

function write(
  tables: MemoryTables,
  guard: OperationGuard,
  changes: (row: OperationRow) => Partial<OperationRow>,
): boolean {
  const row = guarded(tables, guard);
  if (row) update(tables.operations, row, changes(row));
  return row !== undefined;
}

function holderOfKey(tables: MemoryTables, key: string): OperationRow | undefined {
  return [...tables.operations.values()].find((row) => row.idempotencyKey === key && row.state !== 'failed');
}

function isClaimed(
  tables: MemoryTables,
  claimant: Pick<Operation, 'id' | 'provider' | 'accountId'>,
  phoneNumber: string,
): boolean {
  return [...tables.operations.values()].some(
    (row) =>
      row.claimedNumber === phoneNumber &&
      row.provider === claimant.provider &&
      row.accountId === claimant.accountId &&
      row.id !== claimant.id,
  );
}
