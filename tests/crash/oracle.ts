import type { LedgerEntry, OwnedNumber } from '@channelkit/twilio-simulator';
import type { Outcome } from './worker-orders.js';

/** A row of `channels`, as a stranger reads it. */
export interface ChannelFact {
  readonly id: string;
  readonly phone_number: string;
  readonly status: string;
  readonly provider_number_id: string;
}

/** A row of `operations`, as a stranger reads it. */
export interface OperationFact {
  readonly id: string;
  readonly idempotency_key: string | null;
  readonly state: string;
  readonly phone_number: string;
  readonly claimed_number: string | null;
}

/** What was said to one caller. */
export interface Told {
  readonly key: string | null;
  readonly outcome: Outcome;
}

/** All that a verdict rests on: the account as it really is, the tables, and what callers were told. */
export interface Evidence {
  readonly owned: readonly OwnedNumber[];
  readonly ledger: readonly LedgerEntry[];
  readonly channels: readonly ChannelFact[];
  readonly operations: readonly OperationFact[];
  readonly told: readonly Told[];
  /** Channels that a user asked to release. */
  readonly givenUp: ReadonlySet<string>;
  /** Whether a purchase was made to be sent or to land later than anything allows. */
  readonly isA1Broken?: boolean;
}

const PREFIX = 'channelkit/';
/** The codes of errors about somebody else's operation: its number is not the caller's. */
const ABOUT_ANOTHER = new Set(['operation_in_progress', 'idempotency_mismatch', 'channel_released']);

/** Lists what is wrong although it may be wrong at no moment (S1 to S4, and what callers without a key were told), as sentences. */
export function violationsNow(evidence: Evidence): string[] {
  const { owned, ledger, channels, operations, told, givenUp, isA1Broken = false } = evidence;
  const numbers = new Map(owned.map((number) => [number.sid, number]));
  const keys = new Map(operations.map((operation) => [operation.id, operation.idempotency_key]));
  const active = channels.filter(({ status }) => status === 'active');
  const paid = ledger.filter(
    ({ kind, friendlyName }) => kind === 'purchased' && friendlyName.startsWith(PREFIX),
  );
  const reported = told.flatMap(({ key, outcome }) =>
    outcome.kind === 'channel' && outcome.status === 'active' ? [{ key, id: outcome.id }] : [],
  );
  const statusOf = new Map(channels.map(({ id, status }) => [id, status]));

  return [
    ...active
      .filter((row) => !numbers.has(row.provider_number_id))
      .map((row) => `S1: channel ${row.id} is active, and ${row.phone_number} is not owned`),
    ...active
      .filter(
        (row) =>
          !isA1Broken &&
          (numbers.get(row.provider_number_id)?.friendlyName ?? PREFIX + row.id) !== PREFIX + row.id,
      )
      .map((row) => `claim: ${row.phone_number} of channel ${row.id} carries another tag`),
    ...repeated(isA1Broken ? [] : paid.map(({ friendlyName }) => friendlyName)).map(
      (tag) => `S2: ${tag} was bought more than once`,
    ),
    ...repeated(active.flatMap(({ id }) => keys.get(id) ?? [])).map(
      (key) => `S3: key ${key} has more than one active channel`,
    ),
    ...repeated(distinct(reported)).map((key) => `S3: two channels were reported for key ${key}`),
    ...active
      .filter(({ id }) => operations.find((operation) => operation.id === id)?.state !== 'succeeded')
      .map(({ id }) => `decision: channel ${id} is active, and its operation did not succeed`),
    ...operations
      .filter(({ id, state }) => state === 'succeeded' && !statusOf.has(id))
      .map(({ id }) => `decision: operation ${id} succeeded, and there is no channel`),
    ...reported
      .filter(({ id }) => statusOf.get(id) !== 'active' && !givenUp.has(id))
      .map(({ id }) => `S4: channel ${id} was reported, and is ${statusOf.get(id) ?? 'not there'}`),
    ...told.flatMap(({ outcome }) =>
      outcome.kind === 'error' && outcome.code === 'bug' ? [`bug: ${outcome.message}`] : [],
    ),
    // Without a key nobody else can buy for the operation: what was said of it must stay true.
    ...untruths(
      evidence,
      told.filter(({ key }) => key === null),
    ),
  ];
}

/**
 * Lists the errors that say that nothing is owned while a number of their operation is. With a key somebody else may take the
 * operation over and buy, so that such an error is judged at the moment it is told, and once all is at rest.
 */
export function untruths(
  { owned, isA1Broken = false }: Pick<Evidence, 'owned' | 'isA1Broken'>,
  told: readonly Told[],
): string[] {
  const deniedTags = new Set(
    told.flatMap(({ outcome }) =>
      outcome.kind === 'error' && outcome.mayOwnNumber === 'no' && !ABOUT_ANOTHER.has(outcome.code)
        ? [`${PREFIX}${outcome.operationId}`]
        : [],
    ),
  );
  return (isA1Broken ? [] : owned)
    .filter(({ friendlyName }) => deniedTags.has(friendlyName))
    .map(({ friendlyName }) => `truth: a caller was told that nothing is owned, and ${friendlyName} is`);
}

/** Lists what is wrong once faults have stopped and recovery has run (L1, L2, and that errors told the truth). */
export function violationsAtRest(evidence: Evidence): string[] {
  const { owned, channels, operations, told, isA1Broken = false } = evidence;
  const ours = owned.filter(({ friendlyName }) => friendlyName.startsWith(PREFIX));
  const onRecord = new Set(
    channels
      .filter(({ status }) => status === 'active' || status === 'releasing')
      .map((row) => row.provider_number_id),
  );
  return [
    ...violationsNow(evidence),
    ...(isA1Broken ? [] : ours)
      .filter(({ sid }) => !onRecord.has(sid))
      .map(
        ({ phoneNumber, friendlyName }) => `L1: ${phoneNumber} (${friendlyName}) is owned and on no record`,
      ),
    ...untruths(evidence, told),
    ...operations
      .filter(({ state }) => state === 'purchasing')
      .map(({ id }) => `L2: operation ${id} is still purchasing`),
    ...channels
      .filter(({ status }) => status === 'releasing')
      .map(({ id }) => `L2: channel ${id} is still releasing`),
    ...claimViolations(evidence),
  ];
}

/** A claim outlives the operation exactly as long as there is a number to claim. */
function claimViolations({ channels, operations }: Evidence): string[] {
  const held = new Set(channels.filter(({ status }) => status !== 'released').map(({ id }) => id));
  return operations
    .filter(({ state }) => state !== 'purchasing')
    .filter(({ id, claimed_number }) => (claimed_number !== null) !== held.has(id))
    .map(({ id }) => `claim: operation ${id} has ended, and its claim does not fit its channel`);
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** The keys of reports, once for each channel. */
function distinct(reported: readonly { readonly key: string | null; readonly id: string }[]): string[] {
  const pairs = new Map(reported.map(({ key, id }) => [`${key} ${id}`, key]));
  return [...pairs.values()].filter((key) => key !== null);
}
