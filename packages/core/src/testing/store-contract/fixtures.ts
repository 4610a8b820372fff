import assert from 'node:assert/strict';
import type { ChannelStatus } from '../../channel.js';
import type {
  ChannelRecord,
  ChannelStore,
  DueQuery,
  NewChannel,
  NewOperation,
  OperationGuard,
} from '../../channel-store.js';
import type { Operation } from '../../operation.js';
import type { StoreSubject } from './store-subject.js';

/** Length of every lease in the kit, in milliseconds; long, so that no real clock ends one unasked. */
export const LEASE_MS = 600_000;
/** From the end of a lease to the time from which no purchase can land. */
export const SETTLE_MS = 1_200_000;
/** More than a case takes on a slow machine, and much less than any other time in the kit. */
const TOLERANCE_MS = 60_000;

/** What recovery asks for: everything of the account that the fixtures belong to. */
export const everything: DueQuery & { readonly leaseOwner: string } = {
  provider: 'twilio',
  accountId: 'AC1',
  leaseOwner: 'recovery',
  leaseMs: LEASE_MS,
  limit: 100,
};

/** The id of the nth operation, and of the channel it makes; a UUIDv7, higher for a higher n. */
export function idOf(n: number): string {
  return `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** The nth phone number. */
export function phoneNumberOf(n: number): string {
  return `+1415555${n.toString().padStart(4, '0')}`;
}

/** The nth operation, with a key and a number of its own. */
export function newOperation(n: number, changes: Partial<NewOperation> = {}): NewOperation {
  return {
    id: idOf(n),
    idempotencyKey: `key-${n}`,
    fingerprint: `fingerprint-${n}`,
    request: `{"country":"US","name":"Channel ${n}"}`,
    provider: 'twilio',
    accountId: 'AC1',
    phoneNumber: phoneNumberOf(n),
    vendorDate: 1_700_000_000_000,
    leaseOwner: `owner-${n}`,
    leaseMs: LEASE_MS,
    settleMs: SETTLE_MS,
    ...changes,
  };
}

/** The number that the nth operation buys, on its way to a row. */
export function newChannel(n: number, changes: Partial<NewChannel> = {}): NewChannel {
  return {
    id: idOf(n),
    name: `Channel ${n}`,
    phoneNumber: phoneNumberOf(n),
    countryCode: '+1',
    isoCountry: 'US',
    type: 'sms',
    capabilities: { voice: true, sms: true, mms: false },
    isMock: false,
    provider: 'twilio',
    accountId: 'AC1',
    providerNumberId: `PN${n.toString(16).padStart(32, '0')}`,
    metadata: { team: `team-${n}` },
    ...changes,
  };
}

/** Begins the nth operation, which must succeed. */
export async function begin(
  store: ChannelStore,
  n: number,
  changes: Partial<NewOperation> = {},
): Promise<Operation> {
  const begun = await store.beginOperation(newOperation(n, changes));
  assert.equal(begun.outcome, 'begun');
  return begun.operation;
}

/** Begins the nth operation and attaches its number. */
export async function attach(
  store: ChannelStore,
  n: number,
  changes: Partial<NewChannel> = {},
  facts: { readonly ambiguous: boolean } = { ambiguous: false },
): Promise<ChannelRecord> {
  const channel = newChannel(n, changes);
  const { provider, accountId, phoneNumber } = channel;
  await begin(store, n, { provider, accountId, phoneNumber });
  const attached = await store.attachChannel(channel, facts);
  assert.equal(attached.outcome, 'attached');
  return attached.record;
}

/** Attaches the nth number and starts to give it back. */
export async function attachAndStartRelease(
  store: ChannelStore,
  n: number,
  changes: Partial<NewChannel> = {},
): Promise<ChannelRecord> {
  await attach(store, n, changes);
  return present(await store.startRelease(idOf(n)));
}

/** Begins the nth operation and puts its number on record as being given back. */
export async function dispose(store: ChannelStore, n: number): Promise<ChannelRecord> {
  const operation = await begin(store, n);
  const disposed = await store.disposeNumber(guardOf(operation), newChannel(n), certain);
  assert.equal(disposed.outcome, 'disposed');
  return disposed.record;
}

/** Lets the lease of the nth operation end, and takes it over; resolves to it as it then is. */
export async function takeOver(subject: StoreSubject, n: number): Promise<Operation> {
  const { token } = await operationOf(subject.store, n);
  await subject.advanceTime(LEASE_MS + 1);
  const lease = { leaseOwner: 'next owner', leaseMs: LEASE_MS };
  return present(await subject.store.takeOverOperation({ id: idOf(n), token, ...lease }));
}

/** The facts of a dispose after a purchase that was clearly answered. */
export const certain = { ambiguous: false, error: 'the row was refused' } as const;

/** The right to write to an operation as it was read. */
export function guardOf(operation: Operation): OperationGuard {
  return { id: operation.id, token: operation.token };
}

/** Reads the nth operation, which must exist, without the time of the reading. */
export async function operationOf(store: ChannelStore, n: number): Promise<Omit<Operation, 'readAt'>> {
  return settled(present(await store.getOperation(idOf(n))));
}

/** Reads the nth channel, which must exist, without the time of the reading. */
export async function recordOf(store: ChannelStore, n: number): Promise<Omit<ChannelRecord, 'readAt'>> {
  return settled(present(await store.getChannel(idOf(n))));
}

/** What a new row must hold, given what it was made of; what the database decides is taken from the row. */
export function freshRecord(
  given: NewChannel,
  status: ChannelStatus,
  read: ChannelRecord,
): Omit<ChannelRecord, 'readAt'> {
  const { accountId, ...fields } = given;
  const { createdAt, updatedAt } = read.channel;
  const twilioSid = given.provider === 'twilio' ? given.providerNumberId : null;
  const { releaseAfter, lastError } = read;
  return {
    channel: { ...fields, status, twilioSid, createdAt, updatedAt, releasedAt: null },
    accountId,
    releaseAfter,
    releaseAttempts: 0,
    lastError,
  };
}

/** Drops the time of the reading, which alone may differ between two readings. */
export function settled<Read extends { readonly readAt: number }>(read: Read): Omit<Read, 'readAt'> {
  const { readAt, ...rest } = read;
  assert.equal(typeof readAt, 'number');
  return rest;
}

/** Narrows a value that must be there. */
export function present<Value>(value: Value | null): Value {
  assert.notEqual(value, null);
  return value as Value;
}

/** Asserts that two times are the same but for the time a case takes to run. */
export function assertNear(actual: number | null, expected: number): void {
  assert.equal(typeof actual, 'number');
  const distance = Math.abs((actual ?? 0) - expected);
  assert.ok(distance <= TOLERANCE_MS, `${String(actual)} is ${distance} ms from ${expected}`);
}

/** Asserts whether anybody has claimed the nth number; leaves a claim behind when nobody had. */
export async function assertClaimed(store: ChannelStore, n: number, expected: boolean): Promise<void> {
  const probe = newOperation(9000 + n, { phoneNumber: phoneNumberOf(n) });
  const { outcome } = await store.beginOperation(probe);
  assert.equal(outcome, expected ? 'number_held' : 'begun');
}

/** Calls something that many times at once, with 0, 1, 2, …. */
export async function atOnce<Result>(
  times: number,
  call: (index: number) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => call(index)));
}

/** Counts how often a value occurs. */
export function count<Value>(values: readonly Value[], value: Value): number {
  return values.filter((each) => each === value).length;
}
