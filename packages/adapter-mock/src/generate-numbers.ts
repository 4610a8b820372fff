import type { AvailableNumber, NumberQuery } from '@channelkit/core';
import { keypadDigits } from './keypad-digits.js';
import { canCarry, mockCapabilities } from './mock-capabilities.js';
import { isValidIn, type NumberShape, numberShapes } from './numbering-plan.js';

/** So many failures in a row mean that nothing more matches; the patterns let about one in ten through. */
const MAX_FAILURES = 2_000;

/** What {@link generateNumbers} is to make, and from what. */
export interface NumberGeneration {
  readonly query: NumberQuery;
  readonly count: number;
  readonly random: () => number;
  readonly isTaken: (phoneNumber: string) => boolean;
}

/**
 * Makes distinct numbers that are in the numbering plan of the country and match every key of the query. Local numbers in
 * the US and Canada get the exchange 555 where the query leaves it open: those seldom belong to anybody. A
 * locality or region is taken at its word, for there is none in a number.
 */
export function generateNumbers(generation: NumberGeneration): AvailableNumber[] {
  const { query } = generation;
  for (const shape of numberShapes(query.country)) {
    if (query.numberType !== undefined && query.numberType !== shape.numberType) continue;
    const numbers = generateOfShape(shape, generation);
    if (numbers.length > 0) return numbers;
  }
  return [];
}

function generateOfShape(shape: NumberShape, { query, count, random, isTaken }: NumberGeneration) {
  const numbers = new Map<string, AvailableNumber>();
  for (let failures = 0; numbers.size < count && failures < MAX_FAILURES; failures += 1) {
    const digits = draw(shape, query, random);
    const phoneNumber = `${query.callingCode}${digits}`;
    const number = describe(phoneNumber, shape, query);
    if (!shape.matches(digits) || !canCarry(number, query)) continue;
    if (numbers.has(phoneNumber) || isTaken(phoneNumber) || !isValidIn(query.country, phoneNumber)) continue;
    numbers.set(phoneNumber, number);
    failures = 0;
  }
  return [...numbers.values()];
}

/** Draws digits that carry what the query says; whether they are in the plan still is to be seen. */
function draw(shape: NumberShape, query: NumberQuery, random: () => number): string {
  const areaCode = query.areaCode ?? '';
  const fictional = query.callingCode === '+1' && shape.numberType === 'local' ? '555' : '';
  const drawn = overlay(overlay(shape.makeDigits(random), fictional, 3), areaCode, 0);
  if (query.contains === undefined) return drawn;

  const wanted = keypadDigits(query.contains);
  const callingCode = query.callingCode.slice(1);
  const whole = `${callingCode}${drawn}`;
  if (wanted === null || wanted.length > whole.length) return '';
  if (whole.includes(wanted)) return drawn;
  const start = Math.floor(random() * (whole.length - wanted.length + 1));
  const marked = overlay(whole, wanted, start);
  return marked.startsWith(`${callingCode}${areaCode}`) ? marked.slice(callingCode.length) : '';
}

function overlay(digits: string, part: string, start: number): string {
  return `${digits.slice(0, start)}${part}${digits.slice(start + part.length)}`;
}

function describe(phoneNumber: string, shape: NumberShape, query: NumberQuery): AvailableNumber {
  return {
    phoneNumber,
    isoCountry: query.country,
    numberType: shape.numberType,
    locality: query.locality ?? null,
    region: query.region ?? null,
    capabilities: mockCapabilities(phoneNumber),
  };
}
