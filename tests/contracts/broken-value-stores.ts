import type { Channel, ChannelRecord, ChannelStore } from '@channelkit/core';
import { type BrokenStore, forceChannel, forceOperation } from './broken-store.js';

/** Stores that break a promise about what they keep and list. */
export const brokenValueStores: readonly BrokenStore[] = [
  {
    breaks: 'calls itself another version',
    caughtBy: 'the store is of version v1',
    breakStore: () => JSON.parse('{ "specVersion": "v2" }') as Partial<ChannelStore>,
  },
  {
    breaks: 'empties the tables when it migrates again',
    caughtBy: 'migrate may be run again, also many times at once, and loses nothing',
    breakStore: (_store, tables) => ({
      migrate: () => {
        tables.operations.clear();
        tables.channels.clear();
        return Promise.resolve();
      },
    }),
  },
  {
    breaks: 'trims texts',
    caughtBy: 'texts are kept as they are: spaces',
    breakStore: (store) => altering(store, (text) => text.trim()),
  },
  {
    breaks: 'composes letters',
    caughtBy: 'texts are kept as they are: decomposed letters',
    breakStore: (store) => altering(store, (text) => text.normalize('NFC')),
  },
  {
    breaks: 'decomposes letters',
    caughtBy: 'texts are kept as they are: composed letters',
    breakStore: (store) => altering(store, (text) => text.normalize('NFD')),
  },
  {
    breaks: 'cuts texts at 100 characters',
    caughtBy: 'texts are kept as they are: 255 characters',
    breakStore: (store) => altering(store, (text) => text.slice(0, 100)),
  },
  {
    breaks: 'doubles quotes',
    caughtBy: 'texts are kept as they are: SQL',
    breakStore: (store) => altering(store, (text) => text.replaceAll("'", "''")),
  },
  {
    breaks: 'drops double quotes',
    caughtBy: 'texts are kept as they are: quotes',
    breakStore: (store) => altering(store, (text) => text.replaceAll('"', '')),
  },
  {
    breaks: 'reads escapes in texts',
    caughtBy: 'texts are kept as they are: patterns',
    breakStore: (store) => altering(store, (text) => text.replaceAll('\\', '')),
  },
  {
    breaks: 'fills in placeholders in texts',
    caughtBy: 'texts are kept as they are: placeholders',
    breakStore: (store) => altering(store, (text) => text.replaceAll('$1', 'null')),
  },
  {
    breaks: 'keeps only characters of three bytes',
    caughtBy: 'texts are kept as they are: emoji',
    breakStore: (store) => altering(store, (text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '?')),
  },
  {
    breaks: 'drops marks of direction',
    caughtBy: 'texts are kept as they are: right to left',
    breakStore: (store) => altering(store, (text) => text.replaceAll('\u202e', '')),
  },
  {
    breaks: 'reads JSON in texts',
    caughtBy: 'texts are kept as they are: JSON',
    breakStore: (store) =>
      altering(store, (text) => (text.startsWith('{"a"') ? JSON.stringify(JSON.parse(text)) + ' ' : text)),
  },
  {
    breaks: 'takes an empty text for none',
    caughtBy: 'texts are kept as they are: nothing',
    breakStore: (store) => altering(store, (text) => (text === '' ? 'null' : text)),
  },
  {
    breaks: 'drops the error of a look',
    caughtBy: 'errors of operations are kept as they are',
    breakStore: (store) => ({
      deferOperation: (guard, deferral) => store.deferOperation(guard, { ...deferral, error: null }),
    }),
  },
  {
    breaks: 'throws for an id that could not be one',
    caughtBy: 'what is not there is null, also for an id that could not be one',
    breakStore: (store) => ({
      getChannel: (id) =>
        /^[0-9a-f-]{36}$/.test(id) ? store.getChannel(id) : Promise.reject(new Error('invalid uuid')),
    }),
  },
  {
    breaks: 'calls every number id a twilioSid',
    caughtBy: 'a channel has a twilioSid only when its provider is Twilio',
    breakStore: (store) =>
      changingChannels(store, (channel) => ({ ...channel, twilioSid: channel.providerNumberId })),
  },
  {
    breaks: 'drops capabilities',
    caughtBy: 'capabilities and flags come back as the booleans they were',
    breakStore: (store) =>
      changingChannels(store, (channel) => ({
        ...channel,
        capabilities: { ...channel.capabilities, mms: false },
      })),
  },
  {
    breaks: 'makes every channel one for SMS',
    caughtBy: 'channels of every type are kept, without metadata as well',
    breakStore: (store) => changingChannels(store, (channel) => ({ ...channel, type: 'sms' })),
  },
  {
    breaks: 'dates channels by text',
    caughtBy: 'times of a channel are dates, and updatedAt moves with its status',
    breakStore: (store) =>
      changingChannels(store, (channel) => {
        const dated: object = { ...channel, createdAt: channel.createdAt.toISOString() };
        return dated as Channel;
      }),
  },
  {
    breaks: 'leaves updatedAt at the beginning',
    caughtBy: 'times of a channel are dates, and updatedAt moves with its status',
    breakStore: (store) =>
      changingChannels(store, (channel) => ({ ...channel, updatedAt: channel.createdAt })),
  },
  {
    breaks: 'dates channels in seconds',
    caughtBy: 'attachChannel dates the channel now',
    breakStore: (store) =>
      changingChannels(store, (channel) => ({
        ...channel,
        createdAt: new Date(channel.createdAt.getTime() / 1000),
      })),
  },
  {
    breaks: 'answers the time of the beginning as that of the reading',
    caughtBy: 'readAt is the time of the reading, and moves on',
    breakStore: (store, tables) => {
      const start = tables.now();
      return {
        getOperation: async (id) => {
          const operation = await store.getOperation(id);
          return operation && { ...operation, readAt: start };
        },
      };
    },
  },
  {
    breaks: 'hands out what it keeps',
    caughtBy: 'what was handed in or out can be changed without changing the store',
    breakStore: (store) => {
      const handedOut = new Map<string, ChannelRecord>();
      return {
        getChannel: async (id) => {
          const record = handedOut.get(id) ?? (await store.getChannel(id));
          if (record?.channel.status === 'active') handedOut.set(id, record);
          return record;
        },
      };
    },
  },
  {
    breaks: 'keeps what it was handed',
    caughtBy: 'what was handed in or out can be changed without changing the store',
    breakStore: (store, tables) => ({
      attachChannel: async (channel, facts) => {
        const answer = await store.attachChannel(channel, facts);
        if (answer.outcome === 'attached') forceChannel(tables, channel.id, { metadata: channel.metadata });
        return answer;
      },
    }),
  },
  {
    breaks: 'invents a vendor date',
    caughtBy: 'switchCandidate keeps an absent vendor date as null',
    breakStore: (store, tables) => ({
      switchCandidate: async (guard, candidate) => {
        const outcome = await store.switchCandidate(guard, candidate);
        if (outcome === 'switched') {
          forceOperation(tables, guard.id, { vendorDate: candidate.vendorDate ?? 0 });
        }
        return outcome;
      },
    }),
  },
  {
    breaks: 'finds no channel by its number',
    caughtBy: 'attachChannel makes a channel that can be read by its id and by its number',
    breakStore: () => ({ findChannelByNumber: () => Promise.resolve(null) }),
  },
  {
    breaks: 'lists by id',
    caughtBy: 'listChannels lists the newest first, whatever the ids',
    breakStore: (store) => ({
      listChannels: async (options) => {
        const page = await store.listChannels(options);
        const channels = [...page.channels].sort((one, other) => (one.id < other.id ? 1 : -1));
        return { ...page, channels };
      },
    }),
  },
  {
    breaks: 'pages by offset',
    caughtBy: 'listChannels moves nothing to another page when channels are added meanwhile',
    breakStore: (store) => ({
      listChannels: async ({ cursor = '0', limit = 50, ...filter } = {}) => {
        const { channels } = await store.listChannels({ ...filter, limit: 1000 });
        const end = Number(cursor) + limit;
        return {
          channels: channels.slice(Number(cursor), end),
          nextCursor: channels.length > end ? String(end) : null,
        };
      },
    }),
  },
  {
    breaks: 'looks the last channel of a page up by its id and status',
    caughtBy: 'listChannels goes on from a page whose last channel is listed no more',
    breakStore: (store) => ({
      listChannels: async ({ cursor, limit = 50, ...filter } = {}) => {
        const { channels } = await store.listChannels({ ...filter, limit: 1000 });
        const start = cursor === undefined ? 0 : channels.findIndex(({ id }) => id === cursor) + 1;
        const page = channels.slice(start, start + limit);
        return {
          channels: page,
          nextCursor: channels.length > start + limit ? (page.at(-1)?.id ?? null) : null,
        };
      },
    }),
  },
  {
    breaks: 'loses channels of one instant between pages',
    caughtBy: 'listChannels pages through channels that were made at once, each of them once',
    breakStore: (store) => ({
      listChannels: async ({ cursor, limit = 50, ...filter } = {}) => {
        const { channels } = await store.listChannels({ ...filter, limit: 1000 });
        const rest = channels.filter(({ createdAt }) => !cursor || createdAt.getTime() < Number(cursor));
        const last = rest[limit - 1];
        return {
          channels: rest.slice(0, limit),
          nextCursor: last && rest.length > limit ? String(last.createdAt.getTime()) : null,
        };
      },
    }),
  },
  {
    breaks: 'hands out a cursor on the last page',
    caughtBy: 'listChannels pages through everything once, with no cursor on the last page',
    breakStore: (store) => ({
      listChannels: async (options) => {
        const page = await store.listChannels(options);
        return { ...page, nextCursor: page.nextCursor ?? 'more' };
      },
    }),
  },
  {
    breaks: 'forgets the filter after the first page',
    caughtBy: 'listChannels shows only the status and the type that are asked for, on every page',
    breakStore: (store) => ({
      listChannels: ({ cursor, limit = 50, ...filter } = {}) =>
        store.listChannels(cursor === undefined ? { limit, ...filter } : { limit, cursor }),
    }),
  },
  {
    breaks: 'shows everything when it is not told how many',
    caughtBy: 'listChannels shows 50 channels when it is not told how many',
    breakStore: (store) => ({
      listChannels: (options = {}) => store.listChannels({ limit: 1000, ...options }),
    }),
  },
  {
    breaks: 'starts from the beginning at a cursor it cannot read',
    caughtBy: 'listChannels refuses a cursor that no page ended with, and a limit out of bounds',
    breakStore: (store) => ({
      listChannels: (options) => store.listChannels(options).catch(() => store.listChannels()),
    }),
  },
  {
    breaks: 'lists channels without their metadata',
    caughtBy: 'listChannels lists channels as getChannel reads them',
    breakStore: (store) => ({
      listChannels: async (options) => {
        const page = await store.listChannels(options);
        return { ...page, channels: page.channels.map((channel) => ({ ...channel, metadata: {} })) };
      },
    }),
  },
  {
    breaks: 'lists numbers that are being bought',
    caughtBy: 'listChannels answers an empty last page when there is no channel',
    breakStore: (store, tables) => ({
      listChannels: async (options) => {
        const page = await store.listChannels(options);
        const pending = tables.operations.size > 0 && page.channels.length === 0;
        return pending ? { channels: [], nextCursor: 'pending' } : page;
      },
    }),
  },
];

/** A store that keeps the texts it is given altered. */
function altering(store: ChannelStore, alter: (text: string) => string): Partial<ChannelStore> {
  return {
    beginOperation: (operation) =>
      store.beginOperation({ ...operation, fingerprint: alter(operation.fingerprint) }),
    attachChannel: (channel, facts) => store.attachChannel({ ...channel, name: alter(channel.name) }, facts),
  };
}

/** A store that answers every channel changed. */
function changingChannels(store: ChannelStore, change: (channel: Channel) => Channel): Partial<ChannelStore> {
  const changed = (record: ChannelRecord | null) => record && { ...record, channel: change(record.channel) };
  return {
    attachChannel: async (channel, facts) => {
      const answer = await store.attachChannel(channel, facts);
      if (answer.outcome === 'lost') return answer;
      return { ...answer, record: { ...answer.record, channel: change(answer.record.channel) } };
    },
    getChannel: async (id) => changed(await store.getChannel(id)),
    startRelease: async (id) => changed(await store.startRelease(id)),
  };
}
