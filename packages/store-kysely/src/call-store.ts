import { ChannelError, StoreError } from '@channelkit/core';
import type { StoreDialect } from './store-dialect.js';

/** How often a statement is made that the database undoes because of another one beside it. */
const MAX_TRIES = 5;

/** Which time a call is being made: the first, or again because the answer to the first was lost. */
export type Turn = 'first' | 'repeat';

/** Makes the calls of a store, and lets nothing but errors of this SDK out. */
export interface StoreCalls {
  /** Makes a call that says something else the second time: a lost answer is an error. */
  once<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Makes a call whose lost answer can be had by making it once more, on another connection. */
  repeatable<Result>(work: (turn: Turn) => Promise<Result>): Promise<Result>;
  /** Makes the last call: every one after it is refused. */
  last(work: () => Promise<void>): Promise<void>;
}

/** Creates the ways to make a call. */
export function createStoreCalls(dialect: StoreDialect): StoreCalls {
  let isClosed = false;
  return {
    async once(work) {
      if (isClosed) throw closed();
      const answer = await attempt(dialect, work);
      if (answer.error !== null) throw answer.error;
      return answer.result;
    },
    async repeatable(work) {
      if (isClosed) throw closed();
      const answer = await attempt(dialect, () => work('first'));
      if (answer.error === null) return answer.result;
      if (!answer.isAnswerLost) throw answer.error;
      const second = await attempt(dialect, () => work('repeat'));
      if (second.error !== null) throw second.error;
      return second.result;
    },
    async last(work) {
      if (isClosed) return;
      isClosed = true;
      const answer = await attempt(dialect, work);
      if (answer.error !== null) throw answer.error;
    },
  };
}

function closed(): StoreError {
  return new StoreError({ code: 'store_unavailable', message: 'The store is closed.' });
}

type Answer<Result> =
  | { readonly error: null; readonly result: Result }
  | { readonly error: ChannelError; readonly isAnswerLost: boolean };

/** Makes a call, again as long as the database has certainly undone it for the sake of another one. */
async function attempt<Result>(dialect: StoreDialect, work: () => Promise<Result>): Promise<Answer<Result>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return { error: null, result: await work() };
    } catch (error) {
      if (ChannelError.isInstance(error)) return { error, isAnswerLost: false };
      const failure = dialect.translate(error);
      if (!failure.isConflict || tries === MAX_TRIES) return failure;
    }
  }
}
