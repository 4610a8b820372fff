import { describe, expect, it } from 'vitest';
import { createCaller } from './caller.js';
import type { CheckedRequest } from './check-request.js';
import { createScene, fail, ID, NOW, type Scene, storeError } from './protocol-fixture.js';
import { resumeByKey } from './resume-by-key.js';
import { fingerprint } from './stored-request.js';
import type { OperationRow } from './testing/memory-store/tables.js';

const request: CheckedRequest = {
  query: { country: 'US', callingCode: '+1', type: 'sms', capabilities: { sms: true } },
  country: 'USA',
  name: null,
  phoneNumber: null,
  metadata: {},
  webhooks: {},
  regulatory: {},
};

/** Comes back with the key of an operation whose lease is over, unless it is given otherwise. */
async function comeBack(scene: Scene, given: Partial<OperationRow> = {}, caller = createCaller(undefined)) {
  scene.operation({ fingerprint: fingerprint(request), leaseExpiresAt: NOW, ...given });
  const resumption = await resumeByKey(scene.context, request, 'key', 'another', caller);
  return { resumption, caller };
}

describe('resumeByKey', () => {
  it.each([
    ['is slow', []],
    ['is asked again', [fail(storeError('store_unavailable'))]],
  ])('counts the lease from before the store is asked for it: it %s', async (_case, failures) => {
    const scene = createScene();
    scene.before('takeOverOperation', ...failures, () => void (scene.time += 4_000));

    const { resumption, caller } = await comeBack(scene);
    const leaseStart = { wall: NOW, monotonic: 0 };
    expect(resumption).toMatchObject({ kind: 'taken_over', held: { leaseStart, isTakenOver: true } });
    expect(caller.operation()).toMatchObject({ id: ID, leaseStart });
    expect(scene.time).toBeGreaterThanOrEqual(NOW + 4_000);
  });

  it('leaves an operation alone to the last millisecond of its lease', async () => {
    const scene = createScene();
    scene.before('takeOverOperation', fail(new Error('Nobody asks that.')));
    await expect(comeBack(scene, { leaseExpiresAt: NOW + 1 })).rejects.toMatchObject({
      code: 'operation_in_progress',
      retryAfterMs: 1,
    });
    expect(scene.tables.operations.get(ID)).toMatchObject({ token: 3, leaseOwner: 'me' });
  });

  it.each([
    ['provider', { provider: 'another' }],
    ['account', { accountId: 'another' }],
  ])('refuses the same request to another %s: the number of this key is owned there', async (_of, given) => {
    const scene = createScene();
    await expect(comeBack(scene, given)).rejects.toMatchObject({
      code: 'idempotency_mismatch',
      operationId: ID,
    });
    expect(scene.tables.operations.get(ID)).toMatchObject({ token: 3 });
  });

  it('takes nothing over for a caller who has left', async () => {
    const scene = createScene();
    const caller = createCaller(AbortSignal.abort());
    await expect(comeBack(scene, {}, caller)).rejects.toMatchObject({
      code: 'aborted',
      mayOwnNumber: 'unknown',
      operationId: ID,
    });
    expect(scene.tables.operations.get(ID)).toMatchObject({ token: 3 });
  });

  it('leaves the operation to somebody else who took it first', async () => {
    const scene = createScene();
    const caller = createCaller(undefined);
    scene.before('takeOverOperation', () => void scene.operation({ token: 4, leaseOwner: 'a third' }));
    await expect(comeBack(scene, {}, caller)).rejects.toMatchObject({
      code: 'operation_in_progress',
      mayOwnNumber: 'unknown',
      operationId: ID,
    });
    expect(caller.operation()).toBeNull();
  });

  it.each([
    ['takeOverOperation', 'purchasing'],
    ['getChannel', 'succeeded'],
  ] as const)('does not say what is owned when the store is lost at %s', async (verb, state) => {
    const scene = createScene({ attempts: 1 });
    scene.before(verb, fail(storeError('store_unavailable')));
    await expect(comeBack(scene, { state })).rejects.toMatchObject({
      code: 'purchase_unknown',
      mayOwnNumber: 'unknown',
      operationId: ID,
    });
  });

  it('makes no other channel when the one it led to is no longer on record', async () => {
    await expect(comeBack(createScene(), { state: 'succeeded' })).rejects.toMatchObject({
      code: 'channel_released',
      mayOwnNumber: 'no',
      operationId: ID,
    });
  });
});
