import type { Policy, ProvisionRequest } from '@channelkit/core';
import type { Outcome } from '../crash/worker-orders.js';

/** What a process is started with: which database, and which account at which address. */
export interface SoakWorld {
  readonly filename: string;
  readonly baseUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly policy: Partial<Policy>;
  /** How often it recovers by itself. */
  readonly recoveryIntervalMs: number;
}

/** What a process is asked to do. */
export type SoakJob =
  | { readonly kind: 'provision'; readonly request: ProvisionRequest }
  | { readonly kind: 'release'; readonly id: string }
  | { readonly kind: 'recover' }
  | { readonly kind: 'sample' };

/** What a process holds, after a collection of its garbage. */
export interface Sample {
  readonly rss: number;
  readonly heapUsed: number;
  /** Open file descriptors; `null` where the system does not tell. */
  readonly descriptors: number | null;
  /** What keeps the event loop alive: sockets, timers and the like. */
  readonly resources: number;
}

/** A request to a process. */
export interface SoakOrder {
  readonly run: number;
  readonly job: SoakJob;
}

/** What a process says. */
export type SoakReport =
  | { readonly ready: true }
  | { readonly run: number; readonly outcome: Outcome }
  | { readonly run: number; readonly sample: Sample }
  | { readonly bug: string };
