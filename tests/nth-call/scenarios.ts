import type { MockProviderOptions } from '@channelkit/adapter-mock';
import {
  type Channel,
  type OwnedNumber,
  type ProvisionRequest,
  provisionChannel,
  recoverOperations,
  releaseChannel,
} from '@channelkit/core';
import type { CallWorld } from './call-world.js';
import type { FailingProcess, Plan } from './failing-process.js';
import type { Way } from './ways.js';

/** One thing that somebody does with the SDK, whose every call is going to fail. */
export interface Scenario {
  readonly name: string;
  readonly kind: 'provision' | 'release' | 'recover';
  /** What is asked for, so that a key can come back with it. */
  readonly request: ProvisionRequest;
  readonly mock?: MockProviderOptions;
  /** What the account says of its numbers, whatever the search said. */
  readonly describe?: (number: OwnedNumber) => OwnedNumber;
  /** Failures that are part of the story: by the place of the call, or the first calls of a name. */
  readonly preset?: ReadonlyMap<number, Way>;
  readonly presetByName?: Plan['byName'];
  /** Whether no purchase can land any more when it begins, so that every look-up tells the truth. */
  readonly isSettled?: boolean;
  /** Whether every ordered pair of failures from the purchase on is tried in the quick run too. */
  readonly hasPairs?: boolean;
  readonly prepare?: (world: CallWorld) => Promise<Channel | undefined>;
  readonly act: (process: FailingProcess, channel: Channel | undefined) => Promise<unknown>;
}

const MINUTE = 60_000;
const request: ProvisionRequest = { country: 'USA', type: 'sms' };
const keyed: ProvisionRequest = { ...request, idempotencyKey: 'a key', metadata: { tenant: '7' } };
const exact: ProvisionRequest = { ...request, phoneNumber: '+14155550123' };
const provision = (asked: ProvisionRequest) => (process: FailingProcess) =>
  provisionChannel({ ...process.options, request: asked });
const recover = (process: FailingProcess) => recoverOperations(process.options);
const voiceOnly = (number: OwnedNumber): OwnedNumber => ({
  ...number,
  capabilities: { voice: true, sms: false, mms: false },
});

/** Leaves an operation behind, whose process died at that call. */
export async function leaveBehind(world: CallWorld, asked: ProvisionRequest, at: Plan['at']): Promise<void> {
  const process = world.start({ at });
  const work = provisionChannel({ ...process.options, request: asked });
  await world.clock.run(Promise.race([work, process.crashed]));
}

const crashAt =
  (asked: ProvisionRequest, place: number, way: Way, passMs: number) => async (world: CallWorld) => {
    await leaveBehind(world, asked, new Map([[place, way]]));
    await world.letTimePass(passMs);
    return undefined;
  };

/** The request stays on its way for twenty minutes, and its process dies meanwhile. */
const landingLate = async (world: CallWorld) => {
  const at = new Map<number, Way>([
    [KEYED_PURCHASE, 'lands late'],
    [KEYED_PURCHASE + 1, 'crash before'],
  ]);
  await leaveBehind(world, keyed, at);
  await world.letTimePass(LEASE_OVER);
  return undefined;
};

/** A keyed call looks the key up, searches, begins and buys: its purchase is the fourth call. */
const KEYED_PURCHASE = 4;
const PURCHASE = 3;
/** Over any lease, and short of any settle window. */
const LEASE_OVER = 3 * MINUTE;
const SETTLED = 30 * MINUTE;

const provisioning: readonly Scenario[] = [
  { name: 'provision', request, hasPairs: true, act: provision(request) },
  { name: 'provision with a key', request: keyed, hasPairs: true, act: provision(keyed) },
  { name: 'provision an exact number', request: exact, act: provision(exact) },
  {
    name: 'provision where buying twice is refused',
    request: keyed,
    mock: { repurchase: 'refuses' as const },
    act: provision(keyed),
  },
  {
    name: 'provision a number that lacks a capability',
    request: keyed,
    describe: voiceOnly,
    act: provision(keyed),
  },
  {
    name: 'provision a number that lacks a capability, where the answer to its record is lost',
    request: keyed,
    describe: voiceOnly,
    presetByName: { disposeNumber: ['unknown after'] as const },
    act: provision(keyed),
  },
  {
    name: 'provision a second candidate',
    request,
    preset: new Map<number, Way>([[PURCHASE, 'rejected number_unavailable']]),
    act: provision(request),
  },
  {
    name: 'provision while another operation claims what the search lists',
    request: keyed,
    mock: { inventory: ['+14155550101', '+14155550102'] },
    prepare: crashAt({ ...request, idempotencyKey: 'another key' }, KEYED_PURCHASE, 'crash before', 0),
    act: provision(keyed),
  },
  {
    name: 'take over what was bought',
    request: keyed,
    prepare: crashAt(keyed, KEYED_PURCHASE, 'crash after', LEASE_OVER),
    act: provision(keyed),
  },
  {
    name: 'take over what was not bought',
    request: keyed,
    hasPairs: true,
    prepare: crashAt(keyed, KEYED_PURCHASE, 'crash before', LEASE_OVER),
    act: provision(keyed),
  },
  {
    name: 'take over what was not bought, where buying twice is refused',
    request: keyed,
    mock: { repurchase: 'refuses' as const },
    prepare: crashAt(keyed, KEYED_PURCHASE, 'crash before', LEASE_OVER),
    act: provision(keyed),
  },
  {
    name: 'take over a purchase that lands late',
    request: keyed,
    prepare: landingLate,
    act: provision(keyed),
  },
  {
    name: 'come back for a channel',
    request: keyed,
    prepare: async (world: CallWorld) => {
      await world.clock.run(provisionChannel({ ...world.start().options, request: keyed }));
      return undefined;
    },
    act: provision(keyed),
  },
].map((scenario) => ({ kind: 'provision', ...scenario }));

const releasing: readonly Scenario[] = [
  {
    name: 'release',
    prepare: (world: CallWorld) =>
      world.clock.run(provisionChannel({ ...world.start().options, request: keyed })),
  },
  {
    name: 'release where the vendor refuses',
    presetByName: { releaseNumber: ['rejected provider_rejected'] as const },
    prepare: (world: CallWorld) =>
      world.clock.run(provisionChannel({ ...world.start().options, request: keyed })),
  },
  {
    name: 'release what the vendor does not show yet',
    presetByName: { releaseNumber: ['stale'] as const },
    prepare: (world: CallWorld) =>
      world.clock.run(provisionChannel({ ...world.start().options, request: keyed })),
  },
  {
    name: 'release a channel of which it is not known whose account it is on',
    prepare: async ({ tables, clock, start }: CallWorld) => {
      const channel = await clock.run(provisionChannel({ ...start().options, request: keyed }));
      const row = tables?.channels.get(channel.id);
      if (row === undefined) throw new Error('This scenario is played in memory.');
      tables?.channels.set(channel.id, { ...row, accountId: null });
      return channel;
    },
  },
  {
    name: 'release while an earlier purchase may still land',
    prepare: (world: CallWorld) => {
      const process = world.start({ at: new Map<number, Way>([[KEYED_PURCHASE, 'unknown after']]) });
      return world.clock.run(provisionChannel({ ...process.options, request: keyed }));
    },
  },
].map((scenario) => ({
  kind: 'release',
  request: keyed,
  ...scenario,
  act: (process: FailingProcess, channel: Channel | undefined) =>
    releaseChannel({ ...process.options, id: channel?.id ?? '' }),
}));

const recovering: readonly Scenario[] = [
  {
    name: 'recover a number that somebody can come back for',
    request: keyed,
    prepare: crashAt(keyed, KEYED_PURCHASE, 'crash after', LEASE_OVER),
  },
  {
    name: 'recover a number that nobody can come back for',
    request,
    prepare: crashAt(request, PURCHASE, 'crash after', SETTLED),
    isSettled: true,
  },
  {
    name: 'recover a number that lacks a capability',
    request: keyed,
    describe: voiceOnly,
    prepare: crashAt(keyed, KEYED_PURCHASE, 'crash after', LEASE_OVER),
  },
  {
    name: 'recover a purchase that was never sent',
    request: keyed,
    prepare: crashAt(keyed, KEYED_PURCHASE, 'crash before', LEASE_OVER),
  },
  {
    name: 'recover a purchase that cannot land any more',
    request: keyed,
    isSettled: true,
    prepare: async (world: CallWorld) => {
      await leaveBehind(world, keyed, new Map<number, Way>([[KEYED_PURCHASE, 'crash before']]));
      await world.letTimePass(LEASE_OVER);
      await world.recover();
      await world.letTimePass(SETTLED);
      return undefined;
    },
  },
  {
    name: 'recover a purchase that lands late',
    request: keyed,
    prepare: landingLate,
  },
  {
    name: 'recover a number that somebody else bought',
    request: keyed,
    isSettled: true,
    prepare: async (world: CallWorld) => {
      await leaveBehind(world, keyed, new Map<number, Way>([[KEYED_PURCHASE, 'crash before']]));
      const [operation] = (await world.rows()).operations;
      world.provider.own({ phoneNumber: operation?.phone_number ?? '', tag: 'by hand' });
      await world.letTimePass(SETTLED);
      return undefined;
    },
  },
  {
    name: 'recover a release that was refused',
    request,
    isSettled: true,
    prepare: async (world: CallWorld) => {
      const channel = await world.clock.run(provisionChannel({ ...world.start().options, request }));
      const process = world.start({ at: new Map<number, Way>([[3, 'rejected provider_rejected']]) });
      await world.clock.run(releaseChannel({ ...process.options, id: channel.id }));
      await world.letTimePass(SETTLED);
      return channel;
    },
  },
  {
    name: 'recover two operations at once',
    request: keyed,
    prepare: async (world: CallWorld) => {
      await leaveBehind(world, keyed, new Map<number, Way>([[KEYED_PURCHASE, 'crash after']]));
      await leaveBehind(world, request, new Map<number, Way>([[PURCHASE, 'crash after']]));
      await world.letTimePass(LEASE_OVER);
      return undefined;
    },
  },
].map((scenario) => ({ kind: 'recover', act: recover, ...scenario }));

/** Everything whose n-th call is made to fail. */
export const SCENARIOS: readonly Scenario[] = [...provisioning, ...releasing, ...recovering];
