import { describe, expect, it } from 'vitest';
import { createCaller } from './caller.js';
import type { CheckedRequest } from './check-request.js';
import { createScene, fail, ID, NOW, type Scene, storeError } from './protocol-fixture.js';
import { resumeByKey } from './resume-by-key.js';
import { fingerprint } from './stored-request.js';

const request: CheckedRequest = {
  query: { country: 'US', callingCode: '+1', type: 'sms', capabilities: { sms: true } },
  country: 'USA',
  name: null,
  phoneNumber: null,
  metadata: {},
  webhooks: {},
  regulatory: {},
};

/** Comes back with the key of an operation whose lease ends at that moment. */
async function comeBack(scene: Scene, leaseExpiresAt: number) {
  scene.operation({ fingerprint: fingerprint(request), leaseExpiresAt });
  const caller = createCaller(undefined);
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

    const { resumption, caller } = await comeBack(scene, NOW);
    const leaseStart = { wall: NOW, monotonic: 0 };
    expect(resumption).toMatchObject({ kind: 'taken_over', held: { leaseStart, isTakenOver: true } });
    expect(caller.operation()).toMatchObject({ id: ID, leaseStart });
    expect(scene.time).toBeGreaterThanOrEqual(NOW + 4_000);
  });

  it('leaves an operation alone to the last millisecond of its lease', async () => {
    const scene = createScene();
    scene.before('takeOverOperation', fail(new Error('Nobody asks that.')));
    await expect(comeBack(scene, NOW + 1)).rejects.toMatchObject({
      code: 'operation_in_progress',
      retryAfterMs: 1,
    });
    expect(scene.tables.operations.get(ID)).toMatchObject({ token: 3, leaseOwner: 'me' });
  });
});
