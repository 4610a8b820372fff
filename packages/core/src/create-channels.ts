import type { Channel } from './channel.js';
import type { ChannelPage, ListChannelsOptions } from './channel-store.js';
import { refuseIssues } from './check-request.js';
import { createContext, type ProviderAndStoreOptions, setupIssues } from './context.js';
import type { AvailableNumber } from './number-provider.js';
import { provisionChannel } from './provision-channel.js';
import { recoverOperations, type RecoveryResult } from './recover-operations.js';
import { releaseChannel } from './release-channel.js';
import type { ProvisionRequest, SearchQuery } from './request.js';
import { searchNumbers } from './search-numbers.js';
import { type RunningRecovery, startRecovery, type StartRecoveryOptions } from './start-recovery.js';

/** What one call of {@link Channels} can take besides. */
export interface CallOverrides {
  readonly signal?: AbortSignal | undefined;
}

/** The functions of the SDK, bound to one provider and one store. Each does what the function of its name does. */
export interface Channels {
  /** See `provisionChannel`. */
  provision(request: ProvisionRequest, overrides?: CallOverrides): Promise<Channel>;
  /** See `searchNumbers`. */
  search(
    query: SearchQuery,
    overrides?: CallOverrides & { readonly limit?: number },
  ): Promise<AvailableNumber[]>;
  /** See `releaseChannel`. */
  release(id: string, overrides?: CallOverrides): Promise<Channel>;
  /** See `recoverOperations`. */
  recover(overrides?: CallOverrides): Promise<RecoveryResult>;
  /** See `startRecovery`. */
  startRecovery(
    options?: Pick<StartRecoveryOptions, 'intervalMs' | 'onPass' | 'onError' | 'signal'>,
  ): RunningRecovery;
  /** Resolves to the channel, whatever its status, or to `null`. */
  get(id: string): Promise<Channel | null>;
  /** Lists channels, newest first, page by page. */
  list(options?: ListChannelsOptions): Promise<ChannelPage>;
}

/**
 * Binds a provider, a store and defaults, so that an app names them once.
 *
 * @throws {@link InvalidInputError} when they make no sense.
 *
 * @example
 * ```ts
 * const channels = createChannels({ provider, store });
 * const channel = await channels.provision({ country: 'USA' });
 * ```
 */
export function createChannels(defaults: ProviderAndStoreOptions): Channels {
  refuseIssues(setupIssues(defaults, ['provider', 'store']));
  const { retryStore } = createContext(defaults);
  return {
    provision: (request, overrides) => provisionChannel({ ...defaults, ...overrides, request }),
    search: (query, overrides) => searchNumbers({ ...defaults, ...overrides, query }),
    release: (id, overrides) => releaseChannel({ ...defaults, ...overrides, id }),
    recover: (overrides) => recoverOperations({ ...defaults, ...overrides }),
    startRecovery: (options) => startRecovery({ ...defaults, ...options }),
    get: async (id) => (await retryStore((store) => store.getChannel(id)))?.channel ?? null,
    list: (options) => retryStore((store) => store.listChannels(options)),
  };
}
