import { randomBytes } from 'node:crypto';
import type { NumberOnOffer } from './number-on-offer.js';
import type { NumberSettings } from './number-settings.js';
import type { OwnedNumber } from './owned-number.js';

/** What can happen to a number of the account. */
export const LEDGER_KINDS = ['purchased', 'repurchased', 'updated', 'released', 'seeded'] as const;

/**
 * What happened to a number: `purchased` is paid for, `repurchased` is a purchase of a number that was owned already
 * (nothing is paid), `seeded` was put there by `own()`.
 */
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** One change of what the account owns. */
export interface LedgerEntry {
  kind: LedgerKind;
  at: Date;
  sid: string;
  phoneNumber: string;
  friendlyName: string;
}

/** What the account owns and how it came about. */
export interface AccountBook {
  add(
    number: NumberOnOffer,
    settings: NumberSettings,
    how: { kind: 'purchased' | 'seeded'; createdAtMs: number },
  ): OwnedNumber;
  change(sid: string, settings: NumberSettings, kind: 'updated' | 'repurchased'): OwnedNumber;
  remove(sid: string): void;
  findBySid(sid: string): OwnedNumber | undefined;
  findByNumber(phoneNumber: string): OwnedNumber | undefined;
  /** The newest first, each with its place in the order of purchase, which outlives a release. */
  list(): readonly OwnedNumber[];
  /** How many numbers had been added when this one was; `undefined` for a sid that never was. */
  positionOf(sid: string): number | undefined;
  ledger(): readonly LedgerEntry[];
  clear(): void;
}

/** Creates the book of an account that owns nothing. */
export function createAccountBook(now: () => number): AccountBook {
  const owned = new Map<string, OwnedNumber>();
  const positions = new Map<string, number>();
  const entries: LedgerEntry[] = [];

  function write(kind: LedgerKind, number: OwnedNumber): void {
    const { sid, phoneNumber, friendlyName } = number;
    entries.push({ kind, at: new Date(now()), sid, phoneNumber, friendlyName });
  }

  return {
    add(offer, settings, { kind, createdAtMs }) {
      const created = wholeSeconds(createdAtMs);
      const number: OwnedNumber = {
        sid: `PN${randomBytes(16).toString('hex')}`,
        phoneNumber: offer.phoneNumber,
        friendlyName: settings.friendlyName,
        dateCreated: created,
        dateUpdated: created,
        type: offer.type,
        capabilities: { ...offer.capabilities },
        addressRequirements: offer.requirements.includes('address') ? 'any' : 'none',
        beta: offer.beta,
        settings,
      };
      owned.set(number.sid, number);
      positions.set(number.sid, positions.size);
      write(kind, number);
      return number;
    },
    change(sid, settings, kind) {
      const before = owned.get(sid);
      if (before === undefined) throw new Error(`The account does not own ${sid}.`);
      const dateUpdated = wholeSeconds(now());
      const number = { ...before, friendlyName: settings.friendlyName, dateUpdated, settings };
      owned.set(sid, number);
      write(kind, number);
      return number;
    },
    remove(sid) {
      const number = owned.get(sid);
      if (number === undefined) throw new Error(`The account does not own ${sid}.`);
      owned.delete(sid);
      write('released', number);
    },
    findBySid: (sid) => owned.get(sid),
    findByNumber: (phoneNumber) => [...owned.values()].find((number) => number.phoneNumber === phoneNumber),
    list: () => [...owned.values()].reverse(),
    positionOf: (sid) => positions.get(sid),
    ledger: () => entries,
    clear() {
      owned.clear();
      positions.clear();
      entries.length = 0;
    },
  };
}

function wholeSeconds(epochMs: number): Date {
  return new Date(Math.floor(epochMs / 1000) * 1000);
}
