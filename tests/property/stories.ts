import type { ErrorCode } from '@channelkit/core';
import type { Plan } from '../nth-call/failing-process.js';

/** How a provisioning ends that goes wrong in one of the named ways, and what it leaves. */
export interface Ending {
  /** The code of the error; `null` when it resolves to a channel; `crashed` when its process dies. */
  readonly answer: ErrorCode | 'crashed' | null;
  readonly leaves: 'nothing' | 'active' | 'releasing' | 'released' | 'owned doubt' | 'absent doubt';
  readonly isAmbiguous?: boolean;
}

/** A way in which a provisioning can go wrong. */
export interface Story {
  readonly byName: NonNullable<Plan['byName']>;
  /** For a key that is free, with numbers enough. */
  readonly fresh: Ending;
  /** For an operation left behind, by whether it owns its number; without these it goes on to a channel. */
  readonly ifOwned?: Ending;
  readonly ifAbsent?: Ending;
  /** The number cannot be given back yet while a purchase may still land. */
  readonly givesBack?: boolean;
}

const ACTIVE: Ending = { answer: null, leaves: 'active' };
const AMBIGUOUS: Ending = { ...ACTIVE, isAmbiguous: true };
const nothing = (answer: Ending['answer']): Ending => ({ answer, leaves: 'nothing' });
const CRASHED_ABSENT: Ending = { answer: 'crashed', leaves: 'absent doubt' };
const CRASHED_OWNED: Ending = { answer: 'crashed', leaves: 'owned doubt' };
const CRASHED_ACTIVE: Ending = { answer: 'crashed', leaves: 'active' };
const UNDECIDED: Ending = { answer: 'purchase_unknown', leaves: 'owned doubt' };

/** The ways in which a provisioning goes wrong, or does not. */
export const STORIES = {
  calm: { byName: {}, fresh: ACTIVE },
  'search refused': {
    byName: { searchNumbers: ['rejected authentication_failed'] },
    fresh: nothing('authentication_failed'),
  },
  'search unanswered once': { byName: { searchNumbers: ['unknown before'] }, fresh: ACTIVE },
  'record refused': { byName: { beginOperation: ['rejected'] }, fresh: nothing('store_rejected') },
  'store away': {
    byName: { beginOperation: ['unavailable', 'unavailable', 'unavailable'] },
    fresh: nothing('store_unavailable'),
  },
  'record unacknowledged': { byName: { beginOperation: ['unknown after'] }, fresh: ACTIVE },
  'purchase refused': {
    byName: { purchaseNumber: ['rejected account_restricted'] },
    fresh: nothing('account_restricted'),
  },
  'purchase throttled': { byName: { purchaseNumber: ['throttled'] }, fresh: ACTIVE },
  'purchase lost': { byName: { purchaseNumber: ['unknown before'] }, fresh: AMBIGUOUS },
  'purchase unanswered': { byName: { purchaseNumber: ['unknown after'] }, fresh: AMBIGUOUS },
  'channel unacknowledged': { byName: { attachChannel: ['unknown after'] }, fresh: ACTIVE },
  'channel refused': {
    byName: { attachChannel: ['rejected'] },
    fresh: { answer: 'store_rejected', leaves: 'released' },
    givesBack: true,
  },
  'channel and delete refused': {
    byName: { attachChannel: ['rejected'], releaseNumber: ['rejected provider_rejected'] },
    fresh: { answer: 'compensation_pending', leaves: 'releasing' },
    givesBack: true,
  },
  'channel and undoing refused': {
    byName: { attachChannel: ['rejected'], disposeNumber: ['rejected'] },
    fresh: UNDECIDED,
    ifOwned: UNDECIDED,
    ifAbsent: UNDECIDED,
  },
  'dies before the record': { byName: { beginOperation: ['crash before'] }, fresh: nothing('crashed') },
  'dies after the record': { byName: { beginOperation: ['crash after'] }, fresh: CRASHED_ABSENT },
  'dies before the purchase': {
    byName: { purchaseNumber: ['crash before'] },
    fresh: CRASHED_ABSENT,
    ifAbsent: CRASHED_ABSENT,
  },
  'dies after the purchase': {
    byName: { purchaseNumber: ['crash after'] },
    fresh: CRASHED_OWNED,
    ifAbsent: CRASHED_OWNED,
  },
  'dies after the channel': {
    byName: { attachChannel: ['crash after'] },
    fresh: CRASHED_ACTIVE,
    ifOwned: CRASHED_ACTIVE,
    ifAbsent: CRASHED_ACTIVE,
  },
} as const satisfies Readonly<Record<string, Story>>;

/** The name of a way in which a provisioning goes wrong. */
export type StoryName = keyof typeof STORIES;

/** Predicts the ending of a story for an operation that was left behind: everything about it is ambiguous. */
export function endingOfTakeOver(story: Story, isOwned: boolean, isSettled: boolean): Ending {
  // What it buys itself may not show yet, and is given back later.
  if (story.givesBack === true)
    return {
      ...(isSettled && isOwned ? story.fresh : { answer: 'compensation_pending', leaves: 'releasing' }),
      isAmbiguous: true,
    };
  const ending = (isOwned ? story.ifOwned : story.ifAbsent) ?? ACTIVE;
  return { ...ending, isAmbiguous: true };
}
