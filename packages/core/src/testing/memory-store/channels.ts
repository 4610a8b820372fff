import type {
  AttachOutcome,
  ChannelRecord,
  ChannelStore,
  DisposeOutcome,
  DueQuery,
  NewChannel,
  OperationGuard,
} from '../../channel-store.js';
import { listChannels } from './list-channels.js';
import { guarded } from './operations.js';
import {
  atomically,
  type ChannelRow,
  insertChannel,
  type MemoryTables,
  rowOfNumber,
  toRecord,
  update,
} from './tables.js';

/** The verbs of a memory store that concern channels. */
type ChannelVerbs = Pick<
  ChannelStore,
  | 'attachChannel'
  | 'disposeNumber'
  | 'startRelease'
  | 'takeDueReleases'
  | 'completeRelease'
  | 'deferRelease'
  | 'recordReleasing'
  | 'assignAccount'
  | 'getChannel'
  | 'findChannelByNumber'
  | 'listChannels'
>;

/** Makes the verbs that concern channels. */
export function channelVerbs(tables: MemoryTables): ChannelVerbs {
  const { channels, now } = tables;
  const found = (row: ChannelRow | undefined) => (row ? toRecord(row, now()) : null);

  return {
    attachChannel: atomically((channel: NewChannel, facts: { readonly ambiguous: boolean }) =>
      attachChannel(tables, channel, facts),
    ),
    disposeNumber: atomically((guard: OperationGuard, channel: NewChannel, facts: DisposeFacts) =>
      disposeNumber(tables, guard, channel, facts),
    ),
    startRelease: atomically((id: string) => found(startRelease(tables, channels.get(id)))),
    takeDueReleases: atomically((query: DueQuery) => takeDueReleases(tables, query)),
    completeRelease: atomically((id: string) => found(completeRelease(tables, channels.get(id)))),
    deferRelease: atomically((id: string, deferral: { readonly delayMs: number; readonly error: string }) =>
      deferRelease(tables, channels.get(id), deferral),
    ),
    recordReleasing: atomically((channel: NewChannel, releaseAfter: number) => {
      const row = rowOfNumber(tables, channel.provider, channel.providerNumberId);
      if (row) return row.id === channel.id ? toRecord(row, now()) : null;
      return toRecord(insertChannel(tables, channel, 'releasing', releaseAfter), now());
    }),
    assignAccount: atomically((id: string, accountId: string) => {
      const row = channels.get(id);
      if (row?.accountId !== null) return false;
      update(channels, row, { accountId, updatedAt: now() });
      return true;
    }),
    getChannel: atomically((id: string) => found(channels.get(id))),
    findChannelByNumber: atomically((provider: string, providerNumberId: string) =>
      found(rowOfNumber(tables, provider, providerNumberId)),
    ),
    listChannels: atomically((options: Parameters<ChannelStore['listChannels']>[0] = {}) =>
      listChannels(tables, options),
    ),
  };
}

interface DisposeFacts {
  readonly ambiguous: boolean;
  readonly error: string;
}

function attachChannel(
  tables: MemoryTables,
  channel: NewChannel,
  facts: { readonly ambiguous: boolean },
): AttachOutcome {
  const decided = tables.channels.get(channel.id);
  if (decided) return { outcome: 'already_decided', record: toRecord(decided, tables.now()) };
  const operation = tables.operations.get(channel.id);
  if (operation?.state !== 'purchasing' || operation.phoneNumber !== channel.phoneNumber) {
    return { outcome: 'lost' };
  }
  if (rowOfNumber(tables, channel.provider, channel.providerNumberId)) return { outcome: 'lost' };

  const row = insertChannel(tables, channel, 'active', null);
  const ambiguous = operation.ambiguous || facts.ambiguous;
  update(tables.operations, operation, { state: 'succeeded', ambiguous });
  return { outcome: 'attached', record: toRecord(row, tables.now()) };
}

function disposeNumber(
  tables: MemoryTables,
  guard: OperationGuard,
  channel: NewChannel,
  facts: DisposeFacts,
): DisposeOutcome {
  const operation = guarded(tables, guard);
  if (!operation) return { outcome: 'lost' };
  if (rowOfNumber(tables, channel.provider, channel.providerNumberId)) return { outcome: 'lost' };

  const ambiguous = operation.ambiguous || facts.ambiguous;
  const releaseAfter = ambiguous ? operation.settlesAt : tables.now();
  const inserted = insertChannel(tables, channel, 'releasing', releaseAfter);
  const row = update(tables.channels, inserted, { lastError: facts.error });
  update(tables.operations, operation, { state: 'failed', ambiguous, lastError: facts.error });
  return { outcome: 'disposed', record: toRecord(row, tables.now()) };
}

function startRelease(tables: MemoryTables, row: ChannelRow | undefined): ChannelRow | undefined {
  if (row?.status !== 'active' && row?.status !== 'lost') return row;
  const now = tables.now();
  const operation = tables.operations.get(row.id);
  return update(tables.channels, row, {
    status: 'releasing',
    releaseAfter: operation?.ambiguous === true ? operation.settlesAt : now,
    nextReleaseAt: now,
    updatedAt: now,
  });
}

function takeDueReleases(tables: MemoryTables, query: DueQuery): ChannelRecord[] {
  const now = tables.now();
  const dueSince = (row: ChannelRow) => Math.max(row.releaseAfter ?? 0, row.nextReleaseAt);
  return [...tables.channels.values()]
    .filter((row) => row.status === 'releasing' && dueSince(row) <= now)
    .filter((row) => row.provider === query.provider && row.accountId === query.accountId)
    .sort((one, other) => dueSince(one) - dueSince(other))
    .slice(0, query.limit)
    .map((row) => toRecord(update(tables.channels, row, { nextReleaseAt: now + query.leaseMs }), now));
}

function completeRelease(tables: MemoryTables, row: ChannelRow | undefined): ChannelRow | undefined {
  if (row?.status !== 'releasing') return row;
  const now = tables.now();
  const operation = tables.operations.get(row.id);
  if (operation) update(tables.operations, operation, { claimedNumber: null });
  return update(tables.channels, row, {
    status: 'released',
    releaseAfter: null,
    releasedAt: now,
    updatedAt: now,
  });
}

function deferRelease(
  tables: MemoryTables,
  row: ChannelRow | undefined,
  deferral: { readonly delayMs: number; readonly error: string },
): void {
  if (row?.status !== 'releasing') return;
  const now = tables.now();
  update(tables.channels, row, {
    nextReleaseAt: now + deferral.delayMs,
    releaseAttempts: row.releaseAttempts + 1,
    lastError: deferral.error,
    updatedAt: now,
  });
}
