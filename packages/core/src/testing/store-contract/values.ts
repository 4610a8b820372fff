import assert from 'node:assert/strict';
import type { ChannelStore, NewOperation } from '../../channel-store.js';
import type { ContractCase } from '../run-contract.js';
import {
  assertNear,
  attach,
  begin,
  guardOf,
  idOf,
  newChannel,
  operationOf,
  present,
  recordOf,
  settled,
} from './fixtures.js';
import type { StoreSubject } from './store-subject.js';

/** Texts that come back altered wherever something escapes, trims, folds, cuts or interprets them. */
const strangeTexts: Readonly<Record<string, string>> = {
  quotes: `it's "quoted" and \`ticked\``,
  SQL: `'; drop table channels; --`,
  placeholders: '$1 ?1 :name @name {} %s %27',
  patterns: '100% _under_ \\ back \\n slash',
  spaces: '  in front, behind \t\r\n ',
  emoji: '📞👩‍👩‍👧‍👦🇬🇧',
  'composed letters': 'caf\u00e9',
  'decomposed letters': 'cafe\u0301',
  'right to left': 'مرحبا \u202eabc',
  JSON: '{"a":[null,true,"\\u0000"]}',
  nothing: '',
  '255 characters': 'ä'.repeat(255),
};

/** What every store promises of what it is handed and hands out. */
export const valuesCases: readonly ContractCase<StoreSubject>[] = [
  {
    name: 'the store is of version v1',
    async check({ store }) {
      assert.equal(store.specVersion, 'v1');
      return Promise.resolve();
    },
  },
  {
    name: 'migrate may be run again, also many times at once, and loses nothing',
    async check({ store }) {
      await attach(store, 1);
      await begin(store, 2);
      const before = [await recordOf(store, 1), await operationOf(store, 2)];
      await store.migrate();
      await Promise.all([store.migrate(), store.migrate(), store.migrate()]);
      assert.deepEqual([await recordOf(store, 1), await operationOf(store, 2)], before);
    },
  },
  ...Object.entries(strangeTexts).map(([kind, text]) => ({
    name: `texts are kept as they are: ${kind}`,
    async check({ store }: StoreSubject) {
      const request = JSON.stringify({ name: text });
      const texts = { idempotencyKey: text, fingerprint: text, request, leaseOwner: text, accountId: text };
      assert.deepEqual(await textsOf(store, texts), texts);

      const metadata = { [text]: text, key: text, 'a.b': '1', constructor: '2' };
      const bought = newChannel(1, { name: text, accountId: text, providerNumberId: text, metadata });
      const attached = await store.attachChannel(bought, { ambiguous: false });
      assert.equal(attached.outcome, 'attached');
      const found = present(await store.findChannelByNumber('twilio', text));
      assert.deepEqual(settled(found), settled(attached.record));
      const { name, accountId, providerNumberId, twilioSid } = { ...found, ...found.channel };
      assert.deepEqual([name, accountId, providerNumberId, twilioSid], [text, text, text, text]);
      assert.deepEqual({ ...found.channel.metadata }, metadata);

      await store.startRelease(idOf(1));
      await store.deferRelease(idOf(1), { delayMs: 0, error: text });
      assert.equal((await recordOf(store, 1)).lastError, text);
    },
  })),
  {
    name: 'errors of operations are kept as they are',
    async check({ store }) {
      const text = Object.values(strangeTexts).join('\n');
      const later = { ambiguous: false, absent: false, readAt: 0, delayMs: 5 };
      await store.deferOperation(guardOf(await begin(store, 1)), { ...later, error: text });
      await store.failOperation(guardOf(await begin(store, 2)), text);
      const facts = { ambiguous: false, error: text };
      await store.disposeNumber(guardOf(await begin(store, 3)), newChannel(3), facts);
      for (const n of [1, 2, 3]) assert.equal((await operationOf(store, n)).lastError, text);
    },
  },
  {
    name: 'keys are compared as they are: case, spaces and composition tell them apart',
    async check({ store }) {
      const keys = ['key', 'KEY', 'key ', ' key', 'k%', 'k_y', 'caf\u00e9', 'cafe\u0301'];
      for (const [n, idempotencyKey] of keys.entries()) await begin(store, n, { idempotencyKey });
      for (const [n, key] of keys.entries()) {
        assert.equal((await store.findOperationByKey(key))?.id, idOf(n));
      }
      assert.equal(await store.findOperationByKey('k'), null);
    },
  },
  {
    name: 'what is not there is null, also for an id that could not be one',
    async check({ store }) {
      await attach(store, 1);
      for (const id of [idOf(2), 'nonsense', '', "' or 1 = 1 --", idOf(1) + ' ']) {
        assert.equal(await store.getOperation(id), null);
        assert.equal(await store.getChannel(id), null);
        assert.equal(await store.startRelease(id), null);
        assert.equal(await store.findOperationByKey(id), null);
        assert.equal(await store.findChannelByNumber('twilio', id), null);
      }
    },
  },
  {
    name: 'a channel has a twilioSid only when its provider is Twilio',
    async check({ store }) {
      const ofTwilio = await attach(store, 1);
      const ofMock = await attach(store, 2, { provider: 'mock', isMock: true });
      assert.equal(ofTwilio.channel.twilioSid, ofTwilio.channel.providerNumberId);
      assert.equal(ofMock.channel.twilioSid, null);
    },
  },
  {
    name: 'capabilities and flags come back as the booleans they were',
    async check({ store }) {
      for (const n of [0, 1, 2, 3, 4, 5, 6, 7]) {
        const capabilities = { voice: (n & 1) > 0, sms: (n & 2) > 0, mms: (n & 4) > 0 };
        const isMock = n % 2 === 0;
        await attach(store, n, { capabilities, isMock });
        const { channel } = await recordOf(store, n);
        assert.deepEqual(
          { capabilities: channel.capabilities, isMock: channel.isMock },
          { capabilities, isMock },
        );
      }
    },
  },
  {
    name: 'channels of every type are kept, without metadata as well',
    async check({ store }) {
      for (const [n, type] of (['whatsapp', 'sms', 'voice'] as const).entries()) {
        await attach(store, n, { type, metadata: {} });
        const { channel } = await recordOf(store, n);
        assert.equal(channel.type, type);
        assert.deepEqual(channel.metadata, {});
      }
    },
  },
  {
    name: 'times of a channel are dates, and updatedAt moves with its status',
    async check({ store, advanceTime }) {
      const { channel } = await attach(store, 1);
      assert.ok(channel.createdAt instanceof Date && channel.updatedAt instanceof Date);
      await advanceTime(3_600_000);
      const created = (await recordOf(store, 1)).channel.createdAt;
      const { channel: releasing, readAt } = present(await store.startRelease(idOf(1)));
      assertNear(releasing.updatedAt.getTime(), readAt);
      assert.deepEqual(releasing.createdAt, created);
      assertNear(releasing.createdAt.getTime(), readAt - 3_600_000);
      const released = present(await store.completeRelease(idOf(1)));
      assert.ok(released.channel.releasedAt instanceof Date);
    },
  },
  {
    name: 'readAt is the time of the reading, and moves on',
    async check({ store, advanceTime }) {
      const operation = await begin(store, 1);
      await advanceTime(3_600_000);
      const later = present(await store.getOperation(idOf(1)));
      assertNear(
        later.readAt - later.leaseExpiresAt,
        operation.readAt + 3_600_000 - operation.leaseExpiresAt,
      );
    },
  },
  {
    name: 'what was handed in or out can be changed without changing the store',
    async check({ store }) {
      const metadata = { team: 'first' };
      const capabilities = { voice: true, sms: true, mms: true };
      await attach(store, 1, { metadata, capabilities });
      metadata.team = 'changed';
      capabilities.voice = false;
      const before = await recordOf(store, 1);
      assert.equal(before.channel.metadata['team'], 'first');
      assert.equal(before.channel.capabilities.voice, true);

      const listed = (await store.listChannels()).channels[0];
      for (const channel of [(await recordOf(store, 1)).channel, listed]) {
        assert.ok(channel);
        Reflect.set(channel.metadata, 'team', 'changed');
        Reflect.set(channel.capabilities, 'voice', false);
        Reflect.set(channel, 'name', 'changed');
        channel.createdAt.setTime(0);
      }
      const operation = await begin(store, 2);
      Reflect.set(operation, 'token', 9);
      assert.deepEqual((await recordOf(store, 1)).channel.metadata, { team: 'first' });
      assert.deepEqual(await recordOf(store, 1), before);
      assert.equal((await operationOf(store, 2)).token, 1);
    },
  },
];

/** Begins an operation of these texts, and reads them back. */
async function textsOf(
  store: ChannelStore,
  texts: Partial<NewOperation>,
): Promise<Readonly<Record<string, unknown>>> {
  await begin(store, 1, texts);
  const operation = await operationOf(store, 1);
  return Object.fromEntries(Object.entries(operation).filter(([key]) => key in texts));
}
