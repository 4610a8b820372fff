import type { Random } from './random.js';

/** Everything that can go wrong in a history; each seed has a random subset of it. */
export const FAULTS = [
  'crash',
  'pause',
  'pause-until-landing',
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
  'store-outage',
  'freeze',
  'store-answer-lost',
  'store-late',
  'store-hangs',
  'number-sold-to-stranger',
  'foreign-number',
  'number-bought-by-hand',
  'other-account',
  'clock-jump',
  'suspend',
  'provider-slow',
  'provider-hangs',
  'purchase-delivered-twice',
  'release-stale',
  'database-clock-jump',
] as const;
/** One of {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number];

/** Which faults a history has, and when one of them strikes. */
export interface Faults {
  /** Whether this fault strikes now. */
  strikes(fault: Fault, probability: number): boolean;
  /** Whether this fault is to strike; whoever carries it out says so. */
  plans(fault: Fault, probability: number): boolean;
  /** A fault that was planned has struck. */
  struck(fault: Fault): void;
  isOn(fault: Fault): boolean;
  /** Nothing goes wrong any more. */
  stop(): void;
  haveStopped(): boolean;
}

/** They are there throughout, and strike at no one moment. */
const STANDING: readonly Fault[] = ['clock-skew', 'foreign-number', 'other-account'];

/** The protocol assumes that it does not happen, so only the histories that break A1 have it. */
export const AGAINST_ASSUMPTIONS: readonly Fault[] = ['database-clock-jump'];

/** What matters when several callers fight for one key: who is late, and what the vendor says meanwhile. */
const DUEL: readonly Fault[] = [
  'pause',
  'pause-until-landing',
  'crash',
  'purchase-not-sent',
  'purchase-throttled',
  'purchase-refused',
  'purchase-answer-lost',
  'purchase-late',
  'look-up-stale',
  'number-sold-to-stranger',
  'store-unreachable',
  'store-outage',
  'freeze',
  'store-answer-lost',
  'store-late',
  'clock-jump',
  'suspend',
  'provider-slow',
  'provider-hangs',
  'purchase-delivered-twice',
];

/** Draws the faults of a history: from all of them, or from those of a duel. */
export function drawFaults(random: Random, isDuel: boolean, reach: (point: string) => void): Faults {
  const share = random.pick(isDuel ? [0.4, 0.7, 1] : [0.1, 0.3, 0.6, 1]);
  const chosen = new Set((isDuel ? DUEL : FAULTS).filter(() => random.chance(share)));
  // A machine that sleeps while its wall clock is set back has no clock left that tells.
  if (chosen.has('clock-jump')) chosen.delete(random.pick(['clock-jump', 'suspend']));
  for (const fault of STANDING) if (chosen.has(fault)) reach(`fault: ${fault}`);
  let isStopped = false;
  const plans = (fault: Fault, probability: number) =>
    !isStopped && chosen.has(fault) && random.chance(probability);
  const struck = (fault: Fault) => reach(`fault: ${fault}`);
  return {
    plans,
    struck,
    strikes: (fault, probability) => {
      const isStriking = plans(fault, probability);
      if (isStriking) struck(fault);
      return isStriking;
    },
    isOn: (fault) => !isStopped && chosen.has(fault),
    stop: () => {
      isStopped = true;
    },
    haveStopped: () => isStopped,
  };
}
