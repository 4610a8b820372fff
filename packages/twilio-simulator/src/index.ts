export { startTwilioSimulator } from './start-twilio-simulator.js';
export type { TwilioSimulator, OfferedNumber, OwnOptions } from './twilio-simulator.js';
export { REPURCHASES, type Repurchase, type TwilioSimulatorOptions } from './simulator-options.js';
export type { SimulatorCredentials } from './credentials.js';
export { OPERATIONS, type Operation } from './operations.js';
export type { Exchange, RecordedAnswer, RecordedRequest } from './exchange.js';
export {
  FAULT_KINDS,
  type FaultAction,
  type FaultKind,
  type FaultTarget,
  type FaultTiming,
  type HangFault,
  type HtmlFault,
  type LaidFault,
  type LateFault,
  type RedirectFault,
  type ResetFault,
  type SimulatorFault,
  type SlowFault,
  type StatusFault,
  type TruncatedFault,
} from './fault.js';
export { LEDGER_KINDS, type LedgerEntry, type LedgerKind } from './account-book.js';
export type { OwnedNumber } from './owned-number.js';
export type { NumberSettings } from './number-settings.js';
export { NUMBER_TYPES, type NumberType } from './number-types.js';
export {
  REQUIREMENTS,
  type NumberCapabilities,
  type NumberPlace,
  type Requirement,
} from './number-on-offer.js';
