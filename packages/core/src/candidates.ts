import { backoffMs } from './backoff.js';
import type { Caller } from './caller.js';
import type { CheckedRequest } from './check-request.js';
import type { Candidate } from './channel-store.js';
import type { Context } from './context.js';
import { ProviderError } from './errors/provider-error.js';
import { elapsedMs, startLease } from './lease.js';
import type { AvailableNumber, NumberQuery } from './number-provider.js';
import { matchesQuery } from './number-match.js';

/** Numbers to try, one after another, each once. */
export interface Candidates {
  /** Resolves to the next number, or to `null` when there is none left to try. */
  next(): Promise<Candidate | null>;
}

/** Finds the numbers that a request may buy: the one it names, or those that a search lists. */
export function findCandidates(context: Context, request: CheckedRequest, caller: Caller): Candidates {
  return request.phoneNumber === null
    ? searchedCandidates(context, request.query, caller)
    : namedCandidate(context, request.phoneNumber, caller);
}

function searchedCandidates(context: Context, query: NumberQuery, caller: Caller): Candidates {
  const { provider, policy, runtime } = context;
  const started = startLease(runtime);
  const tried = new Set<string>();
  let page: AvailableNumber[] = [];
  let vendorDate: number | null = null;

  const searchAgain = async () => {
    const answer = await provider.searchNumbers(query, caller.waitingSignal());
    vendorDate = wholeSeconds(answer.vendorDate);
    page = answer.numbers.filter((number) => matchesQuery(number, query) && !tried.has(number.phoneNumber));
  };

  return {
    next: async () => {
      // A page that holds nothing new was sampled from little stock, or others are buying the same: look again a few times.
      for (let searches = 0; page.length === 0; searches += 1) {
        const isOver = elapsedMs(started, runtime) >= policy.deadlineMs;
        if (searches > 0 && (tried.size === 0 || searches >= policy.attempts || isOver || caller.hasLeft()))
          return null;
        if (searches > 0) await runtime.sleep(backoffMs(searches, runtime), caller.waitingSignal());
        await searchAgain();
      }
      // The first of a page is what everybody else picks.
      const [number] = page.splice(Math.floor(runtime.random() * page.length), 1);
      if (number === undefined) return null;
      tried.add(number.phoneNumber);
      return { phoneNumber: number.phoneNumber, vendorDate };
    },
  };
}

function namedCandidate({ provider }: Context, phoneNumber: string, caller: Caller): Candidates {
  let isGiven = false;
  return {
    next: async () => {
      if (isGiven) return null;
      isGiven = true;
      const { number, vendorDate } = await provider.findNumber({ phoneNumber }, caller.waitingSignal());
      if (number !== null) {
        throw new ProviderError({
          code: 'number_unavailable',
          outcome: 'rejected',
          message: `${phoneNumber} is owned by this account already; it was not bought again.`,
        });
      }
      return { phoneNumber, vendorDate: wholeSeconds(vendorDate) };
    },
  };
}

/** Vendors date what they sell in whole seconds: a number bought in the second of its search is not older than that. */
function wholeSeconds(date: Date | null): number | null {
  return date === null ? null : Math.floor(date.getTime() / 1_000) * 1_000;
}
