import type { Random } from './random.js';

/** Everything that can go wrong in a history; each seed has a random subset of it. */
export const FAULTS = [
  'crash',
  'pause',
  'abort',
  'clock-skew',
  'purchase-not-sent',
  'purchase-throttled',
  'purchase-refused',
  'purchase-request-lost',
  'purchase-answer-lost',
  'purchase-late',
  'purchase-lacks-capability',
  'look-up-fails',
  'look-up-stale',
  'search-stale',
  'search-fails',
  'release-refused',
  'release-request-lost',
  'release-answer-lost',
  'store-refuses',
  'store-unreachable',
  'store-answer-lost',
  'store-late',
  'store-hangs',
  'number-sold-to-stranger',
  'foreign-number',
  'number-bought-by-hand',
  'other-account',
] as const;
/**
 * What came later: drawn from a stream of its own, in half of the histories, so that a seed from before keeps its history where it
 * has none of these.
 */
export const LATER_FAULTS = ['clock-jump', 'suspend', 'provider-slow', 'provider-hangs'] as const;
/** One of {@link FAULTS} or {@link LATER_FAULTS}. */
export type Fault = (typeof FAULTS)[number] | (typeof LATER_FAULTS)[number];

/** Which faults a history has, and when one of them strikes. */
export interface Faults {
  /** Whether this fault strikes now. */
  strikes(fault: Fault, probability: number): boolean;
  isOn(fault: Fault): boolean;
  /** Choices about {@link LATER_FAULTS}. */
  readonly later: Random;
  /** Nothing goes wrong any more. */
  stop(): void;
}

/** What matters when several callers fight for one key: who is late, and what the vendor says meanwhile. */
const DUEL: readonly Fault[] = [
  'pause',
  'crash',
  'purchase-not-sent',
  'purchase-throttled',
  'purchase-refused',
  'purchase-answer-lost',
  'purchase-late',
  'look-up-stale',
  'number-sold-to-stranger',
];

/** A store that loses answers, too, decides who is late. */
const LATER_IN_A_DUEL: readonly Fault[] = ['store-answer-lost', 'store-unreachable', 'store-late'];

/** The faults of a history are drawn from all of them, or from those of a duel. */
export interface FaultDraw {
  readonly random: Random;
  readonly later: Random;
  readonly isDuel: boolean;
  readonly reach: (point: string) => void;
}

/** Draws the faults of a history. */
export function drawFaults({ random, later, isDuel, reach }: FaultDraw): Faults {
  const share = random.pick(isDuel ? [0.6, 1] : [0.1, 0.3, 0.6, 1]);
  const chosen = new Set<Fault>((isDuel ? DUEL : FAULTS).filter(() => random.chance(share)));
  const more: readonly Fault[] = isDuel ? [...LATER_FAULTS, ...LATER_IN_A_DUEL] : LATER_FAULTS;
  const chosenLater = new Set(later.chance(0.5) ? more.filter(() => later.chance(0.6)) : []);
  // A machine that sleeps while its wall clock is set back has no clock left that tells.
  if (chosenLater.has('clock-jump')) chosenLater.delete('suspend');
  return {
    later,
    strikes: (fault, probability) => {
      const isChosen = chosen.has(fault) && random.chance(probability);
      const isChosenLater = chosenLater.has(fault) && later.chance(probability);
      if (isChosen || isChosenLater) reach(`fault: ${fault}`);
      return isChosen || isChosenLater;
    },
    isOn: (fault) => chosen.has(fault) || chosenLater.has(fault),
    stop: () => {
      chosen.clear();
      chosenLater.clear();
    },
  };
}
