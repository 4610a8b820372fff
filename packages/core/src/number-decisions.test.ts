import { describe, expect, it } from 'vitest';
import { decideNumber, followRecord, operationAbandoned } from './decide-number.js';
import { ProviderError } from './errors/provider-error.js';
import { giveBackNumber } from './give-back-number.js';
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

const HOUR = 60 * 60_000;
const lacking = new ProviderError({
  code: 'number_unavailable',
  outcome: 'rejected',
  message: 'It lacks something.',
});
const refusal = new ProviderError({ code: 'provider_rejected', outcome: 'rejected', message: 'No.' });
const silence = new ProviderError({ code: 'provider_unavailable', outcome: 'unknown', message: 'Nothing.' });

interface Given {
  readonly isAmbiguous?: boolean;
  readonly reason?: ProviderError | null;
}

function decide(scene: Scene, { isAmbiguous = false, reason = null }: Given = {}) {
  const operation = scene.tables.operations.has(ID) ? undefined : scene.operation();
  const held = scene.hold(operation ?? scene.operation(scene.tables.operations.get(ID)));
  return decideNumber(scene.context, { held, number: ownedNumber(), isAmbiguous }, newChannel(), reason);
}

/** Lets somebody else do something right before the decision is written. */
function meanwhile(scene: Scene, action: () => void): void {
  scene.before('attachChannel', action);
  scene.before('disposeNumber', action);
}

const changed = (scene: Scene, given: Parameters<Scene['operation']>[0]) => () => void scene.operation(given);
const facts = (scene: Scene) => scene.events.map(({ at: _at, ...event }) => event);

describe('decideNumber', () => {
  it.each([true, false])('makes a channel of a number, ambiguous or not: %s', async (isAmbiguous) => {
    const scene = createScene();
    // Nothing is left to be found out.
    const unavailable = fail(storeError('store_unavailable'));
    scene.before('findChannelByNumber', unavailable, unavailable, unavailable);
    expect(await decide(scene, { isAmbiguous })).toMatchObject({
      kind: 'active',
      channel: { id: ID, status: 'active', providerNumberId: 'PN1' },
    });
    expect(scene.tables.operations.get(ID)).toMatchObject({ state: 'succeeded', ambiguous: isAmbiguous });
    expect([scene.releases, scene.events]).toEqual([[], []]);
  });

  it('gives a number back at once when there is a reason', async () => {
    const scene = createScene();
    expect(await decide(scene, { reason: lacking })).toEqual({ kind: 'given_back', reason: lacking });
    expect(scene.tables.channels.get(ID)).toMatchObject({
      status: 'released',
      lastError: 'It lacks something.',
    });
    expect(scene.releases).toEqual(['PN1']);
    const number = { operationId: ID, phoneNumber: PHONE_NUMBER, providerNumberId: 'PN1' };
    expect(facts(scene)).toEqual([
      {
        name: 'compensation-started',
        ...number,
        code: 'number_unavailable',
        message: 'It lacks something.',
      },
      { name: 'number-released', ...number, channelId: ID },
    ]);
  });

  it('gives a number back when the store refuses its channel', async () => {
    const scene = createScene();
    const refused = storeError('store_rejected');
    scene.before('attachChannel', fail(refused));

    expect(await decide(scene)).toEqual({ kind: 'given_back', reason: refused });
    expect(scene.tables.channels.get(ID)?.status).toBe('released');
    expect(scene.tables.operations.get(ID)?.ambiguous).toBe(false);
  });

  it('waits with giving it back as long as an earlier request may land', async () => {
    const scene = createScene();
    scene.before('attachChannel', fail(storeError('store_rejected')));

    expect(await decide(scene, { isAmbiguous: true })).toMatchObject({
      kind: 'giving_back',
      record: { channel: { id: ID, status: 'releasing' }, releaseAfter: SETTLES_AT },
      reason: { code: 'store_rejected' },
    });
    expect(scene.releases).toEqual([]);
    expect(scene.tables.operations.get(ID)?.ambiguous).toBe(true);
  });

  it('decides nothing when the store cannot be reached', async () => {
    const scene = createScene();
    scene.before('attachChannel', ...Array.from({ length: 60 }, () => fail(storeError('store_unavailable'))));

    await expect(decide(scene)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(scene.tables.channels.size).toBe(0);
    expect(scene.tables.operations.get(ID)?.state).toBe('purchasing');
    expect(scene.releases).toEqual([]);
  });

  it('decides nothing when the store refuses both', async () => {
    const scene = createScene();
    scene.before('attachChannel', fail(storeError('store_rejected')));
    scene.before('disposeNumber', fail(storeError('store_rejected')));

    await expect(decide(scene)).rejects.toMatchObject({ code: 'store_rejected' });
    expect(scene.releases).toEqual([]);
  });

  it('takes over nothing that is no error of a store', async () => {
    const scene = createScene();
    const callStore = () => Promise.reject(new TypeError('oops'));
    const context = { ...scene.context, callStore };
    const held = scene.hold(scene.operation());
    const purchase = { held, number: ownedNumber(), isAmbiguous: false };

    await expect(decideNumber(context, purchase, newChannel(), null)).rejects.toThrow('oops');
  });

  it('finds the channel that it made before, when the answer was lost', async () => {
    const scene = createScene();
    await decide(scene);
    expect(
      await decideNumber(
        scene.context,
        {
          held: scene.hold(scene.operation({ state: 'succeeded' })),
          number: ownedNumber(),
          isAmbiguous: false,
        },
        newChannel(),
        null,
      ),
    ).toMatchObject({ kind: 'active' });
  });

  it('leaves it to whoever holds the operation now', async () => {
    const scene = createScene();
    meanwhile(scene, changed(scene, { token: 4 }));
    expect(await decide(scene, { reason: lacking })).toEqual({ kind: 'held_elsewhere' });
    expect([scene.tables.channels.size, scene.releases]).toEqual([0, []]);
  });

  it.each([null, lacking])('leaves alone what is the channel of another operation', async (reason) => {
    const scene = createScene();
    await scene.context.callStore((store) =>
      store.recordReleasing(newChannel({ id: 'another' }), SETTLES_AT),
    );
    const decision = await decide(scene, { reason });

    expect(decision).toMatchObject({
      kind: 'not_ours',
      error: { name: 'ProviderError', code: 'number_unavailable', outcome: 'rejected' },
    });
    expect('error' in decision && decision.error.message).toContain(PHONE_NUMBER);
    expect(scene.releases).toEqual([]);
  });

  it.each([
    ['has failed', { state: 'failed' }],
    ['has gone on to another number', { phoneNumber: '+14155550999' }],
  ] as const)('puts a number on record that nobody can claim: the operation %s', async (_case, given) => {
    const scene = createScene();
    const settlesAt = SETTLES_AT + 5_000;
    meanwhile(scene, changed(scene, { ...given, settlesAt }));

    const decision = await decide(scene);
    expect(decision).toMatchObject({
      kind: 'giving_back',
      record: { channel: { id: 'new-1', status: 'releasing' }, releaseAfter: settlesAt },
      reason: { code: 'operation_abandoned', operationId: ID },
    });
    expect(scene.releases).toEqual([]);
  });

  it('gives it back for the reason it had, with the settling it knew of, when the operation is gone', async () => {
    const scene = createScene();
    meanwhile(scene, () => void scene.tables.operations.delete(ID));

    expect(await decide(scene, { reason: lacking })).toMatchObject({
      kind: 'giving_back',
      record: { channel: { id: 'new-1' }, releaseAfter: SETTLES_AT },
      reason: lacking,
    });
  });

  it('looks again when somebody else puts the number on record first', async () => {
    const scene = createScene();
    meanwhile(scene, changed(scene, { state: 'failed' }));
    let isFirst = true;
    scene.before('getOperation', () => {
      if (!isFirst) return;
      isFirst = false;
      const { tables } = scene;
      void scene.context.callStore((store) =>
        store.recordReleasing(newChannel({ id: 'another' }), SETTLES_AT),
      );
      expect(tables.channels.size).toBe(1);
    });

    expect(await decide(scene)).toMatchObject({ kind: 'not_ours' });
    expect(scene.tables.channels.size).toBe(1);
  });

  it('follows what was decided about this very operation', async () => {
    const scene = createScene();
    const operation = scene.operation();
    meanwhile(scene, () => {
      void scene.context.callStore((store) => store.attachChannel(newChannel(), { ambiguous: false }));
    });
    const purchase = { held: scene.hold(operation), number: ownedNumber(), isAmbiguous: false };

    expect(await decideNumber(scene.context, purchase, newChannel(), lacking)).toMatchObject({
      kind: 'active',
    });
    expect(scene.releases).toEqual([]);
  });
});

describe('followRecord', () => {
  async function recordIn(scene: Scene, status: 'releasing' | 'released') {
    scene.operation();
    const { callStore } = scene.context;
    await callStore((store) => store.recordReleasing(newChannel(), NOW));
    if (status === 'released') await callStore((store) => store.completeRelease(ID));
    const record = await callStore((store) => store.getChannel(ID));
    if (record === null) throw new Error('There is no record.');
    return record;
  }

  it('goes on with giving back', async () => {
    const scene = createScene();
    const record = await recordIn(scene, 'releasing');
    expect(await followRecord(scene.context, record, null)).toMatchObject({
      kind: 'given_back',
      reason: { code: 'operation_abandoned' },
    });
    expect(scene.releases).toEqual(['PN1']);
  });

  it('says so when the provider does not take it', async () => {
    const scene = createScene();
    scene.provider.release = fail(refusal);
    const record = await recordIn(scene, 'releasing');
    expect(await followRecord(scene.context, record, lacking)).toEqual({
      kind: 'giving_back',
      record,
      reason: lacking,
    });
  });

  it('asks nobody when it was given back', async () => {
    const scene = createScene();
    const record = await recordIn(scene, 'released');
    expect(await followRecord(scene.context, record, lacking)).toEqual({
      kind: 'given_back',
      reason: lacking,
    });
    expect(scene.releases).toEqual([]);
  });
});

describe('operationAbandoned', () => {
  it('names the operation, and says that nothing is owned', () => {
    expect(operationAbandoned({ id: ID, phoneNumber: PHONE_NUMBER })).toMatchObject({
      code: 'operation_abandoned',
      operationId: ID,
      mayOwnNumber: 'no',
      message: `Operation ${ID} was ended by somebody else, and ${PHONE_NUMBER} was given back or never bought.`,
    });
  });
});

describe('giveBackNumber', () => {
  async function releasing(scene: Scene, releaseAfter = NOW, attempts = 0) {
    scene.operation();
    await scene.context.callStore((store) => store.recordReleasing(newChannel(), releaseAfter));
    const row = scene.tables.channels.get(ID);
    if (row !== undefined) scene.tables.channels.set(ID, { ...row, releaseAttempts: attempts });
    const record = await scene.context.callStore((store) => store.getChannel(ID));
    if (record === null) throw new Error('There is no record.');
    return record;
  }
  const about = { operationId: ID, channelId: ID, phoneNumber: PHONE_NUMBER, providerNumberId: 'PN1' };

  it('waits for its time', async () => {
    const scene = createScene();
    const record = await releasing(scene, NOW + 1);
    expect(await giveBackNumber(scene.context, record)).toEqual({ kind: 'too_early', record });
    expect(scene.releases).toEqual([]);
  });

  it.each([NOW, null])('gives back from that time on, or at once: %s', async (releaseAfter) => {
    const scene = createScene();
    const record = { ...(await releasing(scene)), releaseAfter };
    expect(await giveBackNumber(scene.context, record)).toMatchObject({
      kind: 'released',
      record: { channel: { status: 'released' } },
    });
    expect(scene.releases).toEqual(['PN1']);
    expect(facts(scene)).toEqual([{ name: 'number-released', ...about }]);
  });

  it.each([
    ['refused', refusal, 'provider_rejected', 'No.'],
    ['unanswered', silence, 'provider_unavailable', 'Nothing.'],
  ] as const)('is %s, and tries again later', async (kind, error, code, message) => {
    const scene = createScene({ recheckMs: 1_000, attempts: 1 });
    scene.provider.release = fail(error);
    const record = await releasing(scene, NOW, 2);

    expect(await giveBackNumber(scene.context, record)).toEqual({ kind, record, error });
    expect(scene.tables.channels.get(ID)).toMatchObject({
      status: 'releasing',
      releaseAttempts: 3,
      lastError: message,
      nextReleaseAt: NOW + 4_000,
    });
    expect(facts(scene)).toEqual([{ name: 'release-refused', ...about, code, message }]);
  });

  it.each([
    ['does not believe', NOW + 89_999, { settlesAt: NOW }, 'unanswered', 'releasing'],
    ['believes', NOW + 90_000, { settlesAt: NOW }, 'released', 'released'],
    [
      'does not believe, before the operation has settled,',
      NOW + 90_000,
      { settlesAt: NOW + 90_001 },
      'unanswered',
      'releasing',
    ],
    ['believes, where there is no operation,', NOW, null, 'released', 'released'],
  ] as const)(
    '%s that a number is gone while it may not show yet',
    async (_, readAt, operation, kind, status) => {
      const scene = createScene({ leaseMs: 80_000, settleMs: 10_000, deadlineMs: 1_000, recheckMs: 1_000 });
      scene.provider.release = () => 'gone';
      const record = { ...(await releasing(scene)), readAt };
      if (operation === null) scene.tables.operations.clear();
      else scene.operation(operation);

      const outcome = await giveBackNumber(scene.context, record);
      expect(outcome).toMatchObject({
        kind,
        ...(kind === 'released' ? {} : { error: { outcome: 'unknown' } }),
      });
      expect(scene.tables.channels.get(ID)?.status).toBe(status);
      expect(scene.releases).toEqual(['PN1']);
      if (kind === 'released') return;
      expect(scene.tables.channels.get(ID)).toMatchObject({ releaseAttempts: 1, nextReleaseAt: NOW + 1_000 });
      expect(facts(scene)).toMatchObject([{ name: 'release-refused', code: 'provider_unavailable' }]);
    },
  );

  it('does not wait for a vendor that shows at once what was bought', async () => {
    const scene = createScene();
    scene.provider.release = () => 'gone';
    const { provider } = scene.context;
    const context = {
      ...scene.context,
      provider: { ...provider, traits: { ...provider.traits, showsAtOnce: true } },
    };
    expect(await giveBackNumber(context, await releasing(scene))).toMatchObject({ kind: 'released' });
  });

  it('says that it is released when somebody else has given it back meanwhile', async () => {
    const scene = createScene();
    const record = await releasing(scene);
    scene.provider.release = () => 'gone';
    await scene.context.callStore((store) => store.completeRelease(ID));
    expect(await giveBackNumber(scene.context, record)).toMatchObject({
      kind: 'released',
      record: { channel: { status: 'released' } },
    });
    expect(scene.events).toEqual([]);
  });

  it('tries again once an hour at the least', async () => {
    const scene = createScene({ recheckMs: 1_000 });
    scene.provider.release = fail(refusal);
    await giveBackNumber(scene.context, await releasing(scene, NOW, 30));
    expect(scene.tables.channels.get(ID)?.nextReleaseAt).toBe(NOW + HOUR);
  });

  it('keeps to what the provider said when the store cannot note it', async () => {
    const scene = createScene();
    scene.provider.release = fail(refusal);
    scene.before('deferRelease', fail(storeError('store_rejected')));
    expect(await giveBackNumber(scene.context, await releasing(scene))).toMatchObject({ kind: 'refused' });
  });

  it('is unanswered when the store cannot be told that it is gone', async () => {
    const scene = createScene();
    const refused = storeError('store_rejected');
    scene.before('completeRelease', fail(refused));
    const record = await releasing(scene);
    expect(await giveBackNumber(scene.context, record)).toEqual({
      kind: 'unanswered',
      record,
      error: refused,
    });
    expect(scene.events).toEqual([]);
  });

  it('keeps the record it has when the row is gone', async () => {
    const scene = createScene();
    const record = await releasing(scene);
    scene.tables.channels.clear();
    expect(await giveBackNumber(scene.context, record)).toEqual({ kind: 'released', record });
  });

  it('passes on what is no error of a provider or of a store', async () => {
    const scene = createScene();
    const record = await releasing(scene);
    const broken = () => Promise.reject(new TypeError('oops'));
    const deaf = { ...scene.context, provider: { ...scene.context.provider, releaseNumber: broken } };
    const mute = { ...scene.context, retryStore: broken };

    await expect(giveBackNumber(deaf, record)).rejects.toThrow('oops');
    await expect(giveBackNumber(mute, record)).rejects.toThrow('oops');
    scene.provider.release = fail(refusal);
    await expect(giveBackNumber(mute, record)).rejects.toThrow('oops');
  });
});
