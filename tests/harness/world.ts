import { createMockProvider, type MockProvider, type MockProviderOptions } from '@channelkit/adapter-mock';
import {
  type Channel,
  type ChannelEvent,
  type ChannelStore,
  type NumberProvider,
  type ProviderAndStoreOptions,
  type ProvisionRequest,
  provisionChannel,
  recoverOperations,
  type RecoveryResult,
  releaseChannel,
} from '@channelkit/core';
import { openStore, type OpenStore, type StoreKind } from './open-store.js';
import { type ScriptedStore, scriptStore } from './scripted-store.js';
import { createVirtualClock, type VirtualClock } from './virtual-clock.js';

/** A real store and a mock provider, on one virtual clock, both of which can be made to fail. */
export interface World {
  readonly clock: VirtualClock;
  readonly provider: MockProvider;
  readonly scripted: ScriptedStore;
  readonly events: ChannelEvent[];
  readonly options: {
    readonly provider: NumberProvider;
    readonly store: ChannelStore;
    readonly runtime: VirtualClock['runtime'];
  };
  provision(request: ProvisionRequest, extra?: Partial<ProviderAndStoreOptions>): Promise<Channel>;
  release(id: string): Promise<Channel>;
  recover(): Promise<RecoveryResult>;
  /** Moves the virtual clock, and the times in a database that goes by its own. */
  letTimePass(milliseconds: number): Promise<void>;
  /** What stands in the tables. */
  rows(): ReturnType<OpenStore['rows']>;
  close(): Promise<void>;
}

/** Makes a world with an empty database. */
export async function createWorld(kind: StoreKind, mock: MockProviderOptions = {}): Promise<World> {
  const clock = createVirtualClock();
  const opened = await openStore(kind, clock.now);
  const scripted = scriptStore(opened.store, clock);
  const provider = createMockProvider({ seed: 7, now: clock.now, sleep: clock.runtime.sleep, ...mock });
  const events: ChannelEvent[] = [];
  const { runtime } = clock;
  const options = {
    provider,
    store: scripted.store,
    runtime,
    onEvent: (event: ChannelEvent) => void events.push(event),
  };
  return {
    clock,
    provider,
    scripted,
    events,
    options,
    provision: (request, extra) => clock.run(provisionChannel({ ...options, ...extra, request })),
    release: (id) => clock.run(releaseChannel({ ...options, id })),
    recover: () => clock.run(recoverOperations(options)),
    letTimePass: async (milliseconds) => {
      clock.advance(milliseconds);
      // Tracked, so that nobody's timer ends while the database is still being told.
      await clock.track(() => opened.letTimePass(milliseconds));
    },
    rows: () => opened.rows(),
    close: () => opened.close(),
  };
}
