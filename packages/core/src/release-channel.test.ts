import { describe, expect, it } from 'vitest';
import type { ChannelStore } from './channel-store.js';
import { InvalidInputError } from './errors/invalid-input-error.js';
import { ProviderError } from './errors/provider-error.js';
import type { OwnedNumber, OwnedNumberQuery } from './number-provider.js';
import { createScene, ID, newChannel, ownedNumber, type Scene, stubProvider } from './protocol-fixture.js';
import { releaseChannel, type ReleaseChannelOptions } from './release-channel.js';
import { createMemoryStoreOn } from './testing/memory-store.js';
import type { ChannelRow } from './testing/memory-store/tables.js';

const refusal = new ProviderError({ code: 'provider_rejected', outcome: 'rejected', message: 'No.' });

/** Releases a channel that stands in the table like this; `account` of `stub` says what it owns. */
async function release(
  given: Partial<ChannelRow>,
  find: () => OwnedNumber | null = () => ownedNumber(),
  { verbs, ...options }: Partial<ReleaseChannelOptions> & { verbs?: Partial<ChannelStore> } = {},
) {
  const scene = createScene();
  const row = await writeChannel(scene, given);
  const looks: OwnedNumberQuery[] = [];
  const releases: string[] = [];
  const provider = stubProvider({
    findNumber: async (query) => {
      looks.push(query);
      return Promise.resolve().then(find);
    },
    releaseNumber: (id) => {
      releases.push(id);
      return Promise.resolve('released');
    },
  });
  const store = { ...createMemoryStoreOn(scene.tables), ...verbs };
  const { runtime } = scene.context;
  const answer: unknown = await releaseChannel({ provider, store, runtime, id: ID, ...options }).catch(
    (error: unknown) => error,
  );
  return { answer, looks, releases, before: row, after: scene.tables.channels.get(ID) };
}

async function writeChannel(scene: Scene, given: Partial<ChannelRow>): Promise<ChannelRow> {
  scene.operation();
  await scene.context.callStore((store) => store.attachChannel(newChannel(), { ambiguous: false }));
  const row = scene.tables.channels.get(ID);
  if (row === undefined) throw new Error('There is no row.');
  const changed = { ...row, ...given };
  scene.tables.channels.set(ID, changed);
  return changed;
}

describe('releaseChannel', () => {
  it('gives back the number of a channel of its own account, and does not look first', async () => {
    const { answer, looks, releases } = await release({});
    expect(answer).toMatchObject({ id: ID, status: 'released' });
    expect([looks, releases]).toEqual([[], ['PN1']]);
  });

  it('answers with a channel that is released already, and asks and changes nothing', async () => {
    const { answer, looks, releases, before, after } = await release({ status: 'released' });
    expect(answer).toMatchObject({ id: ID, status: 'released' });
    expect([looks, releases]).toEqual([[], []]);
    expect(after).toBe(before);
  });

  it('changes nothing for a caller who has left', async () => {
    const { answer, releases, before, after } = await release({}, undefined, { signal: AbortSignal.abort() });
    expect(answer).toMatchObject({ code: 'aborted', mayOwnNumber: 'no' });
    expect(releases).toEqual([]);
    expect(after).toBe(before);
  });

  it('gives nothing back when no release could be written down, the row being gone by then', async () => {
    const verbs = { startRelease: () => Promise.resolve(null) };
    const { answer, releases } = await release({}, undefined, { verbs });
    expect(answer).toMatchObject({ code: 'channel_not_found', mayOwnNumber: 'no' });
    expect(releases).toEqual([]);
  });

  it.each([
    ['empty', ''],
    ['none', undefined],
    ['a number', 5],
  ])('refuses an id that is %s', async (_case, id) => {
    const { answer, before, after } = await release({}, undefined, { id } as never);
    expect(answer).toMatchObject({ code: 'invalid_input', issues: [{ path: 'id' }] });
    expect(after).toBe(before);
  });

  it('tells all that is wrong with its options', async () => {
    const { answer } = await release({}, undefined, { provider: {}, store: null, id: '' } as never);
    expect(answer).toMatchObject({ issues: [{ path: 'provider' }, { path: 'store' }, { path: 'id' }] });
  });

  it.each([
    ['another account', { accountId: 'another' }, 'stub account another'],
    ['another provider', { provider: 'other' }, 'other account account'],
    ['another provider, of unknown account', { provider: 'other', accountId: null }, '(unknown)'],
  ])('refuses a channel of %s, and asks and changes nothing', async (_case, given, whose) => {
    const { answer, looks, releases, before, after } = await release(given);
    expect(answer).toBeInstanceOf(InvalidInputError);
    expect(answer).toMatchObject({
      issues: [{ path: 'id', message: expect.stringContaining(whose) as string }],
    });
    expect([looks, releases]).toEqual([[], []]);
    expect(after).toBe(before);
  });
});

describe('releaseChannel, of a row that does not say whose it is', () => {
  it('refuses it when the account does not own the number', async () => {
    const { answer, looks, releases, before, after } = await release({ accountId: null }, () => null);
    expect(answer).toBeInstanceOf(InvalidInputError);
    expect([looks, releases]).toEqual([[{ providerNumberId: 'PN1' }], []]);
    expect(after).toBe(before);
  });

  it('changes nothing when the provider does not say', async () => {
    const { answer, releases, before, after } = await release({ accountId: null }, () => {
      throw refusal;
    });
    expect(answer).toMatchObject({ name: 'ProviderError', code: 'provider_rejected' });
    expect(releases).toEqual([]);
    expect(after).toBe(before);
  });

  it('writes the account down and gives the number back when the account owns it', async () => {
    const { answer, looks, releases, after } = await release({ accountId: null });
    expect(answer).toMatchObject({ status: 'released' });
    expect([looks, releases]).toEqual([[{ providerNumberId: 'PN1' }], ['PN1']]);
    expect(after?.accountId).toBe('account');
  });
});
