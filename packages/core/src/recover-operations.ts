import type { ChannelRecord } from './channel-store.js';
import { refuseIssues } from './check-request.js';
import { type Context, createContext, type ProviderAndStoreOptions, setupIssues } from './context.js';
import { giveBackNumber } from './give-back-number.js';
import { recoverOperation } from './recover-operation.js';

/**
 * What recovery did with one thing it found. `adopted`: a channel was made; `released`: its number was given back;
 * `failed`: nothing was bought; `pending`: not known yet, or not due; `refused`: the store or the provider refused.
 */
export const RECOVERY_OUTCOMES = ['adopted', 'released', 'failed', 'pending', 'refused'] as const;
/** What recovery did with one thing it found: one of {@link RECOVERY_OUTCOMES}. */
export type RecoveryOutcome = (typeof RECOVERY_OUTCOMES)[number];

/** What one pass of recovery did: how many of each, and their ids (of operations, and of channels given back). */
export interface RecoveryResult extends Readonly<Record<RecoveryOutcome, number>> {
  readonly ids: Readonly<Record<RecoveryOutcome, readonly string[]>>;
}

/** How many rows one look at the store takes. */
const BATCH = 10;

/**
 * Goes once over everything that was left in doubt and is due: ends operations whose caller is gone, and gives back numbers that are
 * on record as being given back. Never buys. Safe to run from many processes at once, and again.
 *
 * @throws {@link InvalidInputError} when the options make no sense.
 * @throws {@link StoreError} when the store refused or could not be reached; what was done before that is done.
 */
export async function recoverOperations(options: ProviderAndStoreOptions): Promise<RecoveryResult> {
  refuseIssues(setupIssues(options, ['provider', 'store']));
  const context = createContext(options);
  const found = new Map<string, RecoveryOutcome>();
  const { name: provider, accountId } = context.provider;
  const due = { provider, accountId, leaseMs: context.policy.leaseMs, limit: BATCH };
  const leaseOwner = context.runtime.newId();

  await inBatches(
    () => context.retryStore((store) => store.takeDueOperations({ ...due, leaseOwner })),
    async (operation) => void found.set(operation.id, await recoverOperation(context, operation)),
    options.signal,
  );
  await inBatches(
    () => context.retryStore((store) => store.takeDueReleases(due)),
    async (record) => void found.set(record.channel.id, await recoverRelease(context, record)),
    options.signal,
  );
  return summary(found);
}

async function inBatches<Row>(
  take: () => Promise<readonly Row[]>,
  handle: (row: Row) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  while (signal?.aborted !== true) {
    const batch = await take();
    await Promise.all(batch.map(handle));
    if (batch.length === 0) return;
  }
}

async function recoverRelease(context: Context, record: ChannelRecord): Promise<RecoveryOutcome> {
  const outcome = await giveBackNumber(context, record);
  if (outcome.kind === 'released' || outcome.kind === 'refused') return outcome.kind;
  return 'pending';
}

function summary(found: ReadonlyMap<string, RecoveryOutcome>): RecoveryResult {
  const idsOf = (wanted: RecoveryOutcome) =>
    [...found].filter(([, outcome]) => outcome === wanted).map(([id]) => id);
  const ids = {
    adopted: idsOf('adopted'),
    released: idsOf('released'),
    failed: idsOf('failed'),
    pending: idsOf('pending'),
    refused: idsOf('refused'),
  };
  return {
    adopted: ids.adopted.length,
    released: ids.released.length,
    failed: ids.failed.length,
    pending: ids.pending.length,
    refused: ids.refused.length,
    ids,
  };
}
