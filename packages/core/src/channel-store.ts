import type { Capabilities, Channel, ChannelStatus, ChannelType } from './channel.js';
import type { Operation } from './operation.js';

/** An operation about to be written; the store adds the lease and the times, by its own clock. */
export interface NewOperation {
  readonly id: string;
  readonly idempotencyKey: string | null;
  readonly fingerprint: string;
  readonly request: string;
  readonly provider: string;
  readonly accountId: string;
  readonly phoneNumber: string;
  readonly vendorDate: number | null;
  readonly leaseOwner: string;
  readonly leaseMs: number;
  /** `settlesAt` is the end of the lease plus this. */
  readonly settleMs: number;
}

/** What came of writing an operation down. */
export type BeginOutcome =
  | { readonly outcome: 'begun'; readonly operation: Operation }
  /** Another operation that has not failed holds the idempotency key. */
  | { readonly outcome: 'key_held' }
  /** Another operation has claimed the number at this provider and account. */
  | { readonly outcome: 'number_held' };

/** Names an operation and proves the right to write to it: it must be `purchasing`, and the token the newest. */
export interface OperationGuard {
  readonly id: string;
  readonly token: number;
}

/** Another number for an operation whose first was definitely refused. */
export interface Candidate {
  readonly phoneNumber: string;
  readonly vendorDate: number | null;
}

/** A move from one number to another. */
export interface CandidateSwitch extends Candidate {
  /** The number the operation is about now. */
  readonly from: string;
}

/** What came of switching to another number. */
export type SwitchOutcome = 'switched' | 'number_held' | 'lost';

/** A claim on an operation whose lease is over. */
export interface TakeOver extends OperationGuard {
  readonly leaseOwner: string;
  readonly leaseMs: number;
}

/** A number that was really bought, about to get its row in `channels`. */
export interface NewChannel {
  /** The operation's id; a new id for a number that no operation can claim any more. */
  readonly id: string;
  readonly name: string;
  readonly phoneNumber: string;
  readonly countryCode: string;
  readonly isoCountry: string;
  readonly type: ChannelType;
  readonly capabilities: Capabilities;
  readonly isMock: boolean;
  readonly provider: string;
  readonly accountId: string;
  readonly providerNumberId: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A channel with what the protocol keeps beside it. Times are in milliseconds, by the clock of the database. */
export interface ChannelRecord {
  readonly channel: Channel;
  /** `null` only for a row that came from an older table, which did not say. */
  readonly accountId: string | null;
  /** Before this the number must not be given back; `null` while the channel is not being released. */
  readonly releaseAfter: number | null;
  readonly releaseAttempts: number;
  readonly lastError: string | null;
  /** The clock of the database when this was read. */
  readonly readAt: number;
}

/** What came of making a channel of a number. */
export type AttachOutcome =
  | { readonly outcome: 'attached'; readonly record: ChannelRecord }
  /** This operation has its row already, from an attach or a dispose before; the row says which. */
  | { readonly outcome: 'already_decided'; readonly record: ChannelRecord }
  | { readonly outcome: 'lost' };

/** What came of putting a number on record as being given back. */
export type DisposeOutcome =
  { readonly outcome: 'disposed'; readonly record: ChannelRecord } | { readonly outcome: 'lost' };

/** Why and until when an operation is put off. */
export interface Deferral {
  /** What the writer saw; never clears what is set already. */
  readonly ambiguous: boolean;
  /** Whether the provider was asked and did not own the number. */
  readonly absent: boolean;
  /** The `readAt` of the operation: the account was looked at after it. */
  readonly readAt: number;
  /**
   * How long from now until recovery looks at it again. After a look at a time when a purchase could still land
   * (`readAt` before `settlesAt`) the next is never later than `settlesAt`, also when that is over by now.
   */
  readonly delayMs: number;
  readonly error: string | null;
}

/** Which rows recovery takes, and for how long they are its own. */
export interface DueQuery {
  readonly provider: string;
  readonly accountId: string;
  readonly leaseMs: number;
  readonly limit: number;
}

/** Which channels a list shows, newest first. */
export interface ListChannelsOptions {
  readonly status?: ChannelStatus;
  readonly type?: ChannelType;
  /** 1 to 1000; 50 when absent. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** One page of channels. */
export interface ChannelPage {
  readonly channels: readonly Channel[];
  /** `null` on the last page. */
  readonly nextCursor: string | null;
}

/**
 * The whole of what an adapter for a database implements: the verbs of the protocol, each one guarded atomic write,
 * and a few reads. Every comment is a promise that `storeContract` of `@channelkit/core/testing` tests, concurrent
 * callers included. All times come from the clock of the database.
 *
 * Failure throws a `StoreError`: `store_rejected` when the store answered and changed nothing, `store_unavailable` when
 * it could not be reached or its answer was lost. Every write may be repeated after a lost answer.
 */
export interface ChannelStore {
  readonly specVersion: 'v1';

  /** Creates or upgrades the tables. Safe to run again, and from many processes at once. */
  migrate(): Promise<void>;
  /** Closes what the store opened itself, and nothing that was handed to it. */
  close(): Promise<void>;

  /**
   * Writes an operation as `purchasing` with token 1, its lease, and the claim on its number; durable once it resolves.
   * Of callers with one key, and of callers with one number at one account, exactly one gets `'begun'`. Repeating it
   * with the id of an operation that the same owner began answers `'begun'` again.
   */
  beginOperation(operation: NewOperation): Promise<BeginOutcome>;

  /**
   * Moves the operation and its claim to another number. `'lost'`, changing nothing, when the guard does not hold, when
   * the operation is ambiguous, or when it is about neither of the two numbers: a switch that arrives late must not undo
   * the one after it. `'number_held'`, changing nothing, when another operation has claimed the number.
   */
  switchCandidate(guard: OperationGuard, candidate: CandidateSwitch): Promise<SwitchOutcome>;

  /**
   * Takes the lease of an operation whose own is over: token + 1, and `ambiguous` set in the same write, since the
   * holder before may have a request under way. Resolves to `null`, changing nothing, unless the token is still
   * the one given and the lease over; so of several callers exactly one gets the operation. Repeated by the owner who
   * took it, while that lease runs, it answers with the operation again.
   */
  takeOverOperation(takeOver: TakeOver): Promise<Operation | null>;

  /**
   * Moves the time from which on no purchase of the operation can land, and brings the next check forward to it when that
   * would come later. Resolves to whether the guard held.
   */
  setSettlesAt(guard: OperationGuard, settlesAt: number): Promise<boolean>;

  /**
   * Makes an active channel of the number and ends the operation as `succeeded`, in one atomic write; durable once it
   * resolves. Guarded by the operation's id, its state and the phone number, not by the token: whoever bought the number may attach
   * it. `'attached'` for exactly one caller per operation; `'already_decided'` when this operation has its row;
   * `'lost'`, changing nothing, when the operation ended without one, is about another number, or when the
   * number id belongs to another row. `ambiguous` is added to what is set already.
   */
  attachChannel(channel: NewChannel, facts: { readonly ambiguous: boolean }): Promise<AttachOutcome>;

  /**
   * Puts the number on record as being given back (`releasing`) and ends the operation as `failed`, in one atomic
   * write; durable once it resolves. The claim stays until the number is released. `releaseAfter` is `settlesAt` when
   * the operation is ambiguous, by its row or by `facts`, else now. `'lost'`, changing nothing, when the guard does not
   * hold, or when the number id belongs to another row. Attach and dispose never both win.
   */
  disposeNumber(
    guard: OperationGuard,
    channel: NewChannel,
    facts: { readonly ambiguous: boolean; readonly error: string },
  ): Promise<DisposeOutcome>;

  /**
   * Ends the operation as `failed` without a channel, and frees its key and its claim. Resolves to whether the guard held,
   * or had held before: repeated with the token it failed with, it answers `true` again.
   */
  failOperation(guard: OperationGuard, error: string): Promise<boolean>;

  /** Ends the lease and leaves the operation to recovery. Resolves to whether the guard held. */
  deferOperation(guard: OperationGuard, deferral: Deferral): Promise<boolean>;

  /**
   * Takes operations of this provider and account whose lease is over and whose next check is due, at most `limit`, the
   * longest due first: token + 1, `ambiguous` set, a lease. No two callers get the same one. `settlesAt` stays.
   */
  takeDueOperations(query: DueQuery & { readonly leaseOwner: string }): Promise<readonly Operation[]>;

  /**
   * Turns an `active` or `lost` channel to `releasing`, its `releaseAfter` the operation's `settlesAt` when that
   * was ambiguous, else now. Any other state is returned unchanged; `null` when there is no such channel.
   */
  startRelease(channelId: string): Promise<ChannelRecord | null>;

  /**
   * Takes channels in `releasing` of this provider and account, past their `releaseAfter` and due, at most `limit`; they
   * are not due again for `leaseMs`.
   */
  takeDueReleases(query: DueQuery): Promise<readonly ChannelRecord[]>;

  /**
   * Turns a `releasing` channel to `released` and frees the claim on its number, in one atomic write. Any other state is
   * returned unchanged; `null` when there is no such channel.
   */
  completeRelease(channelId: string): Promise<ChannelRecord | null>;

  /** Notes that the provider did not take the number back, and when it is tried again. Only a `releasing` channel changes. */
  deferRelease(
    channelId: string,
    deferral: { readonly delayMs: number; readonly error: string },
  ): Promise<void>;

  /**
   * Inserts a row in `releasing` for a number that no operation can claim any more. Resolves to `null`, changing nothing,
   * when the number id has another row; repeated, it answers with its row again.
   */
  recordReleasing(channel: NewChannel, releaseAfter: number): Promise<ChannelRecord | null>;

  /** Writes the account of a row that has none. Resolves to whether it had none. */
  assignAccount(channelId: string, accountId: string): Promise<boolean>;

  /** Resolves to the operation, whatever its state, or to `null`. */
  getOperation(id: string): Promise<Operation | null>;
  /** Resolves to the operation that holds the key: the one that has not failed, or `null`. */
  findOperationByKey(idempotencyKey: string): Promise<Operation | null>;
  /** Resolves to the channel, whatever its status, or to `null`. */
  getChannel(id: string): Promise<ChannelRecord | null>;
  /** Resolves to the one row a number ever had, or to `null`. */
  findChannelByNumber(provider: string, providerNumberId: string): Promise<ChannelRecord | null>;
  /** Lists channels, newest first, by keyset: what is added meanwhile moves nothing to another page. */
  listChannels(options?: ListChannelsOptions): Promise<ChannelPage>;
}
