import { defaultPolicy } from '@channelkit/core';
import type { ChannelRow, MemoryTables } from '../../packages/core/src/testing/memory-store/tables.js';
import type { Vendor } from './vendor.js';

/** Invariant L2: knows when what is in doubt must have ended, once nothing goes wrong any more and recovery runs. */
export interface PromisedEnds {
  /** From now on nothing goes wrong, and nobody but recovery writes. */
  begin(): void;
  /** What is in doubt for longer than promised. */
  overdue(): string[];
}

const { recheckMs, leaseMs, settleMs } = defaultPolicy;
/** The longest that recovery leaves an operation in doubt alone, and a release that was refused. */
const LONGEST_RECHECK_MS = 15 * 60_000;
const LONGEST_RELEASE_BACKOFF_MS = 60 * 60_000;
/** What the calls of two passes of recovery take, and the pauses before them: some seconds a call. */
const PASSES_MS = 60_000;

/** Watches over the ends of all that is in doubt in these tables. */
export function watchEnds(tables: MemoryTables, vendor: Vendor): PromisedEnds {
  let ends: Map<string, number> | null = null;

  const endsOfOperations = (now: number) =>
    purchasing(tables).map(({ id, settlesAt, leaseExpiresAt, nextCheckAt }): [string, number] => {
      // As long as a purchase may land, the next look is not later than the moment at which none can any more.
      const nextLook = now < settlesAt ? settlesAt : Math.min(nextCheckAt, now + LONGEST_RECHECK_MS);
      return [`operation ${id}`, Math.max(now, nextLook, leaseExpiresAt) + 2 * recheckMs + PASSES_MS];
    });
  const endsOfReleases = (now: number, longestBackoffMs: number) =>
    releasing(tables).map(({ id, releaseAfter, nextReleaseAt }): [string, number] => {
      const nextTry = Math.min(nextReleaseAt, now + longestBackoffMs);
      return [`release ${id}`, Math.max(now, nextTry, releaseAfter ?? 0) + PASSES_MS];
    });

  /** A number that is gone already, by a delete whose answer was lost, is believed to be only once every purchase must show. */
  const isNotBelieved = ({ id, providerNumberId, createdAt }: ChannelRow, now: number) => {
    const settlesAt = tables.operations.get(id)?.settlesAt ?? 0;
    const lastTry = Math.max(settlesAt, createdAt + leaseMs + settleMs) + LONGEST_RELEASE_BACKOFF_MS;
    const isOwned = [...vendor.owned.values()].some((number) => number.providerNumberId === providerNumberId);
    return !isOwned && now <= lastTry + PASSES_MS;
  };

  return {
    begin: () => {
      const now = tables.now();
      ends = new Map([...endsOfOperations(now), ...endsOfReleases(now, LONGEST_RELEASE_BACKOFF_MS)]);
    },
    overdue: () => {
      if (ends === null) return [];
      const now = tables.now();
      const known = ends;
      // A release that begins now waits for nothing but a purchase that may still land.
      for (const [id, end] of endsOfReleases(now, 0)) if (!known.has(id)) known.set(id, end);
      const inDoubt = [
        ...purchasing(tables).map(({ id }) => `operation ${id}`),
        ...releasing(tables)
          .filter((row) => !isNotBelieved(row, now))
          .map(({ id }) => `release ${id}`),
      ];
      return inDoubt.filter((id) => now > (known.get(id) ?? 0));
    },
  };
}

function purchasing({ operations }: MemoryTables) {
  return [...operations.values()].filter(({ state }) => state === 'purchasing');
}

function releasing({ channels }: MemoryTables) {
  return [...channels.values()].filter(({ status }) => status === 'releasing');
}
