import type { ChannelRecord } from './channel-store.js';
import type { Context } from './context.js';
import { ProviderError } from './errors/provider-error.js';
import { StoreError } from './errors/store-error.js';

/** What came of giving a number back. Unless it is `released`, its row stays `releasing` and recovery tries again. */
export type GiveBackOutcome =
  | { readonly kind: 'released'; readonly record: ChannelRecord }
  /** A purchase may still land and would buy the number back unseen, so it is too early. */
  | { readonly kind: 'too_early'; readonly record: ChannelRecord }
  /** The provider refused. */
  | { readonly kind: 'refused'; readonly record: ChannelRecord; readonly error: ProviderError }
  /** The provider could not be asked, or the store not be told. */
  | {
      readonly kind: 'unanswered';
      readonly record: ChannelRecord;
      readonly error: ProviderError | StoreError;
    };

const MOST_BACKOFF_MS = 60 * 60_000;

/** Gives the number of a channel in `releasing` back to the provider, by the provider's id of it. */
export async function giveBackNumber(context: Context, record: ChannelRecord): Promise<GiveBackOutcome> {
  if (record.releaseAfter !== null && record.releaseAfter > record.readAt)
    return { kind: 'too_early', record };
  const { id, providerNumberId } = record.channel;
  try {
    const answer = await context.provider.releaseNumber(providerNumberId);
    if (answer === 'gone' && (await mayNotShowYet(context, record))) return await tryLater(context, record);
    const released = await context.retryStore((store) => store.completeRelease(id));
    context.emit({ name: 'number-released', ...about(record) });
    return { kind: 'released', record: released ?? record };
  } catch (error) {
    // Where the store does not know yet that the number is gone: giving back what is gone is a success, next time.
    if (StoreError.isInstance(error)) return { kind: 'unanswered', record, error };
    if (!ProviderError.isInstance(error)) throw error;
    await putOff(context, record, error);
    return { kind: error.outcome === 'rejected' ? 'refused' : 'unanswered', record, error };
  }
}

/**
 * Whether the number may have been bought so recently that the vendor does not show it everywhere. It was bought before its row was made,
 * under a lease that had begun by then. A row without an operation was there before us, or waited until nothing could land any more.
 */
async function mayNotShowYet(
  { provider, policy, retryStore }: Context,
  { channel, readAt }: ChannelRecord,
): Promise<boolean> {
  if (provider.traits.showsAtOnce === true) return false;
  const operation = await retryStore((store) => store.getOperation(channel.id));
  if (operation === null) return false;
  const latest = channel.createdAt.getTime() + policy.leaseMs + policy.settleMs;
  return readAt < Math.max(operation.settlesAt, latest);
}

/**
 * The number does not show; unless somebody else has given it back meanwhile, that proves nothing.
 *
 * @throws ProviderError when it proves nothing.
 */
async function tryLater(context: Context, record: ChannelRecord): Promise<GiveBackOutcome> {
  const { id, phoneNumber } = record.channel;
  const current = await context.retryStore((store) => store.getChannel(id));
  if (current?.channel.status === 'released') return { kind: 'released', record: current };
  throw new ProviderError({
    code: 'provider_unavailable',
    outcome: 'unknown',
    message: `${context.provider.name} does not show ${phoneNumber}; so soon after it was bought, that is not taken for gone.`,
  });
}

async function putOff(context: Context, record: ChannelRecord, error: ProviderError): Promise<void> {
  const { code, message } = error;
  const delayMs = Math.min(context.policy.recheckMs * 2 ** record.releaseAttempts, MOST_BACKOFF_MS);
  try {
    await context.retryStore((store) => store.deferRelease(record.channel.id, { delayMs, error: message }));
  } catch (storeError) {
    if (!StoreError.isInstance(storeError)) throw storeError;
  }
  context.emit({ name: 'release-refused', ...about(record), code, message });
}

function about({ channel: { id, phoneNumber, providerNumberId } }: ChannelRecord) {
  return { operationId: id, channelId: id, phoneNumber, providerNumberId };
}
