import {
  type Capabilities,
  defaultPolicy,
  type NumberProvider,
  type OwnedNumber,
  ProviderError,
  type ProviderOutcome,
  type PurchaseOptions,
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
  /** Told of each purchase in the moment in which it takes effect, and when it was written. */
  readonly onSale: (reference: string, sentAt: number) => void;
}

const { settleMs } = defaultPolicy;

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
    const fails = faults.strikes(fault, 0.3);
    return exchange({ label, signal, effectDelayMs: 0, effect, isAnswerLost: fails });
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
        const isStale = faults.strikes('search-stale', 0.5);
        const numbers = vendor
          .onSale()
          .filter(({ phoneNumber }) => isStale || !vendor.owned.has(phoneNumber));
        return { numbers, vendorDate: new Date(Math.floor(scheduler.now() / 1_000) * 1_000) };
      }),
    purchaseNumber: (purchase, options) => buy(parts, purchase.phoneNumber, purchase.reference, options),
    findNumber: (query, options) =>
      simple<OwnedNumber | null>('find', options?.signal, 'look-up-fails', () => {
        options?.onVendorDate?.(new Date(scheduler.now()));
        if ('phoneNumber' in query)
          return vendor.find(query.phoneNumber, faults.strikes('look-up-stale', 0.6));
        return (
          [...vendor.owned.values()].find((number) => number.providerNumberId === query.providerNumberId) ??
          null
        );
      }),
    listNumbers: () => {
      throw new Error('nothing in the core lists numbers');
    },
    releaseNumber: (providerNumberId, options) => {
      const isRefused = faults.strikes('release-refused', 0.3);
      return exchange<undefined>({
        label: `release ${providerNumberId}`,
        signal: options?.signal,
        effectDelayMs: faults.strikes('release-request-lost', 0.2) ? null : random.between(0, 2_000),
        effect: () => {
          if (isRefused) throw failure('provider_rejected', 'rejected', 'the number is in use elsewhere');
          const phoneNumber = vendor.takeBack(providerNumberId);
          if (phoneNumber !== null && faults.strikes('number-bought-by-hand', 0.5))
            vendor.ownForeign(phoneNumber, 0);
          return undefined;
        },
        isAnswerLost: faults.strikes('release-answer-lost', 0.2),
      });
    },
  };

  function buy(
    { latestEffectMs }: ProviderParts,
    phoneNumber: string,
    reference: string,
    options: PurchaseOptions | undefined,
  ): Promise<OwnedNumber> {
    const capabilities: Capabilities = faults.strikes('purchase-lacks-capability', 0.2)
      ? { voice: false, sms: false, mms: false }
      : ALL_CAPABILITIES;
    if (faults.strikes('number-sold-to-stranger', vendor.rush)) vendor.sellToStranger(phoneNumber);
    const isLate = faults.strikes('purchase-late', latestEffectMs > settleMs ? 0.8 : 0.25);
    const isLost = faults.strikes('purchase-request-lost', 0.2);
    const delayMs = isLate ? random.between(0, latestEffectMs) : random.between(0, 3_000);
    const isRefused = faults.strikes('purchase-refused', 0.1);
    if (faults.strikes('purchase-throttled', 0.15)) vendor.throttle(random.between(0, 90_000));
    const isThrottled = vendor.isThrottling() && faults.isOn('purchase-throttled');
    const isNotSent = faults.strikes('purchase-not-sent', 0.15);
    let sentAt = 0;
    return exchange({
      label: `buy ${phoneNumber}`,
      signal: options?.signal,
      maySend: () => {
        const isAllowed = !isNotSent && options?.maySend?.() !== false;
        sentAt = scheduler.now();
        if (isAllowed) parts.onSend(phoneNumber, reference);
        return isAllowed;
      },
      onWritten: (call) => {
        call.point = 'purchase sent';
        if (isLate && faults.strikes('pause-until-landing', 0.9)) scheduler.pause(process, sentAt + delayMs);
      },
      effectDelayMs: isLost ? null : delayMs,
      effect: () => {
        if (isThrottled) throw failure('rate_limited', 'throttled', 'too many requests');
        if (isRefused) throw failure(random.pick(REFUSALS), 'rejected', 'refused for a reason of the vendor');
        // What lands late may also show late, but A2 holds: at the end of the settling time look-ups tell the truth.
        const visibleAt = Math.min(scheduler.now() + random.between(0, 60_000), sentAt + latestEffectMs);
        const sold = vendor.sell({ phoneNumber, reference, sentAt, visibleAt, capabilities });
        parts.onSale(reference, sentAt);
        return sold;
      },
      isAnswerLost: faults.strikes('purchase-answer-lost', isLate ? 0.6 : 0.2),
    });
  }
}

/** One request and its answer: written when the scheduler says so, its effect apart from its answer. */
function runExchange<Answer>(parts: ProviderParts, asked: Exchange<Answer>): Promise<Answer> {
  const { process, scheduler, random, faults, check } = parts;
  const { label, signal, effectDelayMs, effect, isAnswerLost } = asked;
  const hangs = faults.strikes('provider-hangs', 0.1);
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
