import { describe, expect, it } from 'vitest';
import type { NewOperation } from '../channel-store.js';
import {
  createScene,
  ID,
  newChannel,
  NOW,
  PHONE_NUMBER,
  type Scene,
  SETTLES_AT,
} from '../protocol-fixture.js';
import type { ChannelRow } from './memory-store/tables.js';

/** What the contract of a store leaves open, or cannot bring about from outside. */

const newOperation: NewOperation = {
  id: ID,
  idempotencyKey: null,
  fingerprint: 'fingerprint',
  request: '{}',
  provider: 'stub',
  accountId: 'account',
  phoneNumber: PHONE_NUMBER,
  vendorDate: null,
  leaseOwner: 'me',
  leaseMs: 90_000,
  settleMs: 1_000,
};
const due = { provider: 'stub', accountId: 'account', leaseMs: 1_000, limit: 1 };

async function recordChannel(scene: Scene, id: string, given: Partial<ChannelRow>): Promise<void> {
  await scene.context.callStore((store) =>
    store.recordReleasing(newChannel({ id, providerNumberId: `PN-${id}` }), NOW),
  );
  const row = scene.tables.channels.get(id);
  if (row !== undefined) scene.tables.channels.set(id, { ...row, ...given });
}

describe('beginOperation of the memory store', () => {
  it.each([
    ['somebody else began it', { leaseOwner: 'another' }],
    ['it was taken over since', { leaseOwner: 'me', token: 2 }],
    ['it has ended', { leaseOwner: 'me', token: 1, state: 'failed' }],
  ] as const)('refuses an id that is on record: %s', async (_case, given) => {
    const scene = createScene();
    scene.operation({ token: 1, idempotencyKey: null, ...given });
    const before = scene.tables.operations.get(ID);

    await expect(
      scene.context.callStore((store) => store.beginOperation(newOperation)),
    ).rejects.toMatchObject({ code: 'store_rejected', message: expect.stringContaining(ID) as string });
    expect(scene.tables.operations.get(ID)).toBe(before);
  });
});

describe('takeOverOperation of the memory store', () => {
  it.each([
    [NOW + 1, 4],
    [NOW, undefined],
  ])('answers again whoever took it over, as long as that lease lasts: until %i', async (until, token) => {
    const scene = createScene();
    scene.operation({ token: 4, leaseOwner: 'me', leaseExpiresAt: until });
    const again = { id: ID, token: 3, leaseOwner: 'me', leaseMs: 1_000 };
    const taken = await scene.context.callStore((store) => store.takeOverOperation(again));
    expect(taken?.token).toBe(token);
  });

  it.each([
    [NOW + 1, undefined],
    [NOW, 4],
  ])('takes an operation from the moment its lease ends: at %i', async (until, token) => {
    const scene = createScene();
    scene.operation({ token: 3, leaseOwner: 'another', leaseExpiresAt: until });
    const takeOver = { id: ID, token: 3, leaseOwner: 'me', leaseMs: 1_000 };
    const taken = await scene.context.callStore((store) => store.takeOverOperation(takeOver));
    expect(taken?.token).toBe(token);
  });
});

describe('takeDueOperations of the memory store', () => {
  it('takes first what has been due for longest', async () => {
    const scene = createScene();
    scene.operation({ id: 'late', leaseExpiresAt: NOW - 1, nextCheckAt: NOW - 9 });
    scene.operation({ id: 'early', leaseExpiresAt: NOW - 9, nextCheckAt: NOW - 2 });
    const [taken] = await scene.context.callStore((store) =>
      store.takeDueOperations({ ...due, leaseOwner: 'me' }),
    );
    expect(taken?.id).toBe('early');
  });

  it.each([
    [{ leaseExpiresAt: NOW, nextCheckAt: NOW }, 1],
    [{ leaseExpiresAt: NOW + 1, nextCheckAt: NOW }, 0],
    [{ leaseExpiresAt: NOW, nextCheckAt: NOW + 1 }, 0],
  ])('takes it from the moment both its lease and its waiting end: %o', async (given, count) => {
    const scene = createScene();
    scene.operation(given);
    const taken = await scene.context.callStore((store) =>
      store.takeDueOperations({ ...due, leaseOwner: 'me' }),
    );
    expect(taken).toHaveLength(count);
  });
});

describe('takeDueReleases of the memory store', () => {
  it('takes first what has been due for longest', async () => {
    const scene = createScene();
    await recordChannel(scene, 'late', { nextReleaseAt: NOW - 1, releaseAfter: NOW - 9 });
    await recordChannel(scene, 'early', { nextReleaseAt: NOW - 9, releaseAfter: NOW - 2 });
    const [taken] = await scene.context.callStore((store) => store.takeDueReleases(due));
    expect(taken?.channel.id).toBe('early');
  });
});

describe('startRelease of the memory store', () => {
  it('begins to give back a number that was lost', async () => {
    const scene = createScene();
    scene.operation({ state: 'succeeded', ambiguous: true });
    await recordChannel(scene, ID, { status: 'lost', releaseAfter: null });
    const record = await scene.context.callStore((store) => store.startRelease(ID));
    expect(record).toMatchObject({ channel: { status: 'releasing' }, releaseAfter: SETTLES_AT });
  });

  it('lets a number go at once that no operation bought', async () => {
    const scene = createScene();
    await recordChannel(scene, ID, { status: 'active', releaseAfter: null });
    const record = await scene.context.callStore((store) => store.startRelease(ID));
    expect(record).toMatchObject({ channel: { status: 'releasing' }, releaseAfter: NOW });
  });
});

describe('assignAccount of the memory store', () => {
  it('says whose a row is that did not say so, once', async () => {
    const scene = createScene();
    await recordChannel(scene, ID, { accountId: null });
    scene.time += 5;
    const assign = (accountId: string) =>
      scene.context.callStore((store) => store.assignAccount(ID, accountId));

    expect([await assign('account'), await assign('another')]).toEqual([true, false]);
    expect(scene.tables.channels.get(ID)).toMatchObject({ accountId: 'account', updatedAt: NOW + 5 });
  });

  it('knows no row that is not there', async () => {
    const scene = createScene();
    expect(await scene.context.callStore((store) => store.assignAccount(ID, 'account'))).toBe(false);
  });
});
