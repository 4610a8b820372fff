import type { ChannelStatus, ErrorCode } from '@channelkit/core';

/** A channel as the model knows it. */
export interface ModelChannel {
  readonly id: string;
  readonly status: ChannelStatus;
  /** Whether a purchase of its operation may still land, so that its number is not given back at once. */
  readonly isAmbiguous: boolean;
  /** Whether the account owns its number no longer, though nobody believes it yet. */
  readonly isGone?: boolean;
}

/** An operation whose caller is gone, or does not know how it ended. */
export interface ModelDoubt {
  readonly id: string;
  readonly key: string | null;
  readonly isOwned: boolean;
  /** Whether recovery is sure to look at it as soon as its lease is over. */
  readonly isDue: boolean;
}

/** The whole of what the public functions promise, with nothing of how they keep it. */
export interface Model {
  readonly channels: Map<string, ModelChannel>;
  readonly doubts: Map<string, ModelDoubt>;
  /** The operation that holds a key, and what was asked for with it. */
  readonly keys: Map<string, { readonly id: string; readonly name: string }>;
  readonly stock: number;
}

/** Makes the model of a system in which nothing has happened. */
export function createModel(stock: number): Model {
  return { channels: new Map(), doubts: new Map(), keys: new Map(), stock };
}

/** Counts the numbers that nobody owns and no operation claims. */
export function freeNumbers({ channels, doubts, stock }: Model): number {
  const held = [...channels.values()].filter(({ status }) => status !== 'released');
  return stock - held.length - doubts.size;
}

/** Counts the numbers that the account owns. */
export function ownedNumbers({ channels, doubts }: Model): number {
  const held = [...channels.values()].filter(
    ({ status, isGone }) => status !== 'released' && isGone !== true,
  );
  return held.length + [...doubts.values()].filter(({ isOwned }) => isOwned).length;
}

/** What a key leads to: an answer, an operation to go on with, or nothing. */
export type KeyAnswer =
  | { readonly kind: 'free' }
  | { readonly kind: 'channel'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  | { readonly kind: 'takes over'; readonly doubt: ModelDoubt };

/** Predicts what a key leads to. */
export function answerToKey(
  { channels, doubts, keys }: Model,
  key: string | null,
  name: string,
  isLeaseOver: (id: string) => boolean,
): KeyAnswer {
  const holder = key === null ? undefined : keys.get(key);
  if (holder === undefined) return { kind: 'free' };
  if (holder.name !== name) return { kind: 'refused', code: 'idempotency_mismatch' };
  const doubt = doubts.get(holder.id);
  if (doubt !== undefined) {
    return isLeaseOver(doubt.id)
      ? { kind: 'takes over', doubt }
      : { kind: 'refused', code: 'operation_in_progress' };
  }
  return channels.get(holder.id)?.status === 'active'
    ? { kind: 'channel', id: holder.id }
    : { kind: 'refused', code: 'channel_released' };
}
