import type { Policy } from '@channelkit/core';
import type { SimulatorFault } from '@channelkit/twilio-simulator';
import type { Scene } from './scene.js';
import type { Gate, GatePoint, HoldableTable } from './worker-orders.js';

/**
 * Where the process is killed: at a gate; in the middle of a write that is then undone, or goes through without it; once the simulator has been
 * struck by so many faults of the row (the request is written, and no answer came); or after its call has ended.
 */
export type KillAt =
  | GatePoint
  | { readonly inside: HoldableTable; readonly then: 'undone' | 'committed' }
  | { readonly struck: number }
  | 'the end';

/** How a story may go on after the kill. */
export const ENDINGS = ['recovered', 'asked again', 'without a key'] as const;
/** One of {@link ENDINGS}. */
export type Ending = (typeof ENDINGS)[number];

/** What stands in the end: the channel made, or none, and how many numbers were paid for. */
export type Expectation = 'nothing' | 'bought, given back' | 'channel' | 'failed, then channel';

/** One row of the crash matrix. */
export interface CrashRow {
  /** As `protocol.md` names it. */
  readonly name: string;
  readonly faults?: readonly SimulatorFault[];
  readonly arrange?: (scene: Scene) => Promise<void>;
  readonly policy?: Partial<Policy>;
  readonly gates?: readonly Gate[];
  readonly killAt: KillAt;
  /** Which passing of the gate. Default 1. */
  readonly nth?: number;
  /** What the caller is told, where it lives to hear it: the code, and whether it may own a number. */
  readonly tells?: readonly [code: string, mayOwnNumber: string];
  /** What happens right after the kill. */
  readonly afterwards?: (scene: Scene) => Promise<void> | void;
  /** What happens after the first look of recovery, or of the caller who comes back. */
  readonly between?: (scene: Scene) => void;
  readonly expects: Readonly<Record<Ending, Expectation>>;
  /** Only where the database can do it. */
  readonly only?: 'postgres';
}

const expects = (recovered: Expectation, askedAgain: Expectation, withoutKey: Expectation) => ({
  recovered,
  'asked again': askedAgain,
  'without a key': withoutKey,
});
const NOTHING_WRITTEN = expects('nothing', 'channel', 'nothing');
const MAYBE_BOUGHT = NOTHING_WRITTEN;
const BOUGHT = expects('channel', 'channel', 'bought, given back');
const ATTACHED = expects('channel', 'channel', 'channel');
const GIVEN_BACK = expects('bought, given back', 'failed, then channel', 'bought, given back');

const purchase = { operation: 'purchase' } as const;
const refuseActive = (scene: Scene) => scene.database.refuse('active');
const refuseAny = (scene: Scene) => scene.database.refuse('any');
const accept = (scene: Scene) => scene.database.accept();
const land = ({ simulator }: Scene) => {
  if (simulator.landLate() === 0) throw new Error('Nothing was left to land.');
};
const noMoreFaults = ({ simulator }: Scene) => simulator.clearFaults();
/** Long enough for a busy machine to have sent the first purchase by then. */
const SHORT = { deadlineMs: 800 };

/** The crash points of provisioning. */
export const crashMatrix: readonly CrashRow[] = [
  { name: 'before P1', killAt: 'before searchNumbers', expects: NOTHING_WRITTEN },
  { name: 'W1 uncommitted', killAt: { inside: 'operations', then: 'undone' }, expects: NOTHING_WRITTEN },
  {
    name: 'W1 committed by a server whose client is dead',
    killAt: { inside: 'operations', then: 'committed' },
    expects: NOTHING_WRITTEN,
    only: 'postgres',
  },
  { name: 'W1 committed, acknowledgement lost', killAt: 'after beginOperation', expects: NOTHING_WRITTEN },
  {
    name: 'W1 committed, acknowledgement lost to a caller who lives',
    gates: [{ at: 'after beginOperation', action: 'unavailable' }],
    killAt: 'before purchaseNumber',
    expects: NOTHING_WRITTEN,
  },
  { name: 'after W1 before P2', killAt: 'before purchaseNumber', expects: NOTHING_WRITTEN },
  { name: 'after W1, the last check before P2 passed', killAt: 'after write', expects: NOTHING_WRITTEN },
  {
    name: 'P2 written, no answer: owned',
    faults: [{ ...purchase, kind: 'hang', when: 'after-effect' }],
    killAt: { struck: 1 },
    expects: BOUGHT,
  },
  {
    name: 'P2 written, no answer: not owned',
    faults: [{ ...purchase, kind: 'hang' }],
    killAt: { struck: 1 },
    expects: MAYBE_BOUGHT,
  },
  {
    name: 'P2 written, no answer: lands before anybody looks',
    faults: [{ ...purchase, kind: 'late', client: 'hang' }],
    killAt: { struck: 1 },
    afterwards: land,
    expects: BOUGHT,
  },
  {
    name: 'P2 written, no answer: lands after somebody looked',
    faults: [{ ...purchase, kind: 'late', client: 'hang' }],
    killAt: { struck: 1 },
    between: land,
    expects: BOUGHT,
  },
  { name: 'P2 answered, before W2', killAt: 'before attachChannel', expects: BOUGHT },
  ...(['cut', 'short', 'long'] as const).map((framing) => ({
    name: `201 with a truncated body (${framing})`,
    faults: [{ ...purchase, kind: 'truncated' as const, framing }],
    killAt: 'before findNumber' as const,
    expects: BOUGHT,
  })),
  { name: 'W2 uncommitted', killAt: { inside: 'channels', then: 'undone' }, expects: BOUGHT },
  {
    name: 'W2 committed by a server whose client is dead',
    killAt: { inside: 'channels', then: 'committed' },
    expects: ATTACHED,
    only: 'postgres',
  },
  { name: 'W2 committed, acknowledgement lost', killAt: 'after attachChannel', expects: ATTACHED },
  {
    name: 'W2 committed, acknowledgement lost to a caller who lives',
    gates: [{ at: 'after attachChannel', action: 'unavailable' }],
    killAt: 'the end',
    expects: ATTACHED,
  },
  {
    name: 'W2 committed, and the database then down for good',
    gates: [
      { at: 'after attachChannel', action: 'unavailable' },
      { at: 'before attachChannel', nth: 2, action: 'unavailable', times: 1000 },
    ],
    policy: SHORT,
    killAt: 'the end',
    tells: ['purchase_unknown', 'yes'],
    expects: ATTACHED,
  },
  {
    name: 'database down at W2',
    gates: [{ at: 'before attachChannel', action: 'unavailable', times: 1000 }],
    policy: SHORT,
    killAt: 'the end',
    tells: ['purchase_unknown', 'yes'],
    expects: BOUGHT,
  },
  {
    name: 'W2 refused',
    arrange: refuseActive,
    killAt: 'the end',
    tells: ['store_rejected', 'no'],
    afterwards: accept,
    expects: GIVEN_BACK,
  },
  {
    name: 'W2 refused by a unique key of the app',
    arrange: (scene) => scene.database.refuse('active', 'unique key'),
    killAt: 'the end',
    tells: ['store_rejected', 'no'],
    afterwards: accept,
    expects: GIVEN_BACK,
  },
  {
    name: 'W2 refused, killed before the dispose',
    arrange: refuseActive,
    killAt: 'before disposeNumber',
    afterwards: accept,
    expects: BOUGHT,
  },
  {
    name: 'dispose refused',
    arrange: refuseAny,
    killAt: 'the end',
    tells: ['purchase_unknown', 'yes'],
    afterwards: accept,
    expects: BOUGHT,
  },
  {
    name: 'dispose refused by a unique key of the app',
    arrange: (scene) => scene.database.refuse('any', 'unique key'),
    killAt: 'the end',
    tells: ['purchase_unknown', 'yes'],
    afterwards: accept,
    expects: BOUGHT,
  },
  {
    name: 'dispose committed, acknowledgement lost',
    arrange: refuseActive,
    killAt: 'after disposeNumber',
    afterwards: accept,
    expects: GIVEN_BACK,
  },
  {
    name: 'after releasing before the delete',
    arrange: refuseActive,
    killAt: 'before releaseNumber',
    afterwards: accept,
    expects: GIVEN_BACK,
  },
  {
    name: 'delete done, before it is noted',
    arrange: refuseActive,
    killAt: 'after releaseNumber',
    afterwards: accept,
    expects: GIVEN_BACK,
  },
  ...(['before-effect', 'after-effect'] as const).map((when) => ({
    name: `delete timed out (${when})`,
    arrange: refuseActive,
    faults: [{ operation: 'release' as const, kind: 'hang' as const, when }],
    policy: { callTimeoutMs: 1_500, attempts: 1 },
    killAt: 'the end' as const,
    tells: ['compensation_pending', 'yes'] as const,
    afterwards: accept,
    expects: GIVEN_BACK,
  })),
  {
    name: 'delete refused',
    arrange: refuseActive,
    faults: [{ operation: 'release', kind: 'status', status: 400, code: 20001, message: 'Not now.' }],
    killAt: 'the end',
    tells: ['compensation_pending', 'yes'],
    afterwards: accept,
    expects: GIVEN_BACK,
  },
  {
    name: '429 throughout',
    faults: [{ ...purchase, kind: 'status', status: 429, times: Infinity }],
    policy: SHORT,
    killAt: 'the end',
    // The last attempt may find that the deadline has just passed, and then that is the reason.
    tells: ['rate_limited or provider_unavailable', 'no'],
    afterwards: noMoreFaults,
    expects: NOTHING_WRITTEN,
  },
  {
    name: '429 throughout, killed before the third',
    faults: [{ ...purchase, kind: 'status', status: 429, times: Infinity }],
    killAt: 'before purchaseNumber',
    nth: 3,
    afterwards: noMoreFaults,
    expects: NOTHING_WRITTEN,
  },
  {
    name: '4xx first, before the next number is committed',
    faults: [{ ...purchase, kind: 'status', status: 400, code: 21422 }],
    killAt: 'before switchCandidate',
    expects: NOTHING_WRITTEN,
  },
  {
    name: '4xx first, before the next number is bought',
    faults: [{ ...purchase, kind: 'status', status: 400, code: 21422 }],
    killAt: 'before purchaseNumber',
    nth: 2,
    expects: NOTHING_WRITTEN,
  },
  {
    name: '4xx first, the next number bought',
    faults: [{ ...purchase, kind: 'status', status: 400, code: 21422 }],
    killAt: 'before attachChannel',
    expects: BOUGHT,
  },
  {
    name: '4xx after ambiguous',
    faults: [
      { ...purchase, kind: 'late', client: 'reset' },
      { ...purchase, kind: 'status', status: 400, code: 21422, times: Infinity },
    ],
    policy: SHORT,
    killAt: 'the end',
    tells: ['purchase_unknown', 'unknown'],
    afterwards: (scene) => {
      noMoreFaults(scene);
      land(scene);
    },
    expects: BOUGHT,
  },
  {
    name: '4xx after ambiguous, killed before the next look',
    faults: [
      { ...purchase, kind: 'late', client: 'reset' },
      { ...purchase, kind: 'status', status: 400, code: 21422 },
    ],
    killAt: 'before findNumber',
    nth: 2,
    between: land,
    expects: BOUGHT,
  },
];
