import type { ChannelStore } from '@channelkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databases, type EmptyDatabase } from './databases.js';
import { begin, clear, idOf, newChannel, newOperation } from './fixtures.js';

const facts = { ...clear, error: 'refused' };
const guard = { id: idOf(2), token: 1 };
const refused = { name: 'StoreError', code: 'store_rejected' };

/** What a unique key of the app's own refuses is a refusal; only a row with our id, number or claim decided before us. */
describe.each(databases)('a store with a unique key of the app’s own, in $kind', ({ create }) => {
  let database: EmptyDatabase;
  let store: ChannelStore;
  beforeEach(async () => {
    database = await create();
    store = database.openStore();
    await store.migrate();
    await begin(store, 1);
    await begin(store, 2);
  });
  afterEach(() => database.drop());

  const sameName = { name: 'Support' };
  const nameActive = () =>
    database.query("create unique index app_name on channels (name) where status = 'active'");
  const nameAll = () => database.query('create unique index app_name on channels (name)');

  it('refuses an attach, and can still dispose of the number', async () => {
    await nameActive();
    await store.attachChannel(newChannel(1, sameName), clear);
    await expect(store.attachChannel(newChannel(2, sameName), clear)).rejects.toMatchObject(refused);
    expect((await store.getOperation(idOf(2)))?.state).toBe('purchasing');
    expect(await store.disposeNumber(guard, newChannel(2, sameName), facts)).toMatchObject({
      outcome: 'disposed',
    });
  });

  it('refuses an attach and a dispose, and leaves the operation as it was', async () => {
    await nameAll();
    await store.attachChannel(newChannel(1, sameName), clear);
    const { readAt: _, ...before } = { ...(await store.getOperation(idOf(2))) };
    await expect(store.attachChannel(newChannel(2, sameName), clear)).rejects.toMatchObject(refused);
    await expect(store.disposeNumber(guard, newChannel(2, sameName), facts)).rejects.toMatchObject(refused);
    expect(await store.getOperation(idOf(2))).toMatchObject(before);
    expect(await store.getChannel(idOf(2))).toBeNull();
  });

  it('refuses to record a number as being given back', async () => {
    await nameAll();
    await store.recordReleasing(newChannel(3, sameName), 5);
    await expect(store.recordReleasing(newChannel(4, sameName), 5)).rejects.toMatchObject(refused);
  });

  it('says that an attach or a dispose has lost where another row has the number, whichever key says so', async () => {
    await nameAll();
    await store.attachChannel(newChannel(1, sameName), clear);
    const { providerNumberId } = newChannel(1);
    const taken = newChannel(2, { ...sameName, providerNumberId });
    expect(await store.attachChannel(taken, clear)).toEqual({ outcome: 'lost' });
    expect(await store.disposeNumber(guard, taken, facts)).toEqual({ outcome: 'lost' });
  });

  it('refuses a switch to a number that only the key of the app minds, and lets one go to a number that is free', async () => {
    await database.query('create unique index app_number on operations (phone_number)');
    await begin(store, 3, { accountId: 'AC2' });
    await begin(store, 4, { provider: 'mock' });
    const { phoneNumber: from } = newChannel(2);
    const switchTo = (phoneNumber: string) =>
      store.switchCandidate(guard, { from, phoneNumber, vendorDate: null });
    for (const n of [3, 4]) {
      await expect(switchTo(newChannel(n).phoneNumber)).rejects.toMatchObject(refused);
    }
    expect(await switchTo(newChannel(1).phoneNumber)).toBe('number_held');
    expect((await store.getOperation(idOf(2)))?.phoneNumber).toBe(from);
    expect(await switchTo('+14155550199')).toBe('switched');
  });

  it('takes no claim of its own for somebody else’s', async () => {
    await database.query('create unique index app_date on operations (vendor_date)');
    await begin(store, 3, { vendorDate: 5 });
    const { phoneNumber } = newChannel(2);
    const again = { from: '+14155550199', phoneNumber, vendorDate: 5 };
    await expect(store.switchCandidate(guard, again)).rejects.toMatchObject(refused);
  });

  it('refuses to begin an operation that only the key of the app minds', async () => {
    await database.query('create unique index app_number on operations (phone_number)');
    const elsewhere = newOperation(3, { accountId: 'AC2', phoneNumber: newChannel(1).phoneNumber });
    await expect(store.beginOperation(elsewhere)).rejects.toMatchObject(refused);
    expect(await store.getOperation(idOf(3))).toBeNull();
  });
});
