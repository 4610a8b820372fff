import {
  type AvailableNumber,
  type Capabilities,
  defaultPolicy,
  type NumberProvider,
  type OwnedNumber,
  ProviderError,
  type ProviderOutcome,
  type PurchaseOptions,
  type ReleaseAnswer,
  type SearchAnswer,
} from '@channelkit/core';
import type { Faults } from './faults.js';
import type { Random } from './random.js';
import type { OpenCall, Scheduler, VirtualProcess } from './scheduler.js';
import { ALL_CAPABILITIES, type Vendor } from './vendor.js';

/** What a process's way to the vendor is made of. */
export interface ProviderParts {
  readonly process: VirtualProcess;
  readonly vendor: Vendor;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly random: Random;
  /** How late a purchase may take effect after it was sent: `settleMs`, so that assumption A1 holds. */
  readonly latestEffectMs: number;
  readonly check: () => void;
  /** Told of each purchase in the moment in which it is written. */
  readonly onSend: (phoneNumber: string, reference: string) => void;
  /** Told of a purchase whose signal ended it before its time. */
  readonly onEarlyEnd: (reference: string) => void;
  /** Told of each purchase in the moment in which it takes effect, and when it was written. */
  readonly onSale: (reference: string, sentAt: number) => void;
}

const { settleMs, purchaseTimeoutMs } = defaultPolicy;

const REFUSALS = [
  'provider_rejected',
  'regulatory_required',
  'authentication_failed',
  'account_restricted',
] as const;

/** How long each way takes where nothing goes wrong: together less than anybody waits for any call. */
const USUAL_DELAY_MS = 3_000;
/** Longer than anybody waits for any call. */
const LONGEST_DELAY_MS = 60_000;

interface Exchange<Answer> {
  readonly label: string;
  readonly signal: AbortSignal | undefined;
  /** Whether the request may be written now; asked in the moment in which it is. */
  readonly maySend?: (() => boolean) | undefined;
  /** Told that the request is written. */
  readonly onWritten?: ((call: OpenCall) => void) | undefined;
  /** Told that its signal ended it. */
  readonly onEnded?: (() => void) | undefined;
  /** `null`: the request is lost on its way, and so is its answer. */
  readonly effectDelayMs: number | null;
  readonly effect: () => Answer;
  readonly isAnswerLost: boolean;
}

/** Makes one process's provider: real promises, whose every step the scheduler decides. */
export function createProcessProvider(parts: ProviderParts): NumberProvider {
  const { vendor, faults, random, scheduler, process } = parts;
  const exchange = <Answer>(asked: Exchange<Answer>) => runExchange(parts, asked);

  const simple = <Answer>(
    label: string,
    signal: AbortSignal | undefined,
    fault: 'look-up-fails' | 'search-fails',
    effect: () => Answer,
  ) => {
    const fails = faults.plans(fault, 0.3);
    const answer = () => {
      if (fails) faults.struck(fault);
      return effect();
    };
    return exchange({ label, signal, effectDelayMs: 0, effect: answer, isAnswerLost: fails });
  };

  return {
    specVersion: 'v1',
    name: 'simulated',
    accountId: 'AC1',
    isMock: true,
    traits: {
      tagAtPurchase: true,
      repurchase: 'unknown',
      settleFloorMs: 0,
      searchPageSize: 30,
      minHoldMs: 0,
      asyncOrders: false,
    },
    searchNumbers: (_query, options) =>
      simple<SearchAnswer>('search', options?.signal, 'search-fails', () => {
        const isStale = faults.plans('search-stale', 0.5);
        const isOwned = ({ phoneNumber }: AvailableNumber) => vendor.owned.has(phoneNumber);
        const numbers = vendor.onSale().filter((number) => isStale || !isOwned(number));
        if (numbers.some(isOwned)) faults.struck('search-stale');
        return { numbers, vendorDate: new Date(Math.floor(scheduler.now() / 1_000) * 1_000) };
      }),
    purchaseNumber: (purchase, options) => buy(parts, purchase.phoneNumber, purchase.reference, options),
    findNumber: (query, options) =>
      simple<OwnedNumber | null>('find', options?.signal, 'look-up-fails', () => {
        options?.onVendorDate?.(new Date(scheduler.now()));
        if ('phoneNumber' in query) {
          const number = vendor.find(query.phoneNumber, faults.plans('look-up-stale', 0.6));
          if (number === null && vendor.owned.has(query.phoneNumber)) faults.struck('look-up-stale');
          return number;
        }
        return (
          [...vendor.owned.values()].find((number) => number.providerNumberId === query.providerNumberId) ??
          null
        );
      }),
    listNumbers: () => {
      throw new Error('nothing in the core lists numbers');
    },
    releaseNumber: (providerNumberId, options) => {
      const isRefused = faults.plans('release-refused', 0.3);
      const isRequestLost = faults.plans('release-request-lost', 0.2);
      const isAnswerLost = faults.plans('release-answer-lost', 0.2);
      return exchange<ReleaseAnswer>({
        label: `release ${providerNumberId}`,
        signal: options?.signal,
        onWritten: () => {
          if (isRequestLost) faults.struck('release-request-lost');
        },
        effectDelayMs: isRequestLost ? null : random.between(0, 2_000),
        effect: () => {
          if (isRefused) {
            faults.struck('release-refused');
            throw failure('provider_rejected', 'rejected', 'the number is in use elsewhere');
          }
          if (isAnswerLost) faults.struck('release-answer-lost');
          const isOwned = [...vendor.owned.values()].some(
            (number) => number.providerNumberId === providerNumberId,
          );
          const phoneNumber = vendor.takeBack(providerNumberId, faults.plans('release-stale', 0.6));
          if (phoneNumber === null) {
            if (isOwned) faults.struck('release-stale');
            return 'gone';
          }
          if (faults.strikes('number-bought-by-hand', 0.5)) vendor.ownForeign(phoneNumber, 0);
          return 'released';
        },
        isAnswerLost,
      });
    },
  };

  function buy(
    { latestEffectMs }: ProviderParts,
    phoneNumber: string,
    reference: string,
    options: PurchaseOptions | undefined,
  ): Promise<OwnedNumber> {
    const lacksCapability = faults.plans('purchase-lacks-capability', 0.2);
    const capabilities: Capabilities = lacksCapability
      ? { voice: false, sms: false, mms: false }
      : ALL_CAPABILITIES;
    if (faults.plans('number-sold-to-stranger', vendor.rush) && vendor.sellToStranger(phoneNumber))
      faults.struck('number-sold-to-stranger');
    const isLate = faults.plans('purchase-late', latestEffectMs > settleMs ? 0.8 : 0.25);
    const isLost = faults.plans('purchase-request-lost', 0.2);
    const delayMs = isLate ? random.between(0, latestEffectMs) : random.between(0, 3_000);
    const isRefused = faults.plans('purchase-refused', 0.1);
    if (faults.plans('purchase-throttled', 0.15)) vendor.throttle(random.between(0, 90_000));
    const isThrottled = vendor.isThrottling() && faults.isOn('purchase-throttled');
    const isNotSent = faults.plans('purchase-not-sent', 0.15);
    const isTwice = faults.plans('purchase-delivered-twice', 0.15);
    const isAnswerLost = faults.plans('purchase-answer-lost', isLate ? 0.6 : 0.2);
    const startedAt = scheduler.now();
    let sentAt = 0;
    return exchange({
      label: `buy ${phoneNumber}`,
      signal: options?.signal,
      maySend: () => {
        if (isNotSent) faults.struck('purchase-not-sent');
        const isAllowed = !isNotSent && options?.maySend?.() !== false;
        sentAt = scheduler.now();
        if (isAllowed) parts.onSend(phoneNumber, reference);
        return isAllowed;
      },
      onWritten: (call) => {
        call.point = 'purchase sent';
        if (isLost) faults.struck('purchase-request-lost');
        if (isLate && faults.strikes('pause-until-landing', 0.9)) scheduler.pause(process, sentAt + delayMs);
      },
      onEnded: () => {
        if (scheduler.now() < startedAt + purchaseTimeoutMs) parts.onEarlyEnd(reference);
      },
      effectDelayMs: isLost ? null : delayMs,
      effect: () => {
        if (isThrottled) {
          faults.struck('purchase-throttled');
          throw failure('rate_limited', 'throttled', 'too many requests');
        }
        if (isRefused) {
          faults.struck('purchase-refused');
          throw failure(random.pick(REFUSALS), 'rejected', 'refused for a reason of the vendor');
        }
        // What lands late may also show late, but A2 holds: at the end of the settling time look-ups tell the truth.
        const hiddenMs = random.between(0, random.chance(0.2) ? latestEffectMs : 60_000);
        const latestMs = Math.min(scheduler.now() + hiddenMs, sentAt + latestEffectMs);
        // A vendor that refuses a number because the account has it shows it, too.
        const visibleAt = isTwice ? scheduler.now() : latestMs;
        const sale = { phoneNumber, reference, sentAt, visibleAt, capabilities };
        const sold = vendor.sell(sale);
        if (isAnswerLost) faults.struck('purchase-answer-lost');
        if (lacksCapability) faults.struck('purchase-lacks-capability');
        if (scheduler.now() > sentAt + purchaseTimeoutMs) faults.struck('purchase-late');
        parts.onSale(reference, sentAt);
        if (!isTwice) return sold;
        faults.struck('purchase-delivered-twice');
        if (random.chance(0.3))
          throw failure('account_restricted', 'rejected', 'there is one number already');
        return vendor.sell(sale);
      },
      isAnswerLost,
    });
  }
}

/** One request and its answer: written when the scheduler says so, its effect apart from its answer. */
function runExchange<Answer>(parts: ProviderParts, asked: Exchange<Answer>): Promise<Answer> {
  const { process, scheduler, random, faults, check } = parts;
  const { label, signal, effectDelayMs, effect, isAnswerLost } = asked;
  const hangs = faults.plans('provider-hangs', 0.1);
  const slowly = () => {
    if (faults.haveStopped()) return random.between(0, USUAL_DELAY_MS);
    return faults.strikes('provider-slow', 0.3) ? random.between(0, LONGEST_DELAY_MS) : 0;
  };
  return new Promise((resolve, reject) => {
    let isSent = false;
    const call = { point: label };
    const end = (give: () => void) => {
      process.openCalls.delete(call);
      give();
    };
    const cancel = () => {
      if (process.openCalls.has(call)) asked.onEnded?.();
      end(() => reject(failure('provider_unavailable', isSent ? 'unknown' : 'not_sent', 'aborted')));
    };
    if (signal?.aborted === true) {
      cancel();
      return;
    }
    process.openCalls.add(call);
    signal?.addEventListener('abort', cancel, { once: true });
    const answer = (give: () => void) => {
      if (isAnswerLost || hangs) return;
      scheduler.plan({
        label: `answer to ${label}`,
        owner: process,
        delayMs: slowly(),
        run: () => end(give),
      });
    };

    scheduler.plan({
      label: `write ${label}`,
      owner: process,
      delayMs: slowly(),
      run: () => {
        if (signal?.aborted === true) return;
        if (asked.maySend !== undefined && !asked.maySend()) {
          const why = 'it was too late, or there was no way to the vendor';
          end(() => reject(failure('provider_unavailable', 'not_sent', why)));
          return;
        }
        isSent = true;
        asked.onWritten?.(call);
        if (hangs) faults.struck('provider-hangs');
        if (!hangs && (isAnswerLost || effectDelayMs === null)) {
          const loss = () =>
            end(() => reject(failure('provider_unavailable', 'unknown', 'the connection was lost')));
          scheduler.plan({
            label: `loss of ${label}`,
            owner: process,
            delayMs: random.between(0, 5_000),
            run: loss,
          });
        }
        if (effectDelayMs === null) return;
        scheduler.plan({
          label: `effect of ${label}`,
          owner: null,
          delayMs: effectDelayMs,
          run: () => {
            call.point = `${call.point} done`;
            try {
              const result = effect();
              answer(() => resolve(result));
            } catch (error) {
              answer(() => reject(ProviderError.isInstance(error) ? error : new Error(String(error))));
            }
            check();
          },
        });
      },
    });
  });
}

function failure(
  code: 'provider_unavailable' | 'rate_limited' | (typeof REFUSALS)[number],
  outcome: ProviderOutcome,
  message: string,
): ProviderError {
  return new ProviderError({ code, outcome, message });
}
