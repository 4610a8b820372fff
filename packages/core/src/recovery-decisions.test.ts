import { describe, expect, it } from 'vitest';
import { failOperation, leaveInDoubt, LeaseLostError } from './end-operation.js';
import { ProviderError } from './errors/provider-error.js';
import { lookUp } from './look-up.js';
import type { OwnedNumber } from './number-provider.js';
import type { Policy } from './policy.js';
import {
  createScene,
  fail,
  ID,
  newChannel,
  NOW,
  ownedNumber,
  PHONE_NUMBER,
  type Scene,
  SETTLES_AT,
  storeError,
} from './protocol-fixture.js';
import { recoverOperation } from './recover-operation.js';

const RECHECK_MS = 30_000;
const silence = new ProviderError({ code: 'provider_unavailable', outcome: 'unknown', message: 'Nothing.' });
const refusal = new ProviderError({ code: 'provider_rejected', outcome: 'rejected', message: 'No.' });
const broken = () => Promise.reject(new TypeError('oops'));
const facts = (scene: Scene) => scene.events.map(({ at: _at, ...event }) => event);
const row = (scene: Scene) => scene.tables.operations.get(ID);

describe('lookUp', () => {
  it.each([
    ['ours', ownedNumber()],
    ['foreign', ownedNumber({ reference: 'another' })],
    ['foreign', ownedNumber({ createdAt: new Date(NOW - 1_000) })],
    ['absent', null],
  ] as const)('finds what is %s', async (kind, number) => {
    const scene = createScene();
    scene.provider.find = () => number;
    expect(await lookUp(scene.context, scene.operation())).toEqual(
      kind === 'ours' ? { kind, number } : { kind },
    );
  });

  it('asks about the number of the operation', async () => {
    const asked: unknown[] = [];
    const scene = createScene();
    const findNumber = (query: unknown) => {
      asked.push(query);
      return Promise.resolve({ number: null, vendorDate: null });
    };
    await lookUp(
      { ...scene.context, provider: { ...scene.context.provider, findNumber } },
      scene.operation(),
    );
    expect(asked).toEqual([{ phoneNumber: PHONE_NUMBER }]);
  });

  it('concludes nothing from an error of the provider', async () => {
    const scene = createScene({ attempts: 1 });
    scene.provider.find = fail(silence);
    expect(await lookUp(scene.context, scene.operation())).toEqual({ kind: 'unclear', error: silence });
  });

  it('passes on what is no error of a provider', async () => {
    const scene = createScene();
    const context = { ...scene.context, provider: { ...scene.context.provider, findNumber: broken } };
    await expect(lookUp(context, scene.operation())).rejects.toThrow('oops');
  });
});

describe('failOperation', () => {
  it('ends the operation and says that nothing is owned', async () => {
    const scene = createScene();
    const held = scene.hold(scene.operation());
    await expect(failOperation(scene.context, held, refusal)).rejects.toMatchObject({
      code: 'provider_rejected',
      operationId: ID,
      mayOwnNumber: 'no',
    });
    expect(row(scene)).toMatchObject({ state: 'failed', claimedNumber: null, lastError: 'No.' });
    expect(facts(scene)).toEqual([
      {
        name: 'operation-failed',
        operationId: ID,
        phoneNumber: PHONE_NUMBER,
        code: 'provider_rejected',
        message: 'No.',
      },
    ]);
  });

  it('ends nothing that somebody else holds', async () => {
    const scene = createScene();
    const held = scene.hold(scene.operation());
    scene.operation({ token: 4 });
    const ending = failOperation(scene.context, held, refusal);
    await expect(ending).rejects.toBeInstanceOf(LeaseLostError);
    await expect(ending).rejects.toMatchObject({ name: 'LeaseLostError' });
    expect([row(scene)?.state, scene.events]).toEqual(['purchasing', []]);
  });

  it.each([
    [89_999, 'provider_rejected', 'no'],
    [90_000, 'purchase_unknown', 'unknown'],
  ])(
    'knows what is owned only while the lease lasts, when the store cannot be told: after %i ms %s',
    async (elapsedMs, code, mayOwnNumber) => {
      const scene = createScene();
      const held = scene.hold(scene.operation());
      scene.time += elapsedMs;
      const refused = storeError('store_rejected');
      scene.before('failOperation', fail(refused));
      await expect(failOperation(scene.context, held, refusal)).rejects.toMatchObject({
        code,
        operationId: ID,
        mayOwnNumber,
        ...(code === 'purchase_unknown'
          ? { name: 'ProvisionPendingError', phoneNumber: PHONE_NUMBER, cause: refused }
          : {}),
      });
    },
  );

  it('tells the truth although the store cannot be told', async () => {
    const scene = createScene();
    const held = scene.hold(scene.operation());
    scene.before('failOperation', fail(storeError('store_rejected')));
    await expect(failOperation(scene.context, held, refusal)).rejects.toMatchObject({
      code: 'provider_rejected',
    });
  });

  it('puts a row off that cannot be read, and keeps nothing from the others', async () => {
    const scene = createScene();
    const held = scene.hold(scene.operation());
    const context = { ...scene.context, retryStore: broken };
    await expect(failOperation(context, held, refusal)).rejects.toThrow('oops');
  });
});

describe('leaveInDoubt', () => {
  const doubt = { message: 'Nobody knows.', cause: silence, isAbsent: true };

  it.each([
    [true, NOW + 5_000],
    [false, null],
  ])('leaves the operation to recovery; seen to be absent: %s', async (isAbsent, absentAt) => {
    const scene = createScene();
    const held = scene.hold(scene.operation());
    scene.time += 5_000;
    await expect(leaveInDoubt(scene.context, held, { ...doubt, isAbsent })).rejects.toMatchObject({
      name: 'ProvisionPendingError',
      code: 'purchase_unknown',
      message: expect.stringContaining(`${PHONE_NUMBER} was bought: Nobody knows.`) as string,
      cause: silence,
      operationId: ID,
      mayOwnNumber: 'unknown',
      phoneNumber: PHONE_NUMBER,
    });
    expect(row(scene)).toMatchObject({
      state: 'purchasing',
      ambiguous: true,
      absentAt,
      leaseOwner: null,
      lastError: 'Nobody knows.',
      nextCheckAt: NOW + 5_000 + RECHECK_MS,
    });
  });

  it('leaves alone what somebody else holds', async () => {
    const scene = createScene();
    const held = scene.hold(scene.operation());
    scene.operation({ token: 4 });
    await expect(leaveInDoubt(scene.context, held, doubt)).rejects.toBeInstanceOf(LeaseLostError);
    expect(row(scene)?.ambiguous).toBe(false);
  });

  it('says the same when the store cannot be told', async () => {
    const scene = createScene();
    const held = scene.hold(scene.operation());
    scene.before('deferOperation', fail(storeError('store_rejected')));
    await expect(leaveInDoubt(scene.context, held, doubt)).rejects.toMatchObject({
      code: 'purchase_unknown',
    });
  });

  it('passes on what is no error of a store', async () => {
    const scene = createScene();
    const held = scene.hold(scene.operation());
    const context = { ...scene.context, retryStore: broken };
    await expect(leaveInDoubt(context, held, doubt)).rejects.toThrow('oops');
  });
});

describe('recoverOperation, of a number that is owned', () => {
  function recover(
    policy: Partial<Policy>,
    idempotencyKey: string | null,
    number: Partial<OwnedNumber> = {},
  ) {
    const scene = createScene(policy);
    scene.provider.find = () => ownedNumber(number);
    return { scene, outcome: recoverOperation(scene.context, scene.operation({ idempotencyKey })) };
  }

  it.each([
    ['auto', 'key', 'adopted'],
    ['auto', null, 'pending'],
    ['adopt', 'key', 'adopted'],
    ['adopt', null, 'adopted'],
    ['release', 'key', 'pending'],
    ['release', null, 'pending'],
  ] as const)('with the policy %s and the key %s: %s', async (abandoned, key, expected) => {
    const { scene, outcome } = recover({ abandoned }, key);
    expect(await outcome).toBe(expected);
    expect(scene.tables.channels.get(ID)).toMatchObject({
      status: expected === 'adopted' ? 'active' : 'releasing',
      lastError:
        expected === 'adopted' ? null : (expect.stringContaining('ended by somebody else') as string),
      releaseAfter: expected === 'adopted' ? null : SETTLES_AT,
    });
    // Whoever held it before may have a request under way.
    expect(row(scene)?.ambiguous).toBe(true);
  });

  it('tells of a channel it made', async () => {
    const { scene, outcome } = recover({}, 'key');
    await outcome;
    expect(facts(scene)).toEqual([
      {
        name: 'operation-recovered',
        operationId: ID,
        channelId: ID,
        phoneNumber: PHONE_NUMBER,
        providerNumberId: 'PN1',
      },
    ]);
  });

  it('gives back what cannot carry the channel, although somebody could come back for it', async () => {
    const { scene, outcome } = recover({}, 'key', {
      capabilities: { voice: true, sms: false, mms: false },
    });
    expect(await outcome).toBe('pending');
    expect(scene.tables.channels.get(ID)).toMatchObject({
      status: 'releasing',
      lastError: expect.stringContaining('cannot carry') as string,
    });
  });

  it('gives back at once what has settled', async () => {
    const scene = createScene({ abandoned: 'release' });
    scene.provider.find = () => ownedNumber();
    scene.time = SETTLES_AT;
    expect(await recoverOperation(scene.context, scene.operation())).toBe('released');
    expect(scene.releases).toEqual(['PN1']);
  });

  it.each([
    ['store_rejected', 'refused'],
    ['store_unavailable', 'pending'],
  ] as const)('is put off when the store answers %s: %s', async (code, expected) => {
    const scene = createScene();
    scene.provider.find = () => ownedNumber();
    const failures = Array.from({ length: 60 }, () => fail(storeError(code)));
    scene.before('attachChannel', ...failures);
    scene.before('disposeNumber', ...failures);

    expect(await recoverOperation(scene.context, scene.operation())).toBe(expected);
    expect(scene.releases).toEqual([]);
    expect(row(scene)).toMatchObject({
      state: 'purchasing',
      attempts: 1,
      absentAt: null,
      leaseOwner: null,
      lastError: `The store said ${code}.`,
    });
  });

  it('passes on what is no error of a store', async () => {
    const scene = createScene();
    scene.provider.find = () => ownedNumber();
    const context = { ...scene.context, callStore: broken };
    expect(await recoverOperation(context, scene.operation())).toBe('refused');
    expect(row(scene)).toMatchObject({
      state: 'purchasing',
      lastError: 'The operation cannot be recovered: oops',
    });
  });

  it('ends the operation when the number is the channel of another', async () => {
    const scene = createScene();
    scene.provider.find = () => ownedNumber();
    await scene.context.callStore((store) =>
      store.recordReleasing(newChannel({ id: 'another' }), SETTLES_AT),
    );
    expect(await recoverOperation(scene.context, scene.operation())).toBe('failed');
    expect(row(scene)?.state).toBe('failed');
    expect(scene.releases).toEqual([]);
    expect(facts(scene)).toMatchObject([{ name: 'operation-failed', code: 'operation_abandoned' }]);
  });

  it('leaves it to whoever holds the operation now', async () => {
    const scene = createScene({ abandoned: 'release' });
    scene.provider.find = () => ownedNumber();
    const operation = scene.operation();
    scene.operation({ token: 4 });
    expect(await recoverOperation(scene.context, operation)).toBe('pending');
    expect(scene.tables.channels.size).toBe(0);
  });
});

describe('recoverOperation, of a row that cannot be read', () => {
  it('puts it off and says why, so that the others are looked at', async () => {
    const scene = createScene();
    scene.provider.find = () => ownedNumber();
    expect(await recoverOperation(scene.context, scene.operation({ request: 'no JSON' }))).toBe('refused');
    expect(row(scene)).toMatchObject({
      state: 'purchasing',
      absentAt: null,
      attempts: 1,
      lastError: expect.stringContaining('cannot be recovered') as string,
    });
    expect(scene.tables.channels.size).toBe(0);
  });

  it('leaves it until its lease is over when the store cannot be told', async () => {
    const scene = createScene();
    scene.provider.find = () => ownedNumber();
    scene.before('deferOperation', fail(storeError('store_rejected')));
    expect(await recoverOperation(scene.context, scene.operation({ request: 'no JSON' }))).toBe('refused');
    expect(row(scene)?.leaseOwner).toBe('me');
  });
});

describe('recoverOperation, of a number that somebody else bought', () => {
  function recover(readAt: number, meanwhile: (scene: Scene) => void = () => undefined) {
    const scene = createScene();
    scene.provider.find = () => ownedNumber({ reference: null });
    scene.time = readAt;
    const operation = scene.operation();
    meanwhile(scene);
    return { scene, outcome: recoverOperation(scene.context, operation) };
  }

  it('waits until nothing can land', async () => {
    const { scene, outcome } = recover(SETTLES_AT - 1);
    expect(await outcome).toBe('pending');
    expect(row(scene)).toMatchObject({
      state: 'purchasing',
      absentAt: null,
      ambiguous: true,
      nextCheckAt: SETTLES_AT,
      lastError: expect.stringContaining('did not buy it') as string,
    });
    expect(scene.events).toEqual([]);
  });

  it('then leaves the number alone, and tells of it', async () => {
    const { scene, outcome } = recover(SETTLES_AT);
    expect(await outcome).toBe('failed');
    expect(row(scene)).toMatchObject({ state: 'failed', claimedNumber: null });
    expect(facts(scene)).toMatchObject([
      { name: 'operation-failed', operationId: ID, phoneNumber: PHONE_NUMBER, code: 'operation_abandoned' },
      {
        name: 'number-quarantined',
        operationId: ID,
        phoneNumber: PHONE_NUMBER,
        message: expect.stringContaining('left alone') as string,
      },
    ]);
    expect([scene.tables.channels.size, scene.releases]).toEqual([0, []]);
  });

  it('tells of nothing when somebody else holds the operation', async () => {
    const { scene, outcome } = recover(SETTLES_AT, (met) => void met.operation({ token: 4 }));
    expect(await outcome).toBe('pending');
    expect(scene.events).toEqual([]);
  });

  it('is put off when the store does not answer', async () => {
    const { outcome } = recover(SETTLES_AT, (met) =>
      met.before('failOperation', fail(storeError('store_rejected'))),
    );
    expect(await outcome).toBe('pending');
  });
});

describe('recoverOperation, of a number that is not owned', () => {
  async function recover(readAt: number, absentAt: number | null, attempts = 0) {
    const scene = createScene();
    scene.time = readAt;
    const outcome = await recoverOperation(scene.context, scene.operation({ absentAt, attempts }));
    return { outcome, row: row(scene), events: facts(scene) };
  }

  it.each([
    ['the first time, too early', NOW + 60_000, null, NOW + 60_000 + RECHECK_MS],
    ['again, too early', SETTLES_AT - 1, NOW, SETTLES_AT],
    ['the first time', SETTLES_AT, null, SETTLES_AT + RECHECK_MS],
    ['again, too soon', SETTLES_AT, SETTLES_AT - RECHECK_MS + 1, SETTLES_AT + RECHECK_MS],
  ])('does not believe it: %s', async (_case, readAt, absentAt, nextCheckAt) => {
    const found = await recover(readAt, absentAt);
    expect(found.outcome).toBe('pending');
    expect(found.row).toMatchObject({
      state: 'purchasing',
      ambiguous: true,
      absentAt: absentAt ?? readAt,
      nextCheckAt,
      lastError: `The account does not own ${PHONE_NUMBER}.`,
    });
    expect(found.events).toEqual([]);
  });

  it.each([SETTLES_AT, SETTLES_AT + 1])(
    'looks again soon once nothing can land, however often it looked before',
    async (readAt) => {
      expect((await recover(readAt, null, 3)).row?.nextCheckAt).toBe(readAt + RECHECK_MS);
    },
  );

  it('looks ever more rarely while something may land', async () => {
    expect((await recover(NOW + 1, null, 3)).row?.nextCheckAt).toBe(NOW + 1 + 8 * RECHECK_MS);
  });

  it('believes it the second time, once nothing can land', async () => {
    const found = await recover(SETTLES_AT, SETTLES_AT - RECHECK_MS);
    expect(found.outcome).toBe('failed');
    expect(found.row).toMatchObject({ state: 'failed', claimedNumber: null });
    expect(found.events).toEqual([
      {
        name: 'operation-failed',
        operationId: ID,
        phoneNumber: PHONE_NUMBER,
        code: 'operation_abandoned',
        message: `The account does not own ${PHONE_NUMBER}.`,
      },
    ]);
  });

  it('concludes nothing when the provider cannot be asked', async () => {
    const scene = createScene({ attempts: 1 });
    scene.provider.find = fail(silence);
    scene.time = SETTLES_AT + 60_000;
    const operation = scene.operation({ absentAt: NOW, attempts: 2 });
    expect(await recoverOperation(scene.context, operation)).toBe('pending');
    expect(row(scene)).toMatchObject({
      state: 'purchasing',
      absentAt: NOW,
      attempts: 3,
      nextCheckAt: SETTLES_AT + 60_000 + 4 * RECHECK_MS,
      lastError: 'Nothing.',
    });
  });

  it('is not seen to be absent by a look that failed', async () => {
    const scene = createScene({ attempts: 1 });
    scene.provider.find = fail(silence);
    await recoverOperation(scene.context, scene.operation());
    expect(row(scene)?.absentAt).toBeNull();
  });
});
