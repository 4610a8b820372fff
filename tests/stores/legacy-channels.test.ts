import { StoreError } from '@channelkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databases, type EmptyDatabase } from './databases.js';

/** The table of the user's own document; PostgreSQL has another name for the type of its time. */
const legacyTable = {
  sqlite: 'created_at DATETIME DEFAULT CURRENT_TIMESTAMP',
  postgres: 'created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP',
};

describe.each(databases)(
  'migrate, on the eight-column table of the document in $kind',
  ({ kind, create }) => {
    let database: EmptyDatabase;
    beforeEach(async () => {
      database = await create();
      if (kind === 'postgres') {
        const name = new URL(database.location).pathname.slice(1);
        await database.query(`alter database "${name}" set timezone = 'America/New_York'`);
      }
      await database.query(`CREATE TABLE channels (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      phone_number TEXT NOT NULL,
      country_code TEXT NOT NULL,
      type TEXT NOT NULL,
      status TEXT DEFAULT 'active',
      twilio_sid TEXT,
      ${legacyTable[kind]}
    )`);
    });
    afterEach(() => database.drop());

    const insert = (values: string) =>
      database.query(
        'INSERT INTO channels (id, name, phone_number, country_code, type, status, twilio_sid, created_at) ' +
          `VALUES (${values})`,
      );

    it('keeps the rows: of Twilio where there is a SID, of the mock where there is none', async () => {
      await insert(
        `'one', 'USA - 1', '+15551234567', '+1', 'whatsapp', 'active', 'PN1', '2024-01-15 10:30:00'`,
      );
      await insert(`'two', 'GB', '+442071234567', '+44', 'voice', 'active', NULL, '2024-02-15 23:59:59.987'`);
      const store = database.openStore();
      await store.migrate();

      expect(await store.getChannel('one')).toMatchObject({
        accountId: null,
        releaseAfter: null,
        releaseAttempts: 0,
        lastError: null,
        channel: {
          ...{ id: 'one', name: 'USA - 1', phoneNumber: '+15551234567', countryCode: '+1', isoCountry: 'US' },
          ...{ type: 'whatsapp', status: 'active', isMock: false, provider: 'twilio', metadata: {} },
          ...{ providerNumberId: 'PN1', twilioSid: 'PN1', releasedAt: null },
          capabilities: { voice: false, sms: true, mms: false },
          createdAt: new Date('2024-01-15T10:30:00.000Z'),
        },
      });
      expect(await store.getChannel('two')).toMatchObject({
        accountId: 'mock',
        channel: {
          ...{ isoCountry: 'GB', type: 'voice', isMock: true, provider: 'mock', twilioSid: null },
          providerNumberId: 'legacy-two',
          capabilities: { voice: true, sms: false, mms: false },
          createdAt: new Date('2024-02-15T23:59:59.987Z'),
        },
      });
      expect((await store.listChannels()).channels.map(({ id }) => id)).toEqual(['two', 'one']);
    });

    it('leaves the document’s own queries as they were', async () => {
      await insert(`'one', 'USA', '+15551234567', '+1', 'whatsapp', 'active', 'PN1', '2024-01-15 10:30:00'`);
      await database.openStore().migrate();
      const rows = await database.query(
        `SELECT id, name, phone_number, country_code, type, status, twilio_sid FROM channels
        WHERE status = 'active' ORDER BY created_at DESC`,
      );
      expect(rows).toEqual([
        {
          ...{ id: 'one', name: 'USA', phone_number: '+15551234567', country_code: '+1' },
          ...{ type: 'whatsapp', status: 'active', twilio_sid: 'PN1' },
        },
      ]);
    });

    it('says ZZ for a calling code that is none', async () => {
      await insert(`'one', 'X', '+999123', '+999999', 'sms', 'released', 'PN1', '2024-01-15 10:30:00'`);
      const store = database.openStore();
      await store.migrate();
      expect((await store.getChannel('one'))?.channel).toMatchObject({
        isoCountry: 'ZZ',
        status: 'released',
      });
    });

    it('gives a row without an account the one that it is found to have, once', async () => {
      await insert(`'one', 'X', '+15551234567', '+1', 'sms', 'active', 'PN1', '2024-01-15 10:30:00'`);
      const store = database.openStore();
      await store.migrate();
      expect(await store.assignAccount('one', 'AC1')).toBe(true);
      expect(await store.assignAccount('one', 'AC2')).toBe(false);
      expect((await store.getChannel('one'))?.accountId).toBe('AC1');
    });

    it('releases a row that was being given back', async () => {
      await insert(`'one', 'X', '+15551234567', '+1', 'sms', 'releasing', NULL, '2024-01-15 10:30:00'`);
      const store = database.openStore();
      await store.migrate();
      const due = { provider: 'mock', accountId: 'mock', leaseMs: 1_000, limit: 5 };
      expect((await store.takeDueReleases(due)).map(({ channel }) => channel.id)).toEqual(['one']);
    });

    it('upgrades an empty table, and many rows', async () => {
      const rows = Array.from(
        { length: 450 },
        (_, n) => `('id-${n}', 'N', '+1555${n}', '+1', 'sms', 'active', 'PN${n}')`,
      );
      await database.query(
        `INSERT INTO channels (id, name, phone_number, country_code, type, status, twilio_sid) VALUES ${rows.join(',')}`,
      );
      const store = database.openStore();
      await store.migrate();
      expect((await store.listChannels({ limit: 1000 })).channels).toHaveLength(450);
    });

    it.each([
      [
        'an unknown status',
        `'two', 'X', '+1', '+1', 'sms', 'pending', NULL`,
        /row two has the status 'pending'/,
      ],
      ['no status', `'two', 'X', '+1', '+1', 'sms', NULL, NULL`, /row two has the status NULL/],
      ['an unknown type', `'two', 'X', '+1', '+1', 'fax', 'active', NULL`, /row two has the type 'fax'/],
      [
        'a SID twice',
        `'two', 'X', '+1', '+1', 'sms', 'active', 'PN1'`,
        /same twilio_sid as row one \('PN1'\)/,
      ],
    ])('refuses %s, naming the row, and changes nothing', async (_, values, message) => {
      await insert(`'one', 'X', '+15551234567', '+1', 'sms', 'active', 'PN1', '2024-01-15 10:30:00'`);
      await insert(`${values}, '2024-01-16 10:30:00'`);
      const before = await database.query('select * from channels order by id');
      await expectRefusal(database.openStore().migrate(), message);
      expect(await database.query('select * from channels order by id')).toEqual(before);
      await expect(database.query('select * from operations')).rejects.toThrow();
      await expect(database.query('select * from channelkit_migration')).rejects.toThrow();
    });

    it('refuses a row without a time', async () => {
      await insert(`'one', 'X', '+15551234567', '+1', 'sms', 'active', 'PN1', NULL`);
      await expectRefusal(database.openStore().migrate(), /row one has a created_at that cannot be read/);
    });

    it('upgrades once the row is put right', async () => {
      await insert(`'one', 'X', '+15551234567', '+1', 'sms', 'pending', 'PN1', '2024-01-15 10:30:00'`);
      const store = database.openStore();
      await expectRefusal(store.migrate(), /pending/);
      await database.query(`update channels set status = 'active'`);
      await store.migrate();
      expect((await store.getChannel('one'))?.channel.status).toBe('active');
    });

    it('keeps what refers to a row, or refuses and changes nothing', async () => {
      await insert(`'one', 'X', '+15551234567', '+1', 'sms', 'active', 'PN1', '2024-01-15 10:30:00'`);
      await database.query(
        'create table messages (id text primary key, channel text references channels (id) on delete cascade)',
      );
      await database.query(`insert into messages values ('m1', 'one')`);
      if (kind === 'sqlite') await database.openStore().migrate();
      else
        await expectRefusal(
          database.openStore().migrate(),
          /something of the app depends on it \(.*messages/,
        );
      expect(await database.query('select id, channel from messages')).toEqual([
        { id: 'm1', channel: 'one' },
      ]);
      expect(await database.query('select id from channels')).toEqual([{ id: 'one' }]);
      if (kind === 'sqlite') expect(await database.query('pragma foreign_key_check')).toEqual([]);
    });
  },
);

describe.each(databases)('migrate, on tables of another shape in $kind', ({ create }) => {
  let database: EmptyDatabase;
  beforeEach(async () => {
    database = await create();
  });
  afterEach(() => database.drop());

  it.each([
    ['channels', 'create table channels (id text, title text)'],
    [
      'channels',
      'create table channels (id text, name text, phone_number text, country_code text, type text, status text, twilio_sid text, created_at text, extra text)',
    ],
    ['operations', 'create table operations (id text)'],
  ])('refuses a table %s that is not ours, and changes nothing', async (table, statement) => {
    await database.query(statement);
    await database.query(`insert into ${table} (id) values ('one')`);
    await expectRefusal(database.openStore().migrate(), new RegExp(`There is a table ${table} already`));
    expect(await database.query(`select id from ${table}`)).toEqual([{ id: 'one' }]);
    await expect(database.query('select * from channelkit_migration')).rejects.toThrow();
  });
});

async function expectRefusal(answer: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!StoreError.isInstance(error)) throw new Error('No StoreError was thrown.', { cause: error });
  expect(error.code).toBe('store_rejected');
  expect(error.message).toMatch(message);
}
