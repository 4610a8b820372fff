import { type Channel, type ChannelError, defaultPolicy, type ErrorCode } from '@channelkit/core';
import type { MemoryTables } from '../../packages/core/src/testing/memory-store/tables.js';
import { watchEnds } from './promised-ends.js';
import type { Vendor, VendorNumber } from './vendor.js';

/** Judges a history: knows what is in the database, what the vendor has, and what callers were told. */
export interface Oracle {
  readonly violations: readonly string[];
  report(violation: string): void;
  /** What must be true in every state; called after everything that happens. */
  check(): void;
  /** From now on nothing goes wrong, nobody else writes, and recovery runs: what is in doubt must end in its time. */
  onlyRecoveryRuns(): void;
  /** What must be true once faults have stopped and recovery has run. */
  atTheEnd(): void;
  /** A call writes a purchase, under the operation of that id. */
  sending(call: Call, phoneNumber: string, reference: string): void;
  provisioned(channel: Channel, key: string | null): void;
  failed(call: Call, error: ChannelError): void;
  /** A purchase takes effect that was written then. */
  landing(reference: string, sentAt: number): void;
  /** A user asks to release the channel. */
  askedToRelease(id: string): void;
  /** A release of the channel is on record. */
  releasing(id: string): void;
  /** The channels that callers were told of. */
  reportedIds(): string[];
}

/** One call of the SDK: the operations that it asked the store to begin, and whether its caller was told that nothing is owned. */
export interface Call {
  readonly begun: Set<string>;
  wasToldNo: boolean;
}

/** Makes a call that has asked for nothing yet. */
export function newCall(): Call {
  return { begun: new Set(), wasToldNo: false };
}

/** The codes of errors about somebody else's operation: its number is not the caller's. */
const ABOUT_ANOTHER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'operation_in_progress',
  'idempotency_mismatch',
  'channel_released',
]);

const { settleMs } = defaultPolicy;

/** Makes the judge of one history. */
export function createOracle({
  tables,
  vendor,
  breaksA1,
  blindTo,
}: {
  readonly tables: MemoryTables;
  readonly vendor: Vendor;
  readonly breaksA1: boolean;
  readonly blindTo: readonly string[];
}): Oracle {
  const violations: string[] = [];
  const reported = new Set<string>();
  const askedFor = new Set<string>();
  const released = new Set<string>();
  const saidNotOwned = new Map<string, number>();
  const ends = watchEnds(tables, vendor);
  const report = (violation: string) => {
    if (blindTo.some((kind) => violation.startsWith(`${kind}:`)) || violations.includes(violation)) return;
    violations.push(violation);
  };
  const ownedIds = () =>
    new Map([...vendor.owned.values()].map((number) => [number.providerNumberId, number]));

  /** Bought by hand between our search and our purchase, it looks as if we had bought it: nothing can tell. */
  const isTakenForOurs = ({ reference, createdAt }: VendorNumber) => {
    const vendorDate = reference === null ? undefined : tables.operations.get(reference)?.vendorDate;
    return vendorDate !== undefined && vendorDate !== null && createdAt.getTime() >= vendorDate;
  };

  return {
    violations,
    report,
    check: () => {
      const owned = ownedIds();
      const activeKeys = new Set<string>();
      for (const channel of tables.channels.values()) {
        const { id, phoneNumber, providerNumberId, status } = channel;
        if (status === 'active') {
          const number = owned.get(providerNumberId);
          if (number === undefined) report(`S1: channel ${id} is active, and ${phoneNumber} is not owned`);
          else if (number.reference !== id && !breaksA1)
            report(`tag: ${phoneNumber} of channel ${id} carries another one`);
          if (!channel.capabilities.sms)
            report(`capability: channel ${id} is active, and ${phoneNumber} carries no sms`);
          const key = tables.operations.get(id)?.idempotencyKey;
          if (key !== null && key !== undefined) {
            if (activeKeys.has(key)) report(`S3: the key ${key} has two active channels`);
            activeKeys.add(key);
          }
        }
        if (status !== 'active' && reported.has(id) && !(askedFor.has(id) && released.has(id))) {
          report(`S4: channel ${id} was reported to a caller, and is ${status}`);
        }
      }
      for (const { id, state, claimedNumber, phoneNumber } of tables.operations.values()) {
        const channel = tables.channels.get(id);
        const isHeld = state === 'purchasing' || (channel !== undefined && channel.status !== 'released');
        if (claimedNumber !== (isHeld ? phoneNumber : null))
          report(
            `claim: ${state} operation ${id} claims ${claimedNumber ?? 'nothing'}, and not ${phoneNumber}`,
          );
      }
      if (breaksA1) return;
      for (const name of ends.overdue()) report(`L2: ${name} is in doubt for longer than promised`);
      const bought = new Set<string>();
      for (const { reference } of vendor.purchases) {
        if (bought.has(reference)) report(`S2: operation ${reference} bought twice`);
        bought.add(reference);
      }
      for (const number of vendor.releases) {
        if (number.providerNumberId.startsWith('PN-foreign') && !isTakenForOurs(number)) {
          report(`foreign: ${number.phoneNumber} was bought by somebody else and released by us`);
        }
      }
    },
    onlyRecoveryRuns: ends.begin,
    atTheEnd: () => {
      if (breaksA1) return;
      const onRecord = new Set(
        [...tables.channels.values()]
          .filter(({ status }) => status === 'active' || status === 'releasing')
          .map(({ providerNumberId }) => providerNumberId),
      );
      for (const { phoneNumber, providerNumberId, reference } of vendor.owned.values()) {
        if (providerNumberId.startsWith('PN-foreign')) continue;
        if (!onRecord.has(providerNumberId))
          report(`L1: ${phoneNumber} (${reference}) is owned and on no record`);
      }
    },
    sending: (call, phoneNumber, reference) => {
      if (call.wasToldNo)
        report(`truth: the caller of ${reference} was told that nothing is owned, and then it was bought`);
      const row = tables.operations.get(reference);
      if (row === undefined)
        report(`intent: ${phoneNumber} is bought under ${reference}, which is not on record`);
      else if (row.phoneNumber !== phoneNumber)
        report(`intent: ${phoneNumber} is bought, and ${row.phoneNumber} is on record`);
      else if (!breaksA1 && row.settlesAt < tables.now() + settleMs)
        report(`A1: ${phoneNumber} may still land when ${reference} is taken to have settled`);
    },
    provisioned: (channel, key) => {
      reported.add(channel.id);
      const row = tables.channels.get(channel.id);
      if (row === undefined) report(`S4: channel ${channel.id} was reported and is not in the database`);
      if (key !== null && tables.operations.get(channel.id)?.idempotencyKey !== key) {
        report(`S3: the channel ${channel.id} reported for key ${key} was made for another`);
      }
    },
    failed: (call, error) => {
      const { operationId, mayOwnNumber, code } = error;
      call.wasToldNo = mayOwnNumber === 'no';
      if (breaksA1) return;
      // An error is about all that its call began, whatever it names.
      const isNamed = operationId !== null && !ABOUT_ANOTHER.has(code);
      const concerned = new Set(isNamed ? [operationId, ...call.begun] : call.begun);
      const isOwned = [...vendor.owned.values()].some(
        ({ reference, providerNumberId }) =>
          reference !== null && concerned.has(reference) && !providerNumberId.startsWith('PN-foreign'),
      );
      if (
        mayOwnNumber === 'yes' &&
        !isOwned &&
        !vendor.purchases.some(({ reference }) => reference === operationId) &&
        ![...vendor.owned.values()].some(
          (number) => number.reference === operationId && isTakenForOurs(number),
        )
      )
        report(`truth: the caller of ${operationId} was told of a number that was never bought`);
      if (mayOwnNumber !== 'no') return;
      if (isOwned) report(`truth: the caller of ${[...concerned].join()} was told that nothing is owned`);
      for (const id of concerned) saidNotOwned.set(id, tables.now());
    },
    landing: (reference, sentAt) => {
      // Another caller with the same key may have bought later, under the same operation.
      const toldAt = saidNotOwned.get(reference);
      if (!breaksA1 && toldAt !== undefined && sentAt <= toldAt)
        report(
          `truth: the caller of ${reference} was told that nothing is owned, and then its purchase landed`,
        );
    },
    askedToRelease: (id) => void askedFor.add(id),
    releasing: (id) => void released.add(id),
    reportedIds: () => [...reported].filter((id) => !released.has(id)),
  };
}
