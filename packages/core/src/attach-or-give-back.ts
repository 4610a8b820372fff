import type { Channel } from './channel.js';
import type { ChannelRecord, NewChannel } from './channel-store.js';
import type { CheckedRequest } from './check-request.js';
import type { Context } from './context.js';
import { type Decision, decideNumber } from './decide-number.js';
import { failOperation, LeaseLostError } from './end-operation.js';
import type { ChannelError } from './errors/channel-error.js';
import { ProviderError } from './errors/provider-error.js';
import { ProvisionPendingError } from './errors/provision-pending-error.js';
import { StoreError } from './errors/store-error.js';
import { withFacts } from './errors/with-facts.js';
import { newChannel } from './new-channel.js';
import { hasCapabilities } from './number-match.js';
import type { PurchasedNumber } from './purchase.js';

/**
 * Makes an active channel of a number that was bought, or gives the number back when it cannot be one.
 *
 * @throws ChannelError when no channel was made; what it says is true then.
 */
export async function attachOrGiveBack(
  context: Context,
  request: CheckedRequest,
  purchase: PurchasedNumber,
): Promise<Channel> {
  const channel = newChannel(purchase.held.operation.id, request, purchase.number, context.provider);
  const isUsable = hasCapabilities(channel.capabilities, request.query);
  const decision = await decide(context, purchase, channel, isUsable ? null : lacksCapability(channel));
  switch (decision.kind) {
    case 'active':
      return announce(context, decision.channel);
    case 'given_back':
      return fail(
        context,
        channel,
        withFacts(decision.reason, { operationId: channel.id, mayOwnNumber: 'no' }),
      );
    case 'giving_back':
      return fail(context, channel, compensationPending(channel.id, decision.record, decision.reason));
    case 'not_ours':
      return failOperation(context, purchase.held, decision.error);
    case 'held_elsewhere':
      throw new LeaseLostError();
  }
}

/** Makes the error for a number on record as being given back, which the provider has not taken yet. */
export function compensationPending(
  operationId: string,
  { channel: { id, phoneNumber, providerNumberId, provider } }: ChannelRecord,
  reason: ChannelError,
): ProvisionPendingError {
  return new ProvisionPendingError({
    code: 'compensation_pending',
    message:
      `${phoneNumber} (${providerNumberId}) is on record as being given back, as channel ${id}, and ${provider} has ` +
      `not taken it yet; recovery goes on until it has. The reason: ${reason.message}`,
    cause: reason,
    operationId,
    mayOwnNumber: 'yes',
    phoneNumber,
    providerNumberId,
  });
}

/** Makes the error for a number that was bought but lacks what the channel needs, whatever its listing said. */
export function lacksCapability({ phoneNumber, type }: NewChannel): ProviderError {
  return new ProviderError({
    code: 'number_unavailable',
    outcome: 'rejected',
    message: `${phoneNumber} cannot carry what the ${type} channel needs, though it was listed so; it is given back.`,
  });
}

async function decide(
  context: Context,
  purchase: PurchasedNumber,
  channel: NewChannel,
  reason: ChannelError | null,
): Promise<Decision> {
  try {
    return await decideNumber(context, purchase, channel, reason);
  } catch (error) {
    if (StoreError.isInstance(error)) throw undecided(channel, error);
    throw error;
  }
}

function announce(context: Context, channel: Channel): Channel {
  const { id, phoneNumber, providerNumberId } = channel;
  context.emit({ name: 'channel-activated', operationId: id, channelId: id, phoneNumber, providerNumberId });
  return channel;
}

function fail(context: Context, { id, phoneNumber }: NewChannel, error: ChannelError): never {
  const { code, message } = error;
  context.emit({ name: 'operation-failed', operationId: id, phoneNumber, code, message });
  throw error;
}

/** Neither an active channel nor its undoing is known to be committed, so the number is not touched. */
function undecided(
  { id, phoneNumber, providerNumberId }: NewChannel,
  error: StoreError,
): ProvisionPendingError {
  return new ProvisionPendingError({
    code: 'purchase_unknown',
    message:
      `${phoneNumber} was bought and could not be recorded: ${error.message} The operation is on record, and recovery ` +
      'makes a channel of the number or gives it back.',
    cause: error,
    operationId: id,
    mayOwnNumber: 'yes',
    phoneNumber,
    providerNumberId,
  });
}
