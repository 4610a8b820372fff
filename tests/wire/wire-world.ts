import { createTwilioProvider } from '@channelkit/adapter-twilio';
import {
  type Channel,
  type ChannelEvent,
  type NumberProvider,
  type Policy,
  provisionChannel,
  type ProvisionRequest,
  recoverOperations,
  releaseChannel,
} from '@channelkit/core';
import {
  type FaultTarget,
  type LaidFault,
  type RecordedRequest,
  startTwilioSimulator,
  type TwilioSimulator,
} from '@channelkit/twilio-simulator';
import { createMemoryStoreOn } from '../../packages/core/src/testing/memory-store.js';
import type { MemoryTables } from '../../packages/core/src/testing/memory-store/tables.js';
import { type Evidence, type Told, untruths, violationsAtRest, violationsNow } from '../crash/oracle.js';
import { outcomeOf } from '../crash/outcome-of.js';
import type { Outcome } from '../crash/worker-orders.js';
import { createVirtualClock, type VirtualClock } from '../harness/virtual-clock.js';
import { createWatch } from './watch.js';
import type { WireFault } from './wire-faults.js';

/** The real core and the real Twilio adapter, on real sockets, and a clock that moves only while the wire is silent. */
export interface WireWorld {
  readonly simulator: TwilioSimulator;
  readonly clock: VirtualClock;
  readonly tables: MemoryTables;
  readonly violations: readonly string[];
  lay(fault: WireFault, target: FaultTarget): LaidFault;
  provision(request: ProvisionRequest, signal?: AbortSignal): Promise<Outcome>;
  release(id: string): Promise<Outcome>;
  recover(): Promise<void>;
  /** Runs until all of it is over, time passing whenever everybody waits. */
  run<Result>(work: Promise<Result>): Promise<Result>;
  /** Calls back at each request, before it is served. */
  onRequest(listener: (request: RecordedRequest) => void): void;
  /** Ends the faults, lands what is still under way, lets time pass and recovery run, and judges after each step. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** What differs from world to world. */
export interface WireWorldOptions {
  readonly seed?: number;
  /** How many numbers are on offer. Default 8. */
  readonly stock?: number;
  readonly policy?: Partial<Policy>;
  readonly repurchase?: 'updates' | 'refuses';
}

/** Longer than any purchase takes to land, and than any backoff. */
const LONG_MS = 2 * 60 * 60_000;

/** Makes a world in which nothing has happened yet. */
export async function createWireWorld(options: WireWorldOptions = {}): Promise<WireWorld> {
  const clock = createVirtualClock(options.seed ?? 1);
  const simulator = await startTwilioSimulator({
    inventorySize: 1,
    quarantineMs: 0,
    now: clock.now,
    repurchase: options.repurchase ?? 'updates',
  });
  simulator.setInventory(numbersOnOffer(options.stock ?? 8));
  const tables: MemoryTables = { operations: new Map(), channels: new Map(), now: clock.now };
  const watch = createWatch(simulator, clock);
  const { accountSid, authToken, url: baseUrl } = simulator;
  const provider: NumberProvider = watch.over(createTwilioProvider({ accountSid, authToken, baseUrl }));
  const { runtime } = clock;
  const common = { provider, store: createMemoryStoreOn(tables), runtime, policy: options.policy };

  const told: Told[] = [];
  const givenUp = new Set<string>();
  const violations: string[] = [];
  const note = (found: readonly string[]) => {
    violations.push(...found.filter((violation) => !violations.includes(violation)));
  };
  const evidence = (): Evidence => ({
    owned: simulator.owned(),
    ledger: simulator.ledger(),
    ...factsOf(tables),
    told,
    givenUp,
  });
  const tell = async (
    key: string | null,
    call: (onEvent: (event: ChannelEvent) => void) => Promise<Channel>,
  ): Promise<Outcome> => {
    const answer = { key, outcome: await outcomeOf((onEvent) => call(onEvent).then(channelOutcome)) };
    told.push(answer);
    note([...violationsNow(evidence()), ...untruths(evidence(), [answer])]);
    return answer.outcome;
  };

  const world: WireWorld = {
    simulator,
    clock,
    tables,
    violations,
    lay: watch.lay,
    provision: (request, signal) =>
      tell(request.idempotencyKey ?? null, (onEvent) =>
        provisionChannel({ ...common, request, signal, onEvent }),
      ),
    release: (id) => {
      givenUp.add(id);
      return tell(null, () => releaseChannel({ ...common, id }));
    },
    recover: async () => {
      try {
        await recoverOperations(common);
      } catch (error) {
        note([`bug: recovery threw ${String(error)}`]);
      }
      note(violationsNow(evidence()));
    },
    run: (work) => clock.run(work),
    onRequest: watch.onRequest,
    settle: async () => {
      await watch.quiet();
      simulator.clearFaults();
      simulator.landLate();
      note(violationsNow(evidence()));
      for (let pass = 0; pass < 3; pass += 1) {
        clock.advance(LONG_MS);
        await clock.run(world.recover());
      }
      note(violationsAtRest(evidence()));
    },
    close: () => simulator.close(),
  };
  return world;
}

/** So many numbers in the US that carry everything. */
function numbersOnOffer(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    phoneNumber: `+1415555${String(index).padStart(4, '0')}`,
    countryCode: 'US',
  }));
}

function factsOf({ channels, operations }: MemoryTables): Pick<Evidence, 'channels' | 'operations'> {
  return {
    channels: [...channels.values()].map(({ id, phoneNumber, status, providerNumberId }) => ({
      id,
      phone_number: phoneNumber,
      status,
      provider_number_id: providerNumberId,
    })),
    operations: [...operations.values()].map(({ id, idempotencyKey, state, phoneNumber, claimedNumber }) => ({
      id,
      idempotency_key: idempotencyKey,
      state,
      phone_number: phoneNumber,
      claimed_number: claimedNumber,
    })),
  };
}

function channelOutcome({ id, status, phoneNumber }: Channel): Outcome {
  return { kind: 'channel', id, status, phoneNumber };
}
