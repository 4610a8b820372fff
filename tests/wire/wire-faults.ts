import type { FaultAction } from '@channelkit/twilio-simulator';

/** When the effect of a request that got no answer happens; never later than a purchase may land. */
export const LANDINGS = ['before the next request', 'after a look-up', 'at the end'] as const;
/** One of {@link LANDINGS}. */
export type Landing = (typeof LANDINGS)[number];

/** One way in which the wire fails. */
export interface WireFault {
  readonly name: string;
  readonly action: FaultAction;
  /** Whether the client is left without an answer, so that only the clock can end its call. */
  readonly isSilent?: boolean;
  readonly landing?: Landing;
}

/** Slower than a local answer, and still in time: nobody moves the clock meanwhile. */
const SLOW_MS = 3;
/** The clock does not wait for it: the client has given up when the answer comes. */
const TOO_SLOW_MS = 15;
const MESSAGE = 'The wire is tested.';
const tooMany = { status: 429, code: 20429 } as const;

/** Whatever may happen to any request. What a fault says is never a lie, but for a gateway's that knows no better. */
export const WIRE_FAULTS: readonly WireFault[] = [
  { name: 'reset before', action: { kind: 'reset', when: 'before-effect' } },
  { name: 'reset after', action: { kind: 'reset', when: 'after-effect' } },
  { name: 'hang before', action: { kind: 'hang', when: 'before-effect' }, isSilent: true },
  { name: 'hang after', action: { kind: 'hang', when: 'after-effect' }, isSilent: true },
  { name: '500 before', action: { kind: 'status', status: 500, when: 'before-effect' } },
  { name: '500 after', action: { kind: 'status', status: 500, when: 'after-effect' } },
  { name: '503 before', action: { kind: 'status', status: 503, when: 'before-effect' } },
  { name: '503 after', action: { kind: 'status', status: 503, when: 'after-effect' } },
  { name: '503 without a body', action: { kind: 'status', status: 503, body: '', when: 'after-effect' } },
  { name: '429', action: { kind: 'status', ...tooMany } },
  { name: '429 to wait for', action: { kind: 'status', ...tooMany, headers: { 'Retry-After': '2' } } },
  {
    name: '429 to wait for too long',
    action: { kind: 'status', ...tooMany, headers: { 'Retry-After': '600' } },
  },
  {
    name: '429 of a gateway before',
    action: { kind: 'status', status: 429, body: MESSAGE, when: 'before-effect' },
  },
  {
    name: '429 of a gateway after',
    action: { kind: 'status', status: 429, body: MESSAGE, when: 'after-effect' },
  },
  {
    name: '400 of a gateway after',
    action: { kind: 'status', status: 400, body: { error: MESSAGE }, when: 'after-effect' },
  },
  { name: '409 after', action: { kind: 'status', status: 409, when: 'after-effect' } },
  { name: 'cut before', action: { kind: 'truncated', framing: 'cut', when: 'before-effect' } },
  { name: 'cut after', action: { kind: 'truncated', framing: 'cut', when: 'after-effect' } },
  { name: 'short after', action: { kind: 'truncated', framing: 'short', when: 'after-effect' } },
  { name: 'long after', action: { kind: 'truncated', framing: 'long', when: 'after-effect' } },
  { name: 'html before', action: { kind: 'html', when: 'before-effect' } },
  { name: 'html after', action: { kind: 'html', when: 'after-effect' } },
  { name: 'html with 200 before', action: { kind: 'html', status: 200, when: 'before-effect' } },
  { name: 'html with 200 after', action: { kind: 'html', status: 200, when: 'after-effect' } },
  { name: 'redirect before', action: { kind: 'redirect', when: 'before-effect' } },
  { name: 'redirect after', action: { kind: 'redirect', status: 302, when: 'after-effect' } },
  { name: 'slow', action: { kind: 'slow', delayMs: SLOW_MS } },
  {
    name: 'too slow, the effect first',
    action: { kind: 'slow', delayMs: TOO_SLOW_MS, when: 'after-effect' },
    isSilent: true,
  },
  { name: 'too slow, the effect last', action: { kind: 'slow', delayMs: TOO_SLOW_MS }, isSilent: true },
  ...LANDINGS.map((landing) => ({
    name: `reset, lands ${landing}`,
    action: { kind: 'late', client: 'reset' } as const,
    landing,
  })),
  ...LANDINGS.map((landing) => ({
    name: `hang, lands ${landing}`,
    action: { kind: 'late', client: 'hang' } as const,
    isSilent: true,
    landing,
  })),
];

/** Refusals in Twilio's own words, which only a purchase gets. They come instead of the effect, but for that of a second copy. */
export const REFUSALS: readonly WireFault[] = [
  { name: 'the number is gone', action: { kind: 'status', status: 400, code: 21422, message: MESSAGE } },
  { name: 'papers are missing', action: { kind: 'status', status: 400, code: 21631, message: MESSAGE } },
  {
    name: 'delivered twice',
    action: { kind: 'status', status: 400, code: 21422, message: MESSAGE, when: 'after-effect' },
  },
  {
    name: 'delivered twice, on a trial account',
    action: { kind: 'status', status: 400, code: 21404, message: MESSAGE, when: 'after-effect' },
  },
];

/** What a release may meet soon after the purchase: the number does not show yet. Later it would be a lie. */
export const NOT_SHOWN: WireFault = {
  name: 'not shown yet',
  action: { kind: 'status', status: 404, code: 20404, message: MESSAGE },
};
