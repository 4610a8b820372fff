import type { Capabilities } from './channel.js';
import {
  type AvailableNumber,
  type OwnedNumber,
  RELEASE_ANSWERS,
  type ReleaseAnswer,
  type SearchAnswer,
} from './number-provider.js';

/**
 * Reads what an adapter answered as a number that is owned.
 *
 * @throws TypeError that says what is wrong with it.
 */
export function readOwnedNumber(answer: OwnedNumber): OwnedNumber {
  const { phoneNumber, providerNumberId, isoCountry, reference, createdAt, capabilities } = answer;
  demand(typeof phoneNumber === 'string', 'phoneNumber is not text');
  demand(typeof providerNumberId === 'string', 'providerNumberId is not text');
  demand(isoCountry === null || typeof isoCountry === 'string', 'isoCountry is neither text nor null');
  demand(reference === null || typeof reference === 'string', 'reference is neither text nor null');
  demand(createdAt === null || isDate(createdAt), 'createdAt is neither a date nor null');
  return {
    phoneNumber,
    providerNumberId,
    isoCountry,
    reference,
    createdAt,
    capabilities: readCapabilities(capabilities),
  };
}

/**
 * Reads what an adapter answered to a search.
 *
 * @throws TypeError that says what is wrong with it.
 */
export function readSearchAnswer({ numbers, vendorDate }: SearchAnswer): SearchAnswer {
  demand(vendorDate === null || isDate(vendorDate), 'vendorDate is neither a date nor null');
  return { vendorDate, numbers: numbers.map(readAvailableNumber) };
}

/**
 * Reads what an adapter answered to a release.
 *
 * @throws TypeError that says what is wrong with it.
 */
export function readReleaseAnswer(answer: ReleaseAnswer): ReleaseAnswer {
  demand(RELEASE_ANSWERS.includes(answer), `a release is answered with ${RELEASE_ANSWERS.join(' or ')}`);
  return answer;
}

function readAvailableNumber(number: AvailableNumber): AvailableNumber {
  demand(typeof number.phoneNumber === 'string', 'phoneNumber is not text');
  return { ...number, capabilities: readCapabilities(number.capabilities) };
}

function readCapabilities({ voice, sms, mms }: Capabilities): Capabilities {
  demand(
    [voice, sms, mms].every((value) => typeof value === 'boolean'),
    'capabilities are not three booleans',
  );
  return { voice, sms, mms };
}

function isDate(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

function demand(isMet: boolean, problem: string): void {
  if (!isMet) throw new TypeError(`the answer of the adapter cannot be used: ${problem}`);
}
