import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAccountBook } from './account-book.js';
import { createDelays } from './delays.js';
import type { Exchange } from './exchange.js';
import { createFaultQueue } from './fault-queue.js';
import { createInventory } from './inventory.js';
import { MARKET } from './market.js';
import { formatFriendlyName, NOWHERE, type NumberOnOffer } from './number-on-offer.js';
import { defaultSettings } from './number-settings.js';
import { createRandom, type Random } from './random.js';
import { createRequestListener } from './request-listener.js';
import type { SimulatedAccount } from './simulated-account.js';
import { type SettledOptions, settleOptions, type TwilioSimulatorOptions } from './simulator-options.js';
import { stockMarket } from './stock-market.js';
import type { PostponedEffect } from './strike.js';
import type { OfferedNumber, OwnOptions, TwilioSimulator } from './twilio-simulator.js';

/**
 * Starts a server that speaks Twilio's number API: searches, purchases, lists, updates and releases, with an inventory
 * and an account that remember, and with failures on demand.
 *
 * Resolves once it listens. Everything it knows is in memory and gone after `close()`.
 *
 * @throws {RangeError} when an option is not what it may be; then nothing is started.
 * @example
 * ```ts
 * const simulator = await startTwilioSimulator();
 * const client = twilio(simulator.accountSid, simulator.authToken);
 * client.api.baseUrl = simulator.url;
 * simulator.fault({ operation: 'purchase', kind: 'reset', when: 'after-effect' });
 * ```
 */
export async function startTwilioSimulator(options: TwilioSimulatorOptions = {}): Promise<TwilioSimulator> {
  const settled = settleOptions(options);
  const { random, restart } = createRestartableRandom(settled.seed);
  const inventory = createInventory({ random, now: settled.now });
  const book = createAccountBook(settled.now);
  const faults = createFaultQueue();
  const delays = createDelays();
  const exchanges: Exchange[] = [];
  let lateEffects: PostponedEffect[] = [];
  const account: SimulatedAccount = {
    ...settled,
    accountSid: settled.credentials.accountSid,
    authToken: settled.credentials.authToken,
    inventory,
    book,
  };
  const listener = createRequestListener({
    options: settled,
    account,
    faults,
    delays,
    exchanges,
    postpone: (effect) => lateEffects.push(effect),
  });
  const server = createServer((message, response) => void listener(message, response));

  function stock(): void {
    restart();
    inventory.replace(stockMarket(MARKET, settled.inventorySize, random).map(withRequirements(settled)));
  }

  stock();
  const url = await listen(server, settled);

  return {
    ...settled.credentials,
    url,
    exchanges,
    get requests() {
      return exchanges.map(({ request }) => request);
    },
    owned: () => book.list(),
    ledger: () => book.ledger(),
    paidPurchases: (phoneNumber) => countEntries(account, 'purchased', phoneNumber),
    releases: (phoneNumber) => countEntries(account, 'released', phoneNumber),
    fault: (fault) => faults.lay(fault),
    clearFaults: () => faults.clear(),
    landLate() {
      const effects = lateEffects;
      lateEffects = [];
      return effects.filter((effect) => effect()).length;
    },
    setInventory(numbers) {
      inventory.replace(numbers.map(completeOffer));
      for (const { phoneNumber } of book.list()) inventory.withhold(phoneNumber);
    },
    sell(phoneNumber) {
      if (book.findByNumber(phoneNumber)) throw new Error(`The account itself owns ${phoneNumber}.`);
      inventory.withhold(phoneNumber);
    },
    own: (phoneNumber, ownOptions = {}) => ownNumber(account, phoneNumber, ownOptions),
    disown(phoneNumber) {
      const number = book.findByNumber(phoneNumber);
      if (number === undefined) throw new Error(`The account does not own ${phoneNumber}.`);
      book.remove(number.sid);
    },
    reset() {
      delays.interrupt();
      book.clear();
      faults.clear();
      exchanges.length = 0;
      lateEffects = [];
      stock();
    },
    close() {
      delays.end();
      lateEffects = [];
      return closeServer(server);
    },
  };
}

function createRestartableRandom(seed: number): { random: Random; restart: () => void } {
  let current = createRandom(seed);
  return {
    random: { below: (limit) => current.below(limit), chance: (probability) => current.chance(probability) },
    restart: () => {
      current = createRandom(seed);
    },
  };
}

function withRequirements({ requirements }: SettledOptions): (number: NumberOnOffer) => NumberOnOffer {
  return (number) => {
    const own = requirements[`${number.countryCode}/${number.type}`] ?? requirements[number.countryCode];
    return own === undefined ? number : { ...number, requirements: own };
  };
}

function countEntries(
  account: SimulatedAccount,
  kind: 'purchased' | 'released',
  phoneNumber: string | undefined,
): number {
  return account.book
    .ledger()
    .filter(
      (entry) => entry.kind === kind && (phoneNumber === undefined || entry.phoneNumber === phoneNumber),
    ).length;
}

function completeOffer(number: OfferedNumber): NumberOnOffer {
  checkPhoneNumber(number.phoneNumber);
  if (!/^[A-Z]{2}$/.test(number.countryCode)) {
    throw new RangeError(`A country code is two upper-case letters, not ${number.countryCode}.`);
  }
  return {
    type: 'Local',
    requirements: [],
    beta: false,
    ...NOWHERE,
    ...number,
    friendlyName: formatFriendlyName(number.phoneNumber),
    capabilities: { voice: true, sms: true, mms: true, fax: false, ...number.capabilities },
  };
}

function ownNumber(account: SimulatedAccount, phoneNumber: string, options: OwnOptions) {
  const { book, inventory } = account;
  if (book.findByNumber(phoneNumber)) throw new Error(`The account already owns ${phoneNumber}.`);
  const type = options.type ?? 'Local';
  const offer = inventory.find(phoneNumber) ?? completeOffer({ phoneNumber, countryCode: 'US', type });
  const friendlyName = options.friendlyName ?? offer.friendlyName;
  const settings = { ...defaultSettings(friendlyName), ...options.settings };
  inventory.withhold(phoneNumber);
  const createdAtMs = account.now() - (options.ageSeconds ?? 0) * 1000;
  return book.add(offer, settings, { kind: 'seeded', createdAtMs });
}

function checkPhoneNumber(phoneNumber: string): void {
  if (!/^\+[1-9]\d{6,14}$/.test(phoneNumber)) {
    throw new RangeError(`A phone number is in E.164 form, such as +14155550123, not ${phoneNumber}.`);
  }
}

async function listen(server: Server, { port, host }: SettledOptions): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
