import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChannelStore, InvalidInputError, type NewOperation, StoreError } from '@channelkit/core';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStore } from './sqlite-store.js';

const operation: NewOperation = {
  id: '01920000-0000-7000-8000-000000000001',
  idempotencyKey: null,
  fingerprint: 'fingerprint',
  request: '{}',
  provider: 'mock',
  accountId: 'mock',
  phoneNumber: '+14155550123',
  vendorDate: null,
  leaseOwner: 'owner',
  leaseMs: 1,
  settleMs: 1,
};

describe('createSqliteStore', () => {
  let folder: string;
  let filename: string;
  const opened: Database.Database[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'channelkit-sqlite-'));
    filename = join(folder, 'channels.db');
  });
  afterEach(() => {
    for (const database of opened.splice(0)) database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = (path = filename, options: Database.Options = {}) => {
    const database = new Database(path, options);
    opened.push(database);
    return database;
  };

  it('opens nothing before it is used', async () => {
    const store = createSqliteStore({ filename });
    expect(existsSync(filename)).toBe(false);
    await store.close();
    expect(existsSync(filename)).toBe(false);
  });

  it('keeps a write-ahead log', async () => {
    const store = createSqliteStore({ filename });
    await store.migrate();
    await store.close();
    expect(open().pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it('sets a handed-over database to a write-ahead log and synchronous = FULL', async () => {
    const database = open();
    const store = createSqliteStore({ database });
    await store.migrate();
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
  });

  it('sets a database to synchronous = FULL that was opened again', async () => {
    const first = createSqliteStore({ filename });
    await first.migrate();
    await first.close();
    const database = open();
    await createSqliteStore({ database }).beginOperation(operation);
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
  });

  it('waits for somebody else who keeps the file while it is being switched', async () => {
    const other = open();
    other.exec('create table other (id); begin exclusive');
    const migrated = createSqliteStore({ database: open(filename, { timeout: 1 }) }).migrate();
    await new Promise((resolve) => setImmediate(resolve));
    other.exec('commit');
    await migrated;
    expect(open().pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it('leaves a stronger setting of a handed-over database as it is', async () => {
    const database = open();
    database.pragma('synchronous = EXTRA');
    await createSqliteStore({ database }).migrate();
    expect(database.pragma('synchronous', { simple: true })).toBe(3);
  });

  it('refuses a database that does not take the setting', async () => {
    const real = open();
    const database = new Proxy(real, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (key === 'pragma') {
          return (source: string, options?: Database.PragmaOptions) =>
            source.startsWith('synchronous =')
              ? 1
              : source === 'synchronous'
                ? 1
                : target.pragma(source, options);
        }
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    await expectRefusal(createSqliteStore({ database }).migrate(), /does not take synchronous = FULL/);
  });

  it('keeps nothing in memory, which needs no log', async () => {
    const store = createSqliteStore({ filename: ':memory:' });
    await store.migrate();
    expect((await store.beginOperation(operation)).outcome).toBe('begun');
    await store.close();
  });

  it('does not close a database that was handed over', async () => {
    const database = open();
    const store = createSqliteStore({ database });
    await store.migrate();
    await store.close();
    expect(database.open).toBe(true);
  });

  it('closes its own file, and says so afterwards', async () => {
    const store = createSqliteStore({ filename });
    await store.migrate();
    await store.close();
    await store.close();
    await expect(store.getChannel('x')).rejects.toMatchObject({
      code: 'store_unavailable',
      message: 'The store is closed.',
    });
  });

  it('reads and writes numbers of a handed-over database that gives every integer as a bigint', async () => {
    const database = open();
    database.defaultSafeIntegers(true);
    const store = createSqliteStore({ database, now: () => 1_000 });
    await store.migrate();
    const begun = await store.beginOperation(operation);
    expect(begun).toMatchObject({
      outcome: 'begun',
      operation: { token: 1, leaseExpiresAt: 1_001, settlesAt: 1_002 },
    });
  });

  it.each<readonly [string, (store: ChannelStore) => Promise<unknown>]>([
    ['beginOperation', (store) => store.beginOperation(operation)],
    ['attachChannel', (store) => store.attachChannel(channelOf(operation), { ambiguous: false })],
    ['failOperation', (store) => store.failOperation({ id: operation.id, token: 1 }, 'refused')],
    ['migrate', (store) => store.migrate()],
  ])('refuses %s inside a transaction of the app', async (name, write) => {
    const database = open();
    const store = createSqliteStore({ database });
    if (name !== 'migrate') await store.migrate();
    else await store.getOperation('x').catch(() => undefined);
    database.exec('begin');
    await expectRefusal(write(store), /inside a transaction of the app/);
    expect(database.inTransaction).toBe(true);
    database.exec('commit');
    if (name === 'migrate') return;
    expect(database.prepare('select count(*) as count from operations').get()).toEqual({ count: 0 });
  });

  it('is used again once the transaction of the app is over', async () => {
    const database = open();
    const store = createSqliteStore({ database });
    database.exec('begin');
    await expectRefusal(store.migrate(), /inside a transaction/);
    database.exec('rollback');
    await store.migrate();
    expect((await store.beginOperation(operation)).outcome).toBe('begun');
  });

  it('lets no statement of the app into the transaction of an attach', async () => {
    const database = open();
    const store = createSqliteStore({ database });
    await store.migrate();
    await store.beginOperation(operation);
    const seen: boolean[] = [];
    const attached = store.attachChannel(channelOf(operation), { ambiguous: false });
    for (let turn = 0; turn < 100; turn += 1) {
      seen.push(database.inTransaction);
      await Promise.resolve();
    }
    expect((await attached).outcome).toBe('attached');
    expect(seen).not.toContain(true);
  });

  it('refuses a file that is not a database', async () => {
    writeFileSync(
      filename,
      'this is a text file, and a long one, so that there is a header to read'.repeat(20),
    );
    const before = readFileSync(filename);
    const error = await expectRefusal(createSqliteStore({ filename }).migrate(), /is not an SQLite database/);
    expect(error.message).toContain(filename);
    expect(readFileSync(filename).equals(before)).toBe(true);
  });

  it('refuses a folder that is not there', async () => {
    const missing = join(folder, 'missing', 'channels.db');
    await expectRefusal(
      createSqliteStore({ filename: missing }).migrate(),
      /There is no folder for the database/,
    );
  });

  it('refuses a folder in place of a file', async () => {
    await expectRefusal(
      createSqliteStore({ filename: folder }).migrate(),
      /it is a folder, or this process may not/,
    );
  });

  it('refuses a folder that it may not write to', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(folder, 0o755);
    chmodSync(closed, 0o555);
    await asNobody(() =>
      expectRefusal(createSqliteStore({ filename: join(closed, 'channels.db') }).migrate(), /may not write/),
    );
  });

  it('refuses a file that it may not write to', async () => {
    const first = createSqliteStore({ filename });
    await first.migrate();
    await first.close();
    chmodSync(folder, 0o555);
    chmodSync(filename, 0o444);
    await asNobody(() =>
      expectRefusal(
        createSqliteStore({ filename }).beginOperation(operation),
        /cannot be (written to|opened)/,
      ),
    );
  });

  it('refuses a handed-over database that was opened read-only', async () => {
    open().exec('create table any (id)');
    const database = open(filename, { readonly: true });
    await expectRefusal(createSqliteStore({ database }).migrate(), /was opened read-only/);
  });

  it('says that a handed-over database is closed', async () => {
    const database = open();
    database.close();
    await expect(createSqliteStore({ database }).migrate()).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('is closed') as string,
    });
  });

  it('asks for migrate() where there are no tables', async () => {
    const store = createSqliteStore({ filename });
    await expectRefusal(store.getChannel('x'), /Call store\.migrate\(\)/);
    await store.close();
  });

  it('says that a database is busy, and has changed nothing', async () => {
    const database = open(filename, { timeout: 1 });
    const store = createSqliteStore({ database });
    await store.migrate();
    const other = open();
    other.exec('begin immediate');
    await expect(store.beginOperation(operation)).rejects.toMatchObject({ code: 'store_unavailable' });
    other.exec('rollback');
    expect(await store.getOperation(operation.id)).toBeNull();
  });

  it('rolls an attach back whose row is refused, and can be used afterwards', async () => {
    const store = createSqliteStore({ filename });
    await store.migrate();
    await store.beginOperation(operation);
    const nonsense = { ...channelOf(operation), type: 'fax' as 'sms' };
    await expect(store.attachChannel(nonsense, { ambiguous: false })).rejects.toMatchObject({
      code: 'store_rejected',
    });
    expect((await store.getOperation(operation.id))?.state).toBe('purchasing');
    const { outcome } = await store.attachChannel(channelOf(operation), { ambiguous: false });
    expect(outcome).toBe('attached');
    await store.close();
  });

  it('refuses a list of what there cannot be, naming every option', async () => {
    const store = createSqliteStore({ filename: ':memory:' });
    await store.migrate();
    const options = { status: 'gone' as 'lost', type: 'fax' as 'sms', limit: 0, cursor: 'W10' };
    const error: unknown = await store.listChannels(options).catch((reason: unknown) => reason);
    expect(InvalidInputError.isInstance(error) && error.issues.map(({ path }) => path)).toEqual([
      'status',
      'type',
      'limit',
      'cursor',
    ]);
    await store.close();
  });

  it.each([
    ['not base64url', '***'],
    ['not JSON', Buffer.from('x').toString('base64url')],
    ['not a pair', Buffer.from('[1,"a",2]').toString('base64url')],
    ['a time that is none', Buffer.from('[1e300,"a"]').toString('base64url')],
    ['a time with a fraction', Buffer.from('[1.5,"a"]').toString('base64url')],
    ['an id that is none', Buffer.from('[1,2]').toString('base64url')],
    ['empty', ''],
  ])('refuses a cursor that is %s', async (_, cursor) => {
    const store = createSqliteStore({ filename: ':memory:' });
    await store.migrate();
    await expect(store.listChannels({ cursor })).rejects.toMatchObject({
      code: 'invalid_input',
      issues: [{ path: 'cursor' }],
    });
    await store.close();
  });

  it.each([undefined, null, 7, {}])('refuses %j for a database at once', (given) => {
    expect(() => createSqliteStore({ database: given as Database.Database })).toThrow(InvalidInputError);
  });

  it.each([undefined, '', '  ', 7, null])('refuses %j for a file name at once', (given) => {
    expect(() => createSqliteStore({ filename: given as string })).toThrow(InvalidInputError);
  });
});

function channelOf({ id, provider, accountId, phoneNumber }: NewOperation) {
  return {
    ...{ id, provider, accountId, phoneNumber, name: 'Name', countryCode: '+1', isoCountry: 'US' },
    ...{ type: 'sms' as const, isMock: true, providerNumberId: 'number-1', metadata: {} },
    capabilities: { voice: true, sms: true, mms: true },
  };
}

async function expectRefusal(answer: Promise<unknown>, message: RegExp): Promise<StoreError> {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!StoreError.isInstance(error)) throw new Error('No StoreError was thrown.', { cause: error });
  expect(error.code).toBe('store_rejected');
  expect(error.message).toMatch(message);
  return error;
}

/** Runs something without the rights of root, who may write everywhere. */
async function asNobody(work: () => Promise<unknown>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
