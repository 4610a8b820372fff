import { abortedError } from './caller.js';
import type { Channel } from './channel.js';
import type { ChannelRecord } from './channel-store.js';
import { refuseIssues } from './check-request.js';
import { type Context, createContext, type ProviderAndStoreOptions, setupIssues } from './context.js';
import { ChannelError } from './errors/channel-error.js';
import { InvalidInputError } from './errors/invalid-input-error.js';
import { giveBackNumber } from './give-back-number.js';

/** What {@link releaseChannel} takes. */
export interface ReleaseChannelOptions extends ProviderAndStoreOptions {
  /** The channel's id. */
  readonly id: string;
}

/**
 * Gives a channel's number back to the provider and closes the channel. Safe to repeat.
 *
 * Resolves to the channel as `released`; or as `releasing` when the provider refused, could not be asked, or does not show a
 * number that was just bought, or when a purchase of the same operation may still land: it is on record then, and `recoverOperations` goes on until it is done.
 * `signal` ends the call only before the release is on record.
 *
 * @throws {@link InvalidInputError} when the channel belongs to another provider or account; nothing has changed.
 * @throws {@link ChannelError} `channel_not_found` or `aborted`; nothing has changed.
 * @throws {@link ProviderError} when a channel of unknown account could not be looked up; nothing has changed.
 * @throws {@link StoreError} when the store refused or could not be reached; a number still owned is still on record.
 */
export async function releaseChannel(options: ReleaseChannelOptions): Promise<Channel> {
  const idIssues =
    typeof options.id === 'string' && options.id !== '' ? [] : [{ path: 'id', message: 'must be text' }];
  refuseIssues([...setupIssues(options, ['provider', 'store']), ...idIssues]);
  const { id } = options;
  const context = createContext(options);

  const found = await context.retryStore((store) => store.getChannel(id));
  if (found === null) throw notFound(id);
  await refuseOtherAccount(context, found);
  if (options.signal?.aborted === true) throw abortedError();

  const record = await context.retryStore((store) => store.startRelease(id));
  if (record === null) throw notFound(id);
  if (record.channel.status !== 'releasing') return record.channel;
  const outcome = await giveBackNumber(context, record);
  return outcome.record.channel;
}

async function refuseOtherAccount(context: Context, { channel, accountId }: ChannelRecord): Promise<void> {
  const { name, accountId: ownAccountId } = context.provider;
  if (channel.provider === name && accountId === ownAccountId) return;
  if (channel.provider === name && accountId === null && (await adoptIntoAccount(context, channel))) return;
  const message = `Channel ${channel.id} belongs to ${channel.provider} account ${accountId ?? '(unknown)'}, not to ${name} account ${ownAccountId}.`;
  throw new InvalidInputError({ issues: [{ path: 'id', message }] });
}

/** A row that came from an older table does not say whose it is: it is ours when the account owns its number. */
async function adoptIntoAccount(context: Context, { id, providerNumberId }: Channel): Promise<boolean> {
  const { number } = await context.provider.findNumber({ providerNumberId });
  if (number === null) return false;
  await context.retryStore((store) => store.assignAccount(id, context.provider.accountId));
  return true;
}

function notFound(id: string): ChannelError {
  return new ChannelError({ code: 'channel_not_found', message: `There is no channel ${id}.` });
}
