import { type Channel, ChannelError, provisionChannel, ProvisionPendingError } from '@channelkit/core';
import { settle, violations } from '../harness/oracle.js';
import type { CallWorld } from './call-world.js';
import type { Scenario } from './scenarios.js';

/** How a call ended for the one who made it. */
export type Outcome =
  | { readonly kind: 'resolved'; readonly value: unknown }
  | { readonly kind: 'rejected'; readonly error: unknown }
  | { readonly kind: 'crashed' };

/** What is on the account when nothing of the call is on it yet. */
export type Before = ReadonlySet<string>;

/** Notes which numbers are owned. */
export function ownedNow({ provider }: CallWorld): Before {
  return new Set(provider.owned().map(({ providerNumberId }) => providerNumberId));
}

/** Says what was told to a caller and is not so, right after the call. */
export async function untruths(
  world: CallWorld,
  scenario: Scenario,
  outcome: Outcome,
  before: Before,
): Promise<string[]> {
  if (outcome.kind === 'crashed') return [];
  if (outcome.kind === 'rejected') {
    if (!ChannelError.isInstance(outcome.error)) return [`not an error of the SDK: ${String(outcome.error)}`];
    return scenario.kind === 'provision' ? untrueError(world, outcome.error, before) : [];
  }
  if (scenario.kind === 'recover') return [];
  const channel = outcome.value as Channel;
  const row = (await world.rows()).channels.find(({ id }) => id === channel.id);
  const number = world.provider.owned().find(({ reference }) => reference === channel.id);
  if (scenario.kind === 'release') {
    const isDone = row?.status === 'released' && number === undefined;
    const isUnderWay = channel.status === 'releasing' && (row?.status === 'releasing' || isDone);
    return isDone || isUnderWay ? [] : [`said ${channel.status}: the row is ${row?.status ?? 'absent'}`];
  }
  return row?.status === 'active' && number?.providerNumberId === row.provider_number_id
    ? []
    : [`resolved to a channel that is ${row?.status ?? 'on no record'}`];
}

async function untrueError(world: CallWorld, error: ChannelError, before: Before): Promise<string[]> {
  const { code, operationId, mayOwnNumber } = error;
  const bought = world.provider
    .owned()
    .filter(({ providerNumberId, reference }) => reference === operationId || !before.has(providerNumberId));
  const { channels, operations } = await world.rows();
  const told = `${code} with mayOwnNumber '${mayOwnNumber}'`;
  if (mayOwnNumber === 'no') return bought.length === 0 ? [] : [`${told}, and a number is owned`];
  if (!operations.some(({ id }) => id === operationId))
    return [`${told}, and no such operation is on record`];
  if (mayOwnNumber === 'unknown') return code === 'compensation_pending' ? [`${told}: it is known`] : [];
  if (!ProvisionPendingError.isInstance(error)) return [`${told}, from an error that names no number`];
  if (code === 'purchase_unknown') return bought.length === 1 ? [] : [`${told}, and no number is owned`];
  // A delete whose answer was lost may have been made: that the number is on record is what is known.
  const row = channels.find((channel) => channel.provider_number_id === error.providerNumberId);
  return row?.status === 'releasing' || row?.status === 'released' ? [] : [`${told}, and it is on no record`];
}

/** Lets time pass and recovery run, and says what is not as it must be in the end. */
export async function aftermath(
  world: CallWorld,
  scenario: Scenario,
  outcome: Outcome,
  order: 'recovery first' | 'caller first',
): Promise<string[]> {
  const wrong: string[] = [];
  const isProvision = scenario.kind === 'provision';
  const reported =
    isProvision && outcome.kind === 'resolved' ? [(outcome.value as Channel).id] : ([] as string[]);
  const comeBack = async () => {
    if (scenario.request.idempotencyKey === undefined || scenario.kind === 'release') return;
    const answer = await returnForKey(world, scenario);
    if (typeof answer === 'string') reported.push(answer);
    else wrong.push(...answer);
  };

  if (order === 'caller first') {
    await world.letTimePass(3 * 60_000);
    await comeBack();
  }
  const wasToldNo = toldNo(outcome);
  const bought = wasToldNo === null ? 0 : (world.purchases.get(wasToldNo) ?? 0);
  if (order === 'recovery first') await recoverMeanwhile(world);
  await settle(world);
  if (wasToldNo !== null && (world.purchases.get(wasToldNo) ?? 0) > bought)
    wrong.push('a number was bought after its caller was told that none is');
  wrong.push(...(await inTheEnd(world)));
  if (order === 'recovery first') {
    await comeBack();
    wrong.push(...(await inTheEnd(world)));
  }

  const { channels } = await world.rows();
  for (const id of reported) {
    const status = channels.find((row) => row.id === id)?.status ?? 'gone';
    if (status !== 'active') wrong.push(`S4: channel ${id} was reported and is ${status}`);
  }
  if (new Set(reported).size > 1) wrong.push('S3: one key was answered with two channels');
  return [...wrong, ...world.broken];
}

/** Passes of recovery while a purchase may still land: the last of them after the window of whoever held the operation first. */
async function recoverMeanwhile(world: CallWorld): Promise<void> {
  // On a real database this costs more than it tells.
  if (world.tables === null) return;
  for (let pass = 0; pass < 5; pass += 1) {
    await world.letTimePass(294_000);
    await world.recover();
  }
}

/** The operation whose caller was told that nothing is owned, and who has not asked again. */
function toldNo(outcome: Outcome): string | null {
  if (outcome.kind !== 'rejected' || !ChannelError.isInstance(outcome.error)) return null;
  return outcome.error.mayOwnNumber === 'no' ? outcome.error.operationId : null;
}

async function inTheEnd(world: CallWorld): Promise<string[]> {
  const { channels, operations } = await world.rows();
  return [
    ...(await violations(world)),
    ...operations
      .filter(({ state }) => state === 'purchasing')
      .map(({ id }) => `L2: operation ${id} never ends`),
    ...channels
      .filter(({ status }) => status === 'releasing')
      .map(({ id }) => `L2: channel ${id} is releasing for ever`),
    ...[...world.purchases]
      .filter(([, times]) => times > 1)
      .map(([reference, times]) => `S2: operation ${reference} bought ${times} numbers`),
  ];
}

/** Asks again with the same key. Resolves to the channel's id, or to what is wrong with the answer. */
async function returnForKey(world: CallWorld, { request, describe }: Scenario): Promise<string | string[]> {
  try {
    const { id } = await world.clock.run(provisionChannel({ ...world.start().options, request }));
    return id;
  } catch (error) {
    if (!ChannelError.isInstance(error)) return [`coming back: ${String(error)}`];
    const { code } = error;
    const isFine = code === 'channel_released' || code === 'operation_in_progress' || isAboutNumber(code);
    return isFine || describe !== undefined ? [] : [`coming back: ${code}: ${error.message}`];
  }
}

/** The stock of a scenario may be sold by then. */
function isAboutNumber(code: string): boolean {
  return code === 'no_numbers_available' || code === 'number_unavailable' || code === 'purchase_unknown';
}
