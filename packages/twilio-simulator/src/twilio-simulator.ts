import type { LedgerEntry } from './account-book.js';
import type { SimulatorCredentials } from './credentials.js';
import type { Exchange, RecordedRequest } from './exchange.js';
import type { LaidFault, SimulatorFault } from './fault.js';
import type { NumberCapabilities, NumberPlace, Requirement } from './number-on-offer.js';
import type { NumberSettings } from './number-settings.js';
import type { NumberType } from './number-types.js';
import type { OwnedNumber } from './owned-number.js';

/** A number to put on offer; what is left out gets a default. */
export interface OfferedNumber extends Partial<NumberPlace> {
  /** E.164. */
  phoneNumber: string;
  /** Two upper-case letters. */
  countryCode: string;
  /** Default `Local`. */
  type?: NumberType;
  /** Default: voice, sms and mms, no fax. */
  capabilities?: Partial<NumberCapabilities>;
  /** Default none. */
  requirements?: readonly Requirement[];
  /** Default false. */
  beta?: boolean;
}

/** How a number that the account already has came to it. */
export interface OwnOptions {
  /** Default: the formatted number. */
  friendlyName?: string;
  /** How long ago it was bought. Default 0. */
  ageSeconds?: number;
  /** Default `Local`; a number of the inventory keeps its own. */
  type?: NumberType;
  /** Anything else that is set on it. */
  settings?: Partial<Omit<NumberSettings, 'friendlyName'>>;
}

/** A running simulator, and the hands of somebody who can see and do everything in it. */
export interface TwilioSimulator extends SimulatorCredentials {
  /** `http://127.0.0.1:…`, without a slash at the end. */
  readonly url: string;

  /** Every request, in the order in which it was read, with its answer and the fault that struck it. */
  readonly exchanges: readonly Exchange[];
  /** The requests of `exchanges`. */
  readonly requests: readonly RecordedRequest[];

  /** What the account owns now, the newest first. */
  owned(): readonly OwnedNumber[];
  /** Everything that ever happened to the account's numbers, in order. */
  ledger(): readonly LedgerEntry[];
  /** How many purchases were paid for, of all numbers or of one. */
  paidPurchases(phoneNumber?: string): number;
  /** How many numbers were released, of all or of one. */
  releases(phoneNumber?: string): number;

  /** Lays a fault. Several strike in the order in which they were laid. */
  fault(fault: SimulatorFault): LaidFault;
  /** Takes away the faults that have not struck yet. */
  clearFaults(): void;
  /** Lets the effects of `late` faults happen that have not happened yet. Returns how many. */
  landLate(): number;

  /** Puts these numbers on offer, and no others. What the account owns stays. */
  setInventory(numbers: readonly OfferedNumber[]): void;
  /** Sells a number to somebody else: searches no longer show it, and buying it is refused with 21422. */
  sell(phoneNumber: string): void;
  /** Lets the account own a number without a request, whether or not it was on offer. */
  own(phoneNumber: string, options?: OwnOptions): OwnedNumber;
  /** Takes a number from the account without a request, as somebody in Twilio's console could. */
  disown(phoneNumber: string): void;

  /** Makes everything as it was at the start: inventory, draws, owned numbers, ledger, records, faults; ends what is under way. */
  reset(): void;
  /** Stops listening and ends every connection, delay and pending effect. Safe to call again. */
  close(): Promise<void>;
}
