import { ChannelError, type ChannelEvent } from '@channelkit/core';
import type { Outcome } from './worker-orders.js';

/**
 * Runs a call of the SDK, and resolves to what came of it; never rejects. What the SDK tells of it goes to `onEvent`, so that
 * an error which names no operation still counts for the one that its call had begun.
 */
export async function outcomeOf(
  run: (onEvent: (event: ChannelEvent) => void) => Promise<Outcome>,
): Promise<Outcome> {
  const begun: (string | null)[] = [];
  try {
    return await run(({ name, operationId }) => {
      if (name === 'operation-started') begun.push(operationId);
    });
  } catch (error) {
    if (ChannelError.isInstance(error)) {
      const { code, mayOwnNumber, message } = error;
      return {
        kind: 'error',
        code,
        mayOwnNumber,
        operationId: error.operationId ?? begun.at(-1) ?? null,
        message,
      };
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'error', code: 'bug', mayOwnNumber: 'unknown', operationId: null, message };
  }
}
