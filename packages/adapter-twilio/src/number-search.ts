import { type AvailableNumber, InvalidInputError, type InputIssue, type NumberQuery } from '@channelkit/core';

/** What is sent along with a search, under the SDK's names. */
export interface SearchParameters {
  areaCode?: number;
  contains?: string;
  inLocality?: string;
  inRegion?: string;
  smsEnabled?: true;
  mmsEnabled?: true;
  voiceEnabled?: true;
}

/**
 * Turns a query into Twilio's search parameters. They only narrow the sample Twilio draws: {@link matchesQuery}
 * decides, because Twilio ignores what it does not support in a country.
 */
export function toSearchParameters(query: NumberQuery): SearchParameters {
  const { areaCode, locality, region, capabilities } = query;
  const isNorthAmerica = query.country === 'US' || query.country === 'CA';
  const hasAreaParameter = isNorthAmerica && areaCode !== undefined && /^[2-9]\d\d$/.test(areaCode);
  const pattern = patternOf(query, hasAreaParameter ? undefined : areaCode);
  return {
    ...(hasAreaParameter ? { areaCode: Number(areaCode) } : {}),
    ...(pattern === undefined ? {} : { contains: pattern }),
    ...(locality === undefined ? {} : { inLocality: locality }),
    ...(region !== undefined && isNorthAmerica ? { inRegion: region } : {}),
    ...(capabilities.sms === true ? { smsEnabled: true } : {}),
    ...(capabilities.mms === true ? { mmsEnabled: true } : {}),
    ...(capabilities.voice === true ? { voiceEnabled: true } : {}),
  };
}

/** Tells whether a number meets every constraint of the query, exactly. */
export function matchesQuery(number: AvailableNumber, query: NumberQuery): boolean {
  const { areaCode, contains, locality, region, capabilities: required } = query;
  const { capabilities: held } = number;
  return (
    number.phoneNumber.startsWith(`${query.callingCode}${areaCode ?? ''}`) &&
    (contains === undefined || number.phoneNumber.includes(toKeypadDigits(contains))) &&
    (locality === undefined || isSameName(number.locality, locality)) &&
    (region === undefined || isSameName(number.region, region)) &&
    (required.voice !== true || held.voice) &&
    (required.sms !== true || held.sms) &&
    (required.mms !== true || held.mms) &&
    (query.type !== 'whatsapp' || held.sms || held.voice)
  );
}

/**
 * Refuses a query that could mean something else to Twilio than it says: its patterns have wildcards, and the country
 * becomes part of an address.
 *
 * @throws InvalidInputError with every issue; nothing was asked.
 */
export function checkQuery(query: NumberQuery): void {
  const issues: InputIssue[] = [];
  const check = (path: string, value: string | undefined, pattern: RegExp, message: string) => {
    if (value !== undefined && !pattern.test(value)) issues.push({ path, message });
  };
  check('country', query.country, /^[A-Z]{2}$/, 'must be two capital letters');
  check('callingCode', query.callingCode, /^\+[1-9]\d{0,6}$/, 'must be a plus and digits');
  check('areaCode', query.areaCode, /^\d{1,14}$/, 'must be digits');
  check('contains', query.contains, /^[0-9a-zA-Z]{2,16}$/, 'must be 2 to 16 digits or Latin letters');
  if (issues.length > 0) throw new InvalidInputError({ issues });
}

/** One pattern is all Twilio takes: of two, the longer one, which leaves less to be sifted out of its sample. */
function patternOf({ callingCode, contains }: NumberQuery, areaCode: string | undefined): string | undefined {
  const digits = contains === undefined ? undefined : toKeypadDigits(contains);
  if (areaCode === undefined || (digits?.length ?? 0) > areaCode.length) return digits;
  // The plus ties the pattern to the beginning of the number.
  return `${callingCode}${areaCode}`;
}

const KEYPAD = 'abc2def3ghi4jkl5mno6pqrs7tuv8wxyz9';

function toKeypadDigits(text: string): string {
  return text
    .toLowerCase()
    .replace(/[a-z]/g, (letter) => /\d/.exec(KEYPAD.slice(KEYPAD.indexOf(letter)))?.[0] ?? letter);
}

function isSameName(actual: string | null, asked: string): boolean {
  return actual !== null && normalizeName(actual) === normalizeName(asked);
}

function normalizeName(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}
