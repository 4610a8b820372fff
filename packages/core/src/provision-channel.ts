import { attachOrGiveBack, compensationPending } from './attach-or-give-back.js';
import { abortedError, type Caller, type CallersOperation, createCaller } from './caller.js';
import { type Candidates, findCandidates } from './candidates.js';
import type { Channel } from './channel.js';
import type { BeginOutcome, NewOperation } from './channel-store.js';
import { type CheckedRequest, checkRequest, refuseIssues } from './check-request.js';
import {
  type Context,
  createContext,
  isRecord,
  type ProviderAndStoreOptions,
  setupIssues,
} from './context.js';
import { followRecord, operationAbandoned } from './decide-number.js';
import { aboutOperation, LeaseLostError, outOfReach } from './end-operation.js';
import { ChannelError } from './errors/channel-error.js';
import { ProviderError } from './errors/provider-error.js';
import { StoreError } from './errors/store-error.js';
import { withFacts } from './errors/with-facts.js';
import type { HeldOperation } from './held-operation.js';
import { elapsedMs, startLease } from './lease.js';
import { purchaseNumber } from './purchase.js';
import type { ProvisionRequest } from './request.js';
import { inProgress, type Resumption, resumeByKey } from './resume-by-key.js';
import { settlePurchase } from './settle-purchase.js';
import { fingerprint, writeRequest } from './stored-request.js';

/** What {@link provisionChannel} takes. */
export interface ProvisionChannelOptions extends ProviderAndStoreOptions {
  readonly request: ProvisionRequest;
}

/**
 * Gets a phone number and turns it into a stored, active channel: searches, buys one number and records it; undoes that
 * when it cannot be recorded.
 *
 * With an `idempotencyKey` the same call never buys twice: it resolves to the channel made before, or goes on with
 * an operation that was left behind. `signal`: before the purchase is sent, aborting ends the operation and nothing is
 * owned; afterwards it only ends the waiting (`aborted`, `mayOwnNumber: 'unknown'`), and the operation ends by itself.
 *
 * @throws {@link InvalidInputError} with every issue at once; nothing was asked of the provider, nothing written.
 * @throws {@link ProviderError} when the provider refused or could not be asked; nothing is owned (`mayOwnNumber: 'no'`).
 * @throws {@link ProvisionPendingError} when the outcome is not known, or a number is still being given back; the
 * operation is on record, and `recoverOperations` ends it.
 * @throws {@link StoreError} when the store refused or could not be reached; nothing is owned.
 * @throws {@link ChannelError} with `operation_in_progress`, `idempotency_mismatch`, `channel_released`,
 * `operation_abandoned` or `aborted`; `mayOwnNumber` says what may be owned.
 *
 * @example
 * ```ts
 * const channel = await provisionChannel({ provider, store, request: { country: 'USA', type: 'sms' } });
 * ```
 */
export async function provisionChannel(options: ProvisionChannelOptions): Promise<Channel> {
  const setup = setupIssues(options, ['provider', 'store']);
  const { value, issues } = await checkRequest(isRecord(options) ? options.request : undefined);
  refuseIssues([...setup, ...issues]);
  if (value === null) throw new Error('A request without issues has a value.');

  const context = createContext(options);
  const caller = createCaller(options.signal);
  if (caller.hasLeft()) throw abortedError();
  const work = provision(context, value.request, value.idempotencyKey, caller).catch((error: unknown) =>
    explain(context, caller, error),
  );
  return caller.waitFor(work);
}

async function provision(
  context: Context,
  request: CheckedRequest,
  idempotencyKey: string | null,
  caller: Caller,
): Promise<Channel> {
  const candidates = findCandidates(context, request, caller);
  const begun = await begin(context, request, idempotencyKey, candidates, caller);
  if (begun.kind === 'channel') return begun.channel;

  const { held } = begun;
  const purchase = held.isTakenOver
    ? await settlePurchase(context, request, held, caller, null)
    : await purchaseNumber(context, request, held, candidates, caller);
  const { providerNumberId, phoneNumber } = purchase.number;
  context.emit({ name: 'number-purchased', operationId: held.operation.id, phoneNumber, providerNumberId });

  const channel = await attachOrGiveBack(context, request, purchase);
  if (held.isTakenOver) {
    const { id } = channel;
    context.emit({
      name: 'operation-recovered',
      operationId: id,
      channelId: id,
      phoneNumber,
      providerNumberId,
    });
  }
  return channel;
}

type Begun = Resumption | { readonly kind: 'begun'; readonly held: HeldOperation };

/** Writes the operation down with the first number that nobody else has claimed, or finds the one that holds the key. */
async function begin(
  context: Context,
  request: CheckedRequest,
  idempotencyKey: string | null,
  candidates: Candidates,
  caller: Caller,
): Promise<Begun> {
  const { provider, policy, runtime, emit } = context;
  const leaseOwner = runtime.newId();
  const resume = async () =>
    idempotencyKey === null ? null : resumeByKey(context, request, idempotencyKey, leaseOwner, caller);

  const resumed = await resume();
  if (resumed !== null) return resumed;
  let candidate = await candidates.next();
  for (;;) {
    if (caller.hasLeft()) throw abortedError();
    if (candidate === null) throw nothingToBuy(request);
    const leaseStart = startLease(runtime);
    const operation = {
      id: runtime.newId(),
      idempotencyKey,
      fingerprint: fingerprint(request),
      request: writeRequest(request),
      provider: provider.name,
      accountId: provider.accountId,
      ...candidate,
      leaseOwner,
      leaseMs: policy.leaseMs,
      settleMs: policy.settleMs,
    };
    if (idempotencyKey !== null) caller.noteWriting({ ...operation, leaseStart });
    const begun = await beginDurably(context, operation);
    if (begun.outcome === 'begun') {
      const { id: operationId, phoneNumber } = begun.operation;
      caller.hold({ ...begun.operation, leaseStart });
      emit({ name: 'operation-started', operationId, phoneNumber });
      emit({ name: 'number-found', operationId, phoneNumber });
      return { kind: 'begun', held: { operation: begun.operation, leaseStart, isTakenOver: false } };
    }
    if (begun.outcome === 'number_held') {
      candidate = await candidates.next();
      continue;
    }
    const other = await resume();
    if (other !== null) return other;
  }
}

/** Nothing is sent before the store has said that the operation stands; whether it does without an answer, recovery sees. */
async function beginDurably({ retryStore }: Context, operation: NewOperation): Promise<BeginOutcome> {
  try {
    return await retryStore((store) => store.beginOperation(operation));
  } catch (error) {
    if (!StoreError.isInstance(error)) throw error;
    throw withFacts(error, { operationId: operation.id, mayOwnNumber: 'no' });
  }
}

function nothingToBuy({ country, phoneNumber, query }: CheckedRequest): ProviderError {
  return phoneNumber === null
    ? new ProviderError({
        code: 'no_numbers_available',
        outcome: 'rejected',
        message: `No number for a ${query.type} channel in ${country} matches the request.`,
      })
    : new ProviderError({
        code: 'number_unavailable',
        outcome: 'rejected',
        message: `${phoneNumber} is already claimed by another operation.`,
      });
}

/** Turns whatever ended a call into the error that tells its caller the truth, or into the channel made meanwhile. */
async function explain(context: Context, caller: Caller, error: unknown): Promise<Channel> {
  try {
    return await explainEnd(context, caller, error);
  } catch (told) {
    if (!ChannelError.isInstance(told) || told.mayOwnNumber !== 'no') throw told;
    const channel = await findTaken(context, caller);
    if (channel === null) throw told;
    return channel;
  }
}

/** An operation that was written may stand, and once its lease is over somebody with the same key may have taken it and bought. */
async function findTaken(context: Context, caller: Caller): Promise<Channel | null> {
  const { runtime, policy } = context;
  for (const operation of caller.written()) {
    // What is said of the one that is held has been settled.
    const isHeld = operation.id === caller.operation()?.id;
    if (isHeld || elapsedMs(operation.leaseStart, runtime) < policy.leaseMs) continue;
    const channel = await aboutOperation(operation, follow(context, operation));
    if (channel !== null) return channel;
  }
  return null;
}

/** Says of an error whose operation it is about, and whether anything of it may be owned. */
async function explainEnd(context: Context, caller: Caller, error: unknown): Promise<Channel> {
  const operation = caller.operation();
  try {
    if (error instanceof LeaseLostError && operation !== null) return await obey(context, operation);
    throw error;
  } catch (cause) {
    if (!ChannelError.isInstance(cause) || cause.operationId !== null) throw cause;
    if (operation === null && caller.hasLeft()) throw abortedError();
    if (StoreError.isInstance(cause) && operation !== null) {
      // Once the lease may be somebody else's, only the store knows what was bought.
      const isHeld = elapsedMs(operation.leaseStart, context.runtime) < context.policy.leaseMs;
      if (!isHeld || caller.hasSent() || error instanceof LeaseLostError) throw outOfReach(operation, cause);
    }
    throw withFacts(cause, { operationId: operation?.id ?? null, mayOwnNumber: 'no' });
  }
}

/** Obeys who holds an operation, or has ended it. */
async function obey(context: Context, operation: CallersOperation): Promise<Channel> {
  const channel = await follow(context, operation);
  if (channel === null) throw operationAbandoned(operation);
  return channel;
}

/** Reads what became of an operation, and follows it. Resolves to `null` when nothing of it is owned. */
async function follow(context: Context, { id }: CallersOperation): Promise<Channel | null> {
  // The operation first: once it has ended, the row it made, if any, is there to be read.
  const operation = await context.retryStore((store) => store.getOperation(id));
  if (operation?.state === 'purchasing') throw inProgress(operation);
  const record = await context.retryStore((store) => store.getChannel(id));
  if (record === null) return null;
  const decision = await followRecord(context, record, null);
  if (decision.kind === 'giving_back') throw compensationPending(id, record, decision.reason);
  return decision.kind === 'active' ? decision.channel : null;
}
