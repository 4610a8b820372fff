import assert from 'node:assert/strict';
import type { ChannelStore, OperationGuard } from '../../channel-store.js';
import type { ContractCase } from '../run-contract.js';
import {
  assertClaimed,
  attach,
  begin,
  certain,
  idOf,
  newChannel,
  operationOf,
  phoneNumberOf,
  recordOf,
  takeOver,
} from './fixtures.js';
import type { StoreSubject } from './store-subject.js';

/** A write to the first operation that is guarded by the token. */
interface GuardedWrite {
  readonly verb: string;
  /** Resolves to whether the guard held. */
  readonly write: (store: ChannelStore, guard: OperationGuard) => Promise<boolean>;
}

const guardedWrites: readonly GuardedWrite[] = [
  {
    verb: 'switchCandidate',
    write: async (store, guard) =>
      (await store.switchCandidate(guard, {
        from: phoneNumberOf(1),
        phoneNumber: phoneNumberOf(5),
        vendorDate: 5,
      })) !== 'lost',
  },
  { verb: 'setSettlesAt', write: (store, guard) => store.setSettlesAt(guard, 5_000_000_000_000) },
  {
    verb: 'disposeNumber',
    write: async (store, guard) =>
      (await store.disposeNumber(guard, newChannel(1), certain)).outcome !== 'lost',
  },
  { verb: 'failOperation', write: (store, guard) => store.failOperation(guard, 'refused') },
  {
    verb: 'deferOperation',
    write: (store, guard) =>
      store.deferOperation(guard, {
        ambiguous: true,
        absent: true,
        readAt: 0,
        delayMs: 5,
        error: 'no answer',
      }),
  },
];

/** What the guard of every write but attach promises. */
export const guardCases: readonly ContractCase<StoreSubject>[] = guardedWrites.flatMap(guardCasesOf);

function guardCasesOf({ verb, write }: GuardedWrite): ContractCase<StoreSubject>[] {
  return [
    {
      name: `${verb} holds for the newest token`,
      async check({ store }) {
        const { token } = await begin(store, 1);
        assert.equal(await write(store, { id: idOf(1), token }), true);
      },
    },
    {
      name: `${verb} with the token of a holder before changes nothing`,
      async check({ store, advanceTime }) {
        const { token } = await begin(store, 1);
        await takeOver({ store, advanceTime }, 1);
        await assertChangesNothing(store, () => write(store, { id: idOf(1), token }));
        assert.equal(await store.getChannel(idOf(1)), null);
        await assertClaimed(store, 1, true);
      },
    },
    {
      name: `${verb} with a token that nobody was given changes nothing`,
      async check({ store }) {
        const { token } = await begin(store, 1);
        await assertChangesNothing(store, () => write(store, { id: idOf(1), token: token + 1 }));
        assert.equal(await store.getChannel(idOf(1)), null);
        await assertClaimed(store, 1, true);
        await assertClaimed(store, 5, false);
      },
    },
    {
      name: `${verb} changes nothing when the operation has failed`,
      async check(subject) {
        const { store } = subject;
        const { token } = await begin(store, 1);
        await takeOver(subject, 1);
        await store.failOperation({ id: idOf(1), token: token + 1 }, 'refused before');
        await assertChangesNothing(store, () => write(store, { id: idOf(1), token }));
        assert.equal(await store.getChannel(idOf(1)), null);
        await assertClaimed(store, 1, false);
      },
    },
    {
      name: `${verb} changes nothing when the operation has its channel`,
      async check({ store }) {
        await attach(store, 1);
        const before = await recordOf(store, 1);
        await assertChangesNothing(store, () => write(store, { id: idOf(1), token: 1 }));
        assert.deepEqual(await recordOf(store, 1), before);
        await assertClaimed(store, 1, true);
      },
    },
    {
      name: `${verb} is lost on an operation that is not on record`,
      async check({ store }) {
        assert.equal(await write(store, { id: idOf(1), token: 1 }), false);
        assert.equal(await store.getOperation(idOf(1)), null);
        assert.equal(await store.getChannel(idOf(1)), null);
      },
    },
  ];
}

async function assertChangesNothing(store: ChannelStore, write: () => Promise<boolean>): Promise<void> {
  const before = await operationOf(store, 1);
  assert.equal(await write(), false);
  assert.deepEqual(await operationOf(store, 1), before);
}
