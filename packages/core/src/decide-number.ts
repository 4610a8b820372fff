import type { Channel } from './channel.js';
import type { ChannelRecord, NewChannel } from './channel-store.js';
import { type Context, isUnavailable } from './context.js';
import { ChannelError } from './errors/channel-error.js';
import { ProviderError } from './errors/provider-error.js';
import { StoreError } from './errors/store-error.js';
import { giveBackNumber } from './give-back-number.js';
import type { PurchasedNumber } from './purchase.js';
import { untilDeadline } from './until-deadline.js';

/** What was decided about a number that was bought. */
export type Decision =
  | { readonly kind: 'active'; readonly channel: Channel }
  | { readonly kind: 'given_back'; readonly reason: ChannelError }
  /** It is on record as being given back, and the provider has not taken it yet. */
  | { readonly kind: 'giving_back'; readonly record: ChannelRecord; readonly reason: ChannelError }
  /** It belongs to another operation's channel. */
  | { readonly kind: 'not_ours'; readonly error: ProviderError }
  /** Another holder of the operation decides. */
  | { readonly kind: 'held_elsewhere' };

/**
 * Decides once about a number that was bought: makes an active channel of it, or puts it on record as being given back and
 * then gives it back. With a `reason` it is given back at once; without one, only when the store refuses the channel.
 *
 * @throws {@link StoreError} when the store refused both or cannot be reached: nothing is decided, the number is not touched.
 */
export async function decideNumber(
  context: Context,
  purchase: PurchasedNumber,
  channel: NewChannel,
  reason: ChannelError | null,
): Promise<Decision> {
  if (reason !== null) return dispose(context, purchase, channel, reason);
  const { held, isAmbiguous } = purchase;
  const facts = { ambiguous: isAmbiguous };
  try {
    const attached = await untilDeadline(context, held, (store) => store.attachChannel(channel, facts));
    if (attached.outcome === 'lost') return await settleLost(context, purchase, channel, null);
    return await followRecord(context, attached.record, null);
  } catch (error) {
    if (!StoreError.isInstance(error) || isUnavailable(error)) throw error;
    return dispose(context, purchase, channel, error);
  }
}

/** Obeys the row of an operation: it says what was decided. */
export async function followRecord(
  context: Context,
  record: ChannelRecord,
  reason: ChannelError | null,
): Promise<Decision> {
  const { channel } = record;
  if (channel.status === 'active') return { kind: 'active', channel };
  const why = reason ?? operationAbandoned(channel);
  return channel.status === 'releasing'
    ? giveBack(context, record, why)
    : { kind: 'given_back', reason: why };
}

/** Makes the error for an operation that somebody else ended and that left nothing owned. */
export function operationAbandoned({ id, phoneNumber }: Pick<Channel, 'id' | 'phoneNumber'>): ChannelError {
  return new ChannelError({
    code: 'operation_abandoned',
    message: `Operation ${id} was ended by somebody else, and ${phoneNumber} was given back or never bought.`,
    operationId: id,
  });
}

/** The record comes first: the provider is asked only once it is committed that the number is being given back. */
async function dispose(
  context: Context,
  purchase: PurchasedNumber,
  channel: NewChannel,
  reason: ChannelError,
): Promise<Decision> {
  const { held, isAmbiguous } = purchase;
  const facts = { ambiguous: isAmbiguous, error: reason.message };
  const disposed = await untilDeadline(context, held, (store) =>
    store.disposeNumber(held.operation, channel, facts),
  );
  if (disposed.outcome === 'lost') return settleLost(context, purchase, channel, reason);

  const { id: operationId, phoneNumber, providerNumberId } = channel;
  const { code, message } = reason;
  context.emit({ name: 'compensation-started', operationId, phoneNumber, providerNumberId, code, message });
  return giveBack(context, disposed.record, reason);
}

async function giveBack(context: Context, record: ChannelRecord, reason: ChannelError): Promise<Decision> {
  const outcome = await giveBackNumber(context, record);
  return outcome.kind === 'released'
    ? { kind: 'given_back', reason }
    : { kind: 'giving_back', record, reason };
}

/** Neither write changed anything: finds out who decided. A number that nobody can claim any more is put on record. */
async function settleLost(
  context: Context,
  purchase: PurchasedNumber,
  channel: NewChannel,
  reason: ChannelError | null,
): Promise<Decision> {
  const { operation: held } = purchase.held;
  const { provider, providerNumberId, phoneNumber } = channel;
  const record = await context.retryStore((store) => store.findChannelByNumber(provider, providerNumberId));
  if (record?.channel.id === held.id) return followRecord(context, record, reason);
  if (record !== null) return { kind: 'not_ours', error: belongsToAnother(phoneNumber) };

  const operation = await context.retryStore((store) => store.getOperation(held.id));
  if (operation?.state === 'purchasing' && operation.phoneNumber === phoneNumber)
    return { kind: 'held_elsewhere' };
  const orphan = { ...channel, id: context.runtime.newId() };
  const releaseAfter = operation?.settlesAt ?? held.settlesAt;
  const recorded = await context.retryStore((store) => store.recordReleasing(orphan, releaseAfter));
  if (recorded === null) return settleLost(context, purchase, channel, reason);
  return giveBack(context, recorded, reason ?? operationAbandoned(held));
}

function belongsToAnother(phoneNumber: string): ProviderError {
  return new ProviderError({
    code: 'number_unavailable',
    outcome: 'rejected',
    message: `${phoneNumber} belongs to another channel of this account; it is left alone.`,
  });
}
