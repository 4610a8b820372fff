import assert from 'node:assert/strict';
import type { ChannelStore, ListChannelsOptions } from '../../channel-store.js';
import { InvalidInputError } from '../../errors/invalid-input-error.js';
import type { ContractCase } from '../run-contract.js';
import {
  atOnce,
  attach,
  attachAndStartRelease,
  begin,
  dispose,
  idOf,
  newChannel,
  recordOf,
} from './fixtures.js';
import type { StoreSubject } from './store-subject.js';

/** What `listChannels` promises. */
export const listChannelsCases: readonly ContractCase<StoreSubject>[] = [
  {
    name: 'listChannels answers an empty last page when there is no channel',
    async check({ store }) {
      await begin(store, 1);
      assert.deepEqual(await store.listChannels(), { channels: [], nextCursor: null });
    },
  },
  {
    name: 'listChannels lists the newest first, whatever the ids',
    async check(subject) {
      await attachInTurn(subject, [2, 1, 4, 3]);
      const { channels, nextCursor } = await subject.store.listChannels();
      assert.deepEqual(idsOf(channels), [3, 4, 1, 2].map(idOf));
      assert.equal(nextCursor, null);
    },
  },
  {
    name: 'listChannels lists channels as getChannel reads them',
    async check({ store }) {
      await attach(store, 1);
      const { channels } = await store.listChannels();
      assert.deepEqual(channels, [(await recordOf(store, 1)).channel]);
    },
  },
  {
    name: 'listChannels pages through everything once, with no cursor on the last page',
    async check(subject) {
      await attachInTurn(subject, [1, 2, 3, 4]);
      assert.deepEqual(await pagesOf(subject.store, { limit: 3 }), [[4, 3, 2].map(idOf), [idOf(1)]]);
      assert.deepEqual(await pagesOf(subject.store, { limit: 2 }), [[4, 3].map(idOf), [2, 1].map(idOf)]);
    },
  },
  {
    name: 'listChannels moves nothing to another page when channels are added meanwhile',
    async check(subject) {
      await attachInTurn(subject, [1, 2, 3, 4]);
      const first = await subject.store.listChannels({ limit: 2 });
      // Time stands still between the pages: a cursor may hold a time, which would not be moved back with the stored ones.
      for (const n of [5, 6]) await attach(subject.store, n);
      const cursor = first.nextCursor ?? '';
      const second = await subject.store.listChannels({ limit: 2, cursor });
      assert.deepEqual(idsOf(second.channels), [2, 1].map(idOf));
      assert.equal(second.nextCursor, null);
    },
  },
  {
    name: 'listChannels goes on from a page whose last channel is listed no more',
    async check(subject) {
      await attachInTurn(subject, [1, 2, 3, 4]);
      const first = await subject.store.listChannels({ limit: 2, status: 'active' });
      await subject.store.startRelease(idOf(3));
      const cursor = first.nextCursor ?? '';
      const second = await subject.store.listChannels({ limit: 2, status: 'active', cursor });
      assert.deepEqual(idsOf(second.channels), [2, 1].map(idOf));
    },
  },
  {
    name: 'listChannels pages through channels that were made at once, each of them once',
    async check({ store }) {
      await atOnce(7, (n) => attach(store, n));
      const pages = await pagesOf(store, { limit: 2 });
      assert.deepEqual(
        pages.map((page) => page.length),
        [2, 2, 2, 1],
      );
      assert.deepEqual(pages.flat().sort(), [0, 1, 2, 3, 4, 5, 6].map(idOf));
    },
  },
  {
    name: 'listChannels shows only the status and the type that are asked for, on every page',
    async check({ store, advanceTime }) {
      for (let n = 1; n <= 8; n += 1) {
        const changes = { type: n % 2 === 0 ? 'sms' : 'voice' } as const;
        await (n <= 4 ? attach(store, n, changes) : attachAndStartRelease(store, n, changes));
        await advanceTime(1_000);
      }
      await dispose(store, 9);
      await store.completeRelease(idOf(8));

      const list = async (options: ListChannelsOptions) => (await pagesOf(store, options)).flat();
      assert.deepEqual(await list({ limit: 2, status: 'active' }), [4, 3, 2, 1].map(idOf));
      assert.deepEqual(await list({ limit: 1, type: 'voice' }), [7, 5, 3, 1].map(idOf));
      assert.deepEqual(await list({ limit: 1, status: 'active', type: 'sms' }), [4, 2].map(idOf));
      assert.deepEqual(await list({ status: 'releasing' }), [9, 7, 6, 5].map(idOf));
      assert.deepEqual(await list({ status: 'released' }), [idOf(8)]);
      assert.deepEqual(await list({ status: 'lost' }), []);
    },
  },
  {
    name: 'listChannels shows 50 channels when it is not told how many',
    async check({ store }) {
      for (let n = 0; n < 51; n += 1) await store.recordReleasing(newChannel(n), 5);
      const { channels, nextCursor } = await store.listChannels();
      assert.equal(channels.length, 50);
      assert.notEqual(nextCursor, null);
      assert.equal((await store.listChannels({ limit: 1000 })).channels.length, 51);
    },
  },
  {
    name: 'listChannels refuses a cursor that no page ended with, and a limit out of bounds',
    async check({ store }) {
      await attach(store, 1);
      const cursors = ['', 'nonsense', '%00', 'e30', 'W10', 'bnVsbA', "' or 1 = 1 --", 'WyJ4IiwgMV0'];
      for (const cursor of cursors) await assertRefused(store, { cursor }, 'cursor');
      for (const limit of [0, -1, 1.5, 1001, Number.NaN]) await assertRefused(store, { limit }, 'limit');
    },
  },
];

async function attachInTurn({ store, advanceTime }: StoreSubject, order: readonly number[]): Promise<void> {
  for (const n of order) {
    await attach(store, n);
    await advanceTime(1_000);
  }
}

function idsOf(channels: readonly { readonly id: string }[]): string[] {
  return channels.map(({ id }) => id);
}

/** The ids of every page, from the first to the one without a cursor. */
async function pagesOf(store: ChannelStore, options: ListChannelsOptions): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page = await store.listChannels(cursor === null ? options : { ...options, cursor });
    pages.push(idsOf(page.channels));
    cursor = page.nextCursor;
    assert.ok(pages.length <= 20, 'the pages never end');
  } while (cursor !== null);
  return pages;
}

async function assertRefused(store: ChannelStore, options: ListChannelsOptions, path: string): Promise<void> {
  const answer = store.listChannels(options);
  await assert.rejects(answer, (error) => InvalidInputError.isInstance(error) && namesPath(error, path));
}

function namesPath(error: InvalidInputError, path: string): boolean {
  return error.issues.some((issue) => issue.path === path);
}
