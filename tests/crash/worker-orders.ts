import type { ChannelStore, NumberProvider, Policy, ProvisionRequest } from '@channelkit/core';

/** A call that can be stopped at; `write` is the very last check before a purchase is written to the wire. */
export type GatedCall =
  | Exclude<keyof ChannelStore, 'specVersion' | 'migrate' | 'close'>
  | Exclude<keyof NumberProvider, 'specVersion' | 'name' | 'accountId' | 'isMock' | 'traits' | 'listNumbers'>
  | 'write';

/** A place in the course of a call. */
export type GatePoint = `${'before' | 'after'} ${GatedCall}`;

/**
 * What happens at a place. `hold`: the process says that it is there and waits for the word; `unavailable` and `rejected`: the
 * call fails that way, before it is made or after it has taken effect.
 */
export interface Gate {
  readonly at: GatePoint;
  /** Which time it is passed. Default 1. */
  readonly nth?: number;
  readonly action?: 'hold' | 'unavailable' | 'rejected';
  /** How many times in a row it acts. Default 1. */
  readonly times?: number;
}

/** The tables in the middle of whose insertion a process can be stopped. */
export type HoldableTable = 'operations' | 'channels';

/** Which database, and which account at which address. */
export interface WorkerWorld {
  readonly store:
    | { readonly kind: 'sqlite'; readonly filename: string }
    | {
        readonly kind: 'postgres';
        readonly connectionString: string;
        /** For a statement; the other limits follow from it. Default: the store's own. */
        readonly queryMs?: number;
      };
  readonly baseUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
}

/** What a process does with them. */
export type Job =
  | { readonly kind: 'provision'; readonly request: ProvisionRequest }
  | { readonly kind: 'release'; readonly id: string }
  | { readonly kind: 'recover' };

/** One job, with all that goes with it. */
export interface Order {
  readonly job: Job;
  readonly world: WorkerWorld;
  readonly policy?: Partial<Policy>;
  readonly gates?: readonly Gate[];
  /** SQLite only: stops, for good, inside the transaction, once a row was inserted there. */
  readonly holdInside?: HoldableTable;
  /** Backs off as long as the protocol says; otherwise next to nothing. */
  readonly isPatient?: boolean;
}

/** How a process dies: at its n-th passing of any gate point, by its own hand, or by its parent's soon after. */
export interface Fate {
  readonly atPoint: number;
  readonly by: 'itself' | 'its parent';
}

/** What the parent says to a process. */
export type Command =
  | { readonly kind: 'run'; readonly run: number; readonly order: Order }
  | { readonly kind: 'go' | 'abort'; readonly run: number }
  | { readonly kind: 'meet'; readonly fate: Fate }
  | { readonly kind: 'forget' };

/** What came of a job. */
export type Outcome =
  | { readonly kind: 'channel'; readonly id: string; readonly status: string; readonly phoneNumber: string }
  | { readonly kind: 'recovered'; readonly counts: Readonly<Record<string, number>> }
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly mayOwnNumber: string;
      readonly operationId: string | null;
      readonly message: string;
    }
  | { readonly kind: 'killed' };

/** What a process says, one JSON a line. */
export type Report =
  | { readonly ready: true }
  | { readonly forgotten: true }
  | { readonly doomed: true }
  | { readonly run: number; readonly at: string }
  /** The store said that somebody else holds the number that was wanted. */
  | { readonly run: number; readonly numberHeld: true }
  | { readonly run: number; readonly outcome: Outcome };
