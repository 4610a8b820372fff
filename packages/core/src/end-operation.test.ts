import { describe, expect, it } from 'vitest';
import { failOperation, leaveInDoubt, LeaseLostError } from './end-operation.js';
import { ProviderError } from './errors/provider-error.js';
import { createScene, fail, ID, NOW, PHONE_NUMBER, type Scene, storeError } from './protocol-fixture.js';

const LEASE_MS = 90_000;
const refusal = new ProviderError({ code: 'provider_rejected', outcome: 'rejected', message: 'No.' });
const unreachable = fail(storeError('store_unavailable'));

/** What the caller gets when the operation is ended. */
function failing(scene: Scene): Promise<unknown> {
  return failOperation(scene.context, scene.hold(scene.operation()), refusal).catch(
    (error: unknown) => error,
  );
}

/** The same, with a store that cannot be reached until so long after the lease began. */
function failingOutOfReach(scene: Scene, untilMs: number): Promise<unknown> {
  const wake = () => {
    scene.time = NOW + untilMs;
    return unreachable();
  };
  scene.before('failOperation', unreachable, unreachable, wake);
  return failing(scene);
}

const names = (scene: Scene) => scene.events.map(({ name }) => name);

describe('failOperation', () => {
  it('ends the operation, says so, and tells the caller that nothing is owned', async () => {
    const scene = createScene();
    expect(await failing(scene)).toMatchObject({
      code: 'provider_rejected',
      operationId: ID,
      mayOwnNumber: 'no',
    });
    expect(scene.tables.operations.get(ID)).toMatchObject({ state: 'failed', lastError: 'No.' });
    expect(scene.events).toMatchObject([
      { name: 'operation-failed', operationId: ID, phoneNumber: PHONE_NUMBER, code: 'provider_rejected' },
    ]);
  });

  it('says nothing about an operation that somebody else holds', async () => {
    const scene = createScene();
    scene.before('failOperation', () => void scene.operation({ token: 4 }));
    expect(await failing(scene)).toBeInstanceOf(LeaseLostError);
    expect(names(scene)).toEqual([]);
  });

  it('leaves the ending to recovery while the lease runs and the store is out of reach', async () => {
    const scene = createScene();
    expect(await failingOutOfReach(scene, LEASE_MS - 1)).toMatchObject({
      code: 'provider_rejected',
      mayOwnNumber: 'no',
    });
    expect(scene.tables.operations.get(ID)?.state).toBe('purchasing');
    // Recovery says it, once it is so.
    expect(names(scene)).toEqual([]);
  });

  it('cannot know what is owned once somebody else may have taken the lease', async () => {
    const scene = createScene();
    expect(await failingOutOfReach(scene, LEASE_MS)).toMatchObject({
      code: 'purchase_unknown',
      operationId: ID,
      mayOwnNumber: 'unknown',
    });
    expect(names(scene)).toEqual([]);
  });

  it('passes on what is no failure of the store', async () => {
    const scene = createScene();
    const bug = new TypeError('a bug');
    expect(
      await failing({ ...scene, context: { ...scene.context, retryStore: () => Promise.reject(bug) } }),
    ).toBe(bug);
  });
});

describe('leaveInDoubt', () => {
  const doubt = { message: 'No answer came.', cause: null, isAbsent: true };
  const leaving = (scene: Scene) =>
    leaveInDoubt(scene.context, scene.hold(scene.operation()), doubt).catch((error: unknown) => error);
  const pending = {
    code: 'purchase_unknown',
    operationId: ID,
    mayOwnNumber: 'unknown',
    phoneNumber: PHONE_NUMBER,
  };

  it('notes the doubt for recovery, which looks soon', async () => {
    const scene = createScene();
    expect(await leaving(scene)).toMatchObject(pending);
    expect(scene.tables.operations.get(ID)).toMatchObject({
      state: 'purchasing',
      ambiguous: true,
      absentAt: NOW,
      lastError: 'No answer came.',
    });
  });

  it('leaves it to whoever holds the operation now', async () => {
    const scene = createScene();
    scene.before('deferOperation', () => void scene.operation({ token: 4 }));
    expect(await leaving(scene)).toBeInstanceOf(LeaseLostError);
  });

  it('tells the caller the same when the doubt cannot be noted', async () => {
    const scene = createScene();
    scene.before('deferOperation', unreachable, unreachable, unreachable);
    expect(await leaving(scene)).toMatchObject(pending);
    expect(scene.tables.operations.get(ID)).toMatchObject({ state: 'purchasing', ambiguous: false });
  });
});
