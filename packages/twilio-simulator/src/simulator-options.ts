import { DEFAULT_CREDENTIALS, type SimulatorCredentials } from './credentials.js';
import { REQUIREMENTS, type Requirement } from './number-on-offer.js';

/** What becomes of the purchase of a number that the account owns already. */
export const REPURCHASES = ['updates', 'refuses'] as const;

/**
 * What becomes of the purchase of a number that the account owns already: it `updates` the number (201, the same
 * sid and `date_created`; reported at github.com/danielberkompas/ex_twilio/pull/116), or is refused (400, 21422).
 */
export type Repurchase = (typeof REPURCHASES)[number];

/** How to set up a simulator; every member has a default. */
export interface TwilioSimulatorOptions {
  /** Default 0: any free port. */
  port?: number;
  /** Default `127.0.0.1`. */
  host?: string;
  /** Decides the inventory and what searches draw from it. Default 1. Sids are random in spite of it. */
  seed?: number;
  /** About how many numbers are on offer, over all countries. Default 5 000, at most 1 000 000. */
  inventorySize?: number;
  /** Any of the made-up credentials can be replaced. */
  credentials?: Partial<SimulatorCredentials>;
  /**
   * Default `standard`: a key of this type may not read the account resource (401, 20003;
   * twilio.com/docs/iam/api-keys/keys-in-console).
   */
  apiKeyType?: 'standard' | 'main';
  /** What countries ask of a buyer, by country code (`GB`) or country and type (`GB/Mobile`); replaces the default. */
  requirements?: Readonly<Record<string, readonly Requirement[]>>;
  /** Bundle sids that are refused as not approved (21649); every other well-formed one is taken. */
  unapprovedBundles?: readonly string[];
  /** Default `updates`. */
  repurchase?: Repurchase;
  /** How long a released number cannot be bought (21422). Default 30 days. */
  quarantineMs?: number;
  /** How long each request takes; the effect comes at the end. Default 0. */
  latencyMs?: number;
  /** Requests beyond this many at once are refused with 429, 20429. Default: no limit. */
  concurrencyLimit?: number;
  /** `Retry-After` of that refusal, in seconds. Default: none is sent, as nothing documents one. */
  retryAfterSeconds?: number;
  /** The simulator's clock, in epoch milliseconds: for dates in answers and for quarantine. Default `Date.now`. */
  now?: () => number;
}

/** Options with every default filled in. */
export interface SettledOptions extends Required<
  Omit<TwilioSimulatorOptions, 'credentials' | 'retryAfterSeconds'>
> {
  credentials: SimulatorCredentials;
  retryAfterSeconds: number | null;
}

/**
 * Checks options and fills in the defaults.
 *
 * @throws {RangeError} that names the option and what it may be; nothing has been started then.
 */
export function settleOptions(options: TwilioSimulatorOptions): SettledOptions {
  const settled: SettledOptions = {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    seed: options.seed ?? 1,
    inventorySize: options.inventorySize ?? 5000,
    credentials: { ...DEFAULT_CREDENTIALS, ...options.credentials },
    apiKeyType: options.apiKeyType ?? 'standard',
    requirements: options.requirements ?? {},
    unapprovedBundles: options.unapprovedBundles ?? [],
    repurchase: options.repurchase ?? 'updates',
    quarantineMs: options.quarantineMs ?? 30 * 24 * 3_600_000,
    latencyMs: options.latencyMs ?? 0,
    concurrencyLimit: options.concurrencyLimit ?? Infinity,
    retryAfterSeconds: options.retryAfterSeconds ?? null,
    now: options.now ?? Date.now,
  };
  checkWhole('port', settled.port, 0, 65_535);
  checkWhole('seed', settled.seed, 0, Number.MAX_SAFE_INTEGER);
  checkWhole('inventorySize', settled.inventorySize, 1, 1_000_000);
  checkRange('quarantineMs', settled.quarantineMs, 0, Infinity);
  checkRange('latencyMs', settled.latencyMs, 0, 600_000);
  checkRange('concurrencyLimit', settled.concurrencyLimit, 1, Infinity);
  checkCredentials(settled.credentials);
  if (!REPURCHASES.includes(settled.repurchase))
    throw invalid('repurchase', `one of ${REPURCHASES.join(', ')}`);
  for (const [place, needs] of Object.entries(settled.requirements)) {
    if (!/^[A-Z]{2}(\/[A-Za-z]+)?$/.test(place) || !needs.every((need) => REQUIREMENTS.includes(need))) {
      throw invalid(
        'requirements',
        'lists of address and bundle by country, such as { "GB/Mobile": ["bundle"] }',
      );
    }
  }
  return settled;
}

function checkCredentials(credentials: SimulatorCredentials): void {
  const sids = [
    ['accountSid', 'AC'],
    ['testAccountSid', 'AC'],
    ['apiKeySid', 'SK'],
  ] as const;
  for (const [name, prefix] of sids) {
    if (!new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(credentials[name])) {
      throw invalid(`credentials.${name}`, `${prefix} and 32 hexadecimal digits`);
    }
  }
  for (const name of ['authToken', 'apiKeySecret', 'testAuthToken'] as const) {
    if (credentials[name] === '') throw invalid(`credentials.${name}`, 'a text that is not empty');
  }
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw invalid(name, `a whole number from ${least} to ${most}`);
  }
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw invalid(name, `a number from ${least} to ${most}`);
}

function invalid(name: string, expected: string): RangeError {
  return new RangeError(`The simulator's ${name} must be ${expected}.`);
}
