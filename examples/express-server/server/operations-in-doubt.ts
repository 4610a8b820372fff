import type { ChannelEvent, EventName, RecoveryResult } from '@channelkit/core';

/** Which operations have an outcome that nobody knows yet, as far as this process was told. */
export interface OperationsInDoubt {
  onEvent(event: ChannelEvent): void;
  onRecoveryPass(result: RecoveryResult): void;
  count(): number;
}

/** An operation is no longer in doubt once one of these is told of it. */
const ENDINGS: readonly EventName[] = [
  'channel-activated',
  'operation-failed',
  'operation-recovered',
  'number-quarantined',
  'number-released',
];

/** Creates the list that `GET /api/health` counts. */
export function createOperationsInDoubt(): OperationsInDoubt {
  const ids = new Set<string>();
  return {
    onEvent: ({ name, operationId }) => {
      if (operationId === null) return;
      if (name === 'purchase-unknown') ids.add(operationId);
      if (ENDINGS.includes(name)) ids.delete(operationId);
    },
    onRecoveryPass: ({ ids: { adopted, released, failed, pending, refused } }) => {
      for (const id of [...pending, ...refused]) ids.add(id);
      for (const id of [...adopted, ...released, ...failed]) ids.delete(id);
    },
    count: () => ids.size,
  };
}
