import { CHANNEL_ERROR_CODES, EVENT_NAMES, PROVIDER_ERROR_CODES, RECOVERY_OUTCOMES } from '@channelkit/core';
import { AGAINST_ASSUMPTIONS, FAULTS } from './faults.js';

/** How often a run must get to each point: a simulation that never gets there proves nothing about it. */
const AT_LEAST = 20;

/**
 * The calls under which a process is killed: on their way, and with their effect there and their answer not. Not `recordReleasing`, which
 * takes a purchase that lands too late: most do once the faults have stopped.
 */
const VERBS = [
  'findOperationByKey',
  'getOperation',
  'getChannel',
  'beginOperation',
  'switchCandidate',
  'takeOverOperation',
  'setSettlesAt',
  'attachChannel',
  'disposeNumber',
  'failOperation',
  'deferOperation',
  'takeDueOperations',
  'startRelease',
  'takeDueReleases',
  'completeRelease',
  'deferRelease',
  'findChannelByNumber',
];
const CRASH_POINTS = [
  ...['search', 'find', 'release', 'purchase sent'].flatMap((call) => [call, `${call} done`]),
  'buy',
  ...VERBS.flatMap((verb) => [verb, `${verb} committed`]),
];

/** The tables of countries are no part of the simulation. */
const CODES_OF_THE_CHECK: readonly string[] = ['unknown_country'];

/** What is told, with whether a number may be owned. */
const ERRORS = [
  'invalid_input no',
  'no_numbers_available no',
  'number_unavailable no',
  'regulatory_required no',
  'authentication_failed no',
  'account_restricted no',
  'rate_limited no',
  'provider_unavailable no',
  'provider_rejected no',
  'purchase_unknown unknown',
  'purchase_unknown yes',
  'store_rejected no',
  'store_unavailable no',
  'compensation_pending yes',
  'operation_in_progress unknown',
  'idempotency_mismatch no',
  'channel_released no',
  'operation_abandoned no',
  'channel_not_found no',
  'aborted no',
  'aborted unknown',
];

/** What the verbs that decide came to: each transition, and the answer that somebody else was first. */
const TRANSITIONS = [
  ...['begun', 'key_held', 'number_held', 'rejected'].map((outcome) => `beginOperation: ${outcome}`),
  ...['switched', 'number_held', 'lost'].map((outcome) => `switchCandidate: ${outcome}`),
  ...['attached', 'already_decided'].map((outcome) => `attachChannel: ${outcome}`),
  ...['disposed', 'lost'].map((outcome) => `disposeNumber: ${outcome}`),
  ...['takeOverOperation', 'setSettlesAt', 'failOperation', 'deferOperation'].flatMap((verb) => [
    `${verb}: something`,
    `${verb}: nothing`,
  ]),
  'startRelease: something',
  'completeRelease: something',
  'deferRelease: something',
  'findChannelByNumber: something',
];

const POINTS = [
  ...FAULTS.filter((fault) => !AGAINST_ASSUMPTIONS.includes(fault)).map((fault) => `fault: ${fault}`),
  ...TRANSITIONS,
  ...CRASH_POINTS.map((point) => `crash: ${point}`),
  ...ERRORS.map((error) => `error: ${error}`),
  ...EVENT_NAMES.map((name) => `event: ${name}`),
  ...RECOVERY_OUTCOMES.map((outcome) => `recovery: ${outcome}`),
  'operation: succeeded',
  'operation: failed',
  'channel: active',
  'channel: released',
  'release: released',
  'release: releasing',
  'outcome: channel',
  "recovery with another account's credentials",
];

/** What only a purchase that lands too late leads to. */
const POINTS_WITHOUT_A1 = [
  'a purchase landed after its operation had settled',
  'attachChannel: lost',
  'recordReleasing: something',
  ...AGAINST_ASSUMPTIONS.map((fault) => `fault: ${fault}`),
];

/** Error codes that no list above names: one that is new is missed, and not forgotten. */
const UNNAMED_CODES = [...CHANNEL_ERROR_CODES, ...PROVIDER_ERROR_CODES].filter(
  (code) => !CODES_OF_THE_CHECK.includes(code) && !ERRORS.some((error) => error.startsWith(`${code} `)),
);

/** Lists the points that a run did not reach often enough. */
export function unreachedPoints(reached: Readonly<Record<string, number>>, breaksA1: boolean): string[] {
  return (breaksA1 ? POINTS_WITHOUT_A1 : [...POINTS, ...UNNAMED_CODES])
    .filter((point) => (reached[point] ?? 0) < AT_LEAST)
    .map((point) => `${point}: ${reached[point] ?? 0} times, at least ${AT_LEAST} are needed`);
}
