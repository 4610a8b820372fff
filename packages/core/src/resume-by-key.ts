import { type Caller, detachedError } from './caller.js';
import type { Channel } from './channel.js';
import type { CheckedRequest } from './check-request.js';
import type { Context } from './context.js';
import { aboutOperation } from './end-operation.js';
import { ChannelError } from './errors/channel-error.js';
import type { HeldOperation } from './held-operation.js';
import { startLease } from './lease.js';
import type { Operation } from './operation.js';
import { fingerprint } from './stored-request.js';

/** What an idempotency key leads to: the channel made before, or an operation left behind, now ours. */
export type Resumption =
  | { readonly kind: 'channel'; readonly channel: Channel }
  | { readonly kind: 'taken_over'; readonly held: HeldOperation };

/** How long a caller is told to wait before asking again for an operation that is running. */
const ASK_AGAIN_MS = 1_000;

/**
 * Looks an idempotency key up, and takes an operation over that was left behind under it. Resolves to `null` when the
 * key is free. Buys nothing.
 *
 * @throws ChannelError `operation_in_progress`, `idempotency_mismatch` or `channel_released`.
 */
export async function resumeByKey(
  context: Context,
  request: CheckedRequest,
  idempotencyKey: string,
  leaseOwner: string,
  caller: Caller,
): Promise<Resumption | null> {
  const operation = await context.retryStore((store) => store.findOperationByKey(idempotencyKey));
  if (operation === null) return null;
  refuseMismatch(context, operation, request);
  if (operation.state === 'succeeded')
    return { kind: 'channel', channel: await activeChannel(context, operation) };
  if (operation.leaseExpiresAt > operation.readAt) throw inProgress(operation);

  if (caller.hasLeft()) throw detachedError(operation.id);
  const leaseStart = startLease(context.runtime);
  const { id, token } = operation;
  const { leaseMs } = context.policy;
  const takeOver = { id, token, leaseOwner, leaseMs };
  const taken = await aboutOperation(
    operation,
    context.retryStore((store) => store.takeOverOperation(takeOver)),
  );
  if (taken === null) throw inProgress(operation);
  caller.hold({ ...taken, leaseStart });
  caller.markSent(); // whoever held it before may have sent
  return { kind: 'taken_over', held: { operation: taken, leaseStart, isTakenOver: true } };
}

/** Makes the error for an operation that somebody else is running. */
export function inProgress({ id, phoneNumber, leaseExpiresAt, readAt }: Operation): ChannelError {
  return new ChannelError({
    code: 'operation_in_progress',
    message: `Operation ${id} is buying ${phoneNumber} for the same request; ask again in a moment.`,
    operationId: id,
    mayOwnNumber: 'unknown',
    retryAfterMs: Math.min(ASK_AGAIN_MS, Math.max(0, Math.ceil(leaseExpiresAt - readAt))),
  });
}

function refuseMismatch({ provider }: Context, operation: Operation, request: CheckedRequest): void {
  const isSameAccount = operation.provider === provider.name && operation.accountId === provider.accountId;
  if (isSameAccount && operation.fingerprint === fingerprint(request)) return;
  throw new ChannelError({
    code: 'idempotency_mismatch',
    message: isSameAccount
      ? `The idempotency key was used for another request (operation ${operation.id}); use a new key.`
      : `The idempotency key was used with another account, of ${operation.provider} (operation ${operation.id}); use a new key.`,
    operationId: operation.id,
  });
}

async function activeChannel(context: Context, operation: Operation): Promise<Channel> {
  const { id } = operation;
  const record = await aboutOperation(
    operation,
    context.retryStore((store) => store.getChannel(id)),
  );
  if (record?.channel.status === 'active') return record.channel;
  throw new ChannelError({
    code: 'channel_released',
    message:
      `The channel ${id} of this idempotency key is ${record?.channel.status ?? 'gone'}, and its number may be a stranger's by ` +
      'now. Use a new key to get another number.',
    operationId: id,
  });
}
