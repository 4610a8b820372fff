import type { ChannelStore, RecoveryResult } from '@channelkit/core';

/** What this process knows to be open: purchases with an unknown outcome, and numbers that are not taken back yet. */
export interface OperationsInDoubt {
  /** Notes an operation, or the channel of a release, whose call ended without an outcome. */
  note(id: string): void;
  /** Drops what a later call has brought to its end. */
  drop(id: string): void;
  /** Adds what a pass left open, and drops what has ended meanwhile, whichever process ended it. */
  onRecoveryPass(result: RecoveryResult): Promise<void>;
  count(): number;
}

/** Creates the list that `GET /api/health` counts. */
export function createOperationsInDoubt(
  store: Pick<ChannelStore, 'getOperation' | 'getChannel'>,
): OperationsInDoubt {
  const ids = new Set<string>();
  const isOpen = async (id: string) => {
    if ((await store.getOperation(id))?.state === 'purchasing') return true;
    return (await store.getChannel(id))?.channel.status === 'releasing';
  };
  return {
    note: (id) => void ids.add(id),
    drop: (id) => void ids.delete(id),
    onRecoveryPass: async ({ ids: { pending, refused } }) => {
      for (const id of [...pending, ...refused]) ids.add(id);
      for (const id of [...ids]) {
        if (!(await isOpen(id))) ids.delete(id);
      }
    },
    count: () => ids.size,
  };
}
