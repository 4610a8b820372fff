/**
 * Where an operation stands. `purchasing`: a number may have been bought and nothing is decided; `succeeded`: it made a
 * channel; `failed`: it made none (a number it bought all the same is a channel in `releasing` or `released`).
 */
export const OPERATION_STATES = ['purchasing', 'succeeded', 'failed'] as const;
/** Where an operation stands: one of {@link OPERATION_STATES}. */
export type OperationState = (typeof OPERATION_STATES)[number];

/**
 * The intent to buy one number, durable before any money moves. Every time is in milliseconds since 1970 by the
 * clock of the database, not by that of the process.
 */
export interface Operation {
  /** UUIDv7; also the id of the channel it makes, and the tag on the number it buys. */
  readonly id: string;
  readonly idempotencyKey: string | null;
  /** Hash of the request: a key that comes back with another one is a mistake of the caller. */
  readonly fingerprint: string;
  /** The validated request as JSON, opaque to the store: recovery needs the name, the type and the metadata. */
  readonly request: string;
  readonly provider: string;
  readonly accountId: string;
  /** The one number it may buy now, E.164. */
  readonly phoneNumber: string;
  readonly state: OperationState;
  readonly leaseOwner: string | null;
  readonly leaseExpiresAt: number;
  /** Goes up by one whenever the lease is taken; whoever holds an older one no longer decides. */
  readonly token: number;
  /** Sticky: some attempt to buy may have had an effect that nobody was told of. */
  readonly ambiguous: boolean;
  /** From when on no purchase of this operation can land any more. */
  readonly settlesAt: number;
  /** The vendor's clock when the number was seen to be for sale, or `null`. */
  readonly vendorDate: number | null;
  /** When recovery first looked and the account did not own the number, or `null`. */
  readonly absentAt: number | null;
  /** How many times it was looked at and put off. */
  readonly attempts: number;
  readonly lastError: string | null;
  /** The clock of the database when this was read. */
  readonly readAt: number;
}
