import { NOWHERE, type NumberPlace, type Requirement } from './number-on-offer.js';
import type { NumberType } from './number-types.js';

/** A run of numbers that begin alike, share a place and are sold as one type. */
export interface NumberBlock {
  type: NumberType;
  /** The digits after the country calling code with which every number of the block begins. */
  prefix: string;
  /** How many digits follow the country calling code altogether. */
  length: number;
  place: NumberPlace;
  /** How large a part of the inventory the block is, relative to the others. */
  share: number;
  /** How likely a number of the block has each capability, 0 to 1. */
  odds: { voice: number; sms: number; mms: number; fax: number };
  /** What a buyer has to show. */
  requires: readonly Requirement[];
}

/** One country's part of the simulated market. */
export interface CountryMarket {
  countryCode: string;
  country: string;
  callingCode: string;
  blocks: readonly NumberBlock[];
}

const TEXT_AND_VOICE = { voice: 0.99, sms: 0.95, mms: 0.9, fax: 0 };
const VOICE_MOSTLY = { voice: 1, sms: 0.3, mms: 0, fax: 0.2 };
const VOICE_ONLY = { voice: 1, sms: 0, mms: 0, fax: 0 };
const MOBILE = { voice: 0.98, sms: 0.99, mms: 0.05, fax: 0 };

/**
 * The countries the simulator sells in: made-up stock in real area codes, enough variety to meet every rule of the wire.
 *
 * It is no copy of Twilio's market. United Kingdom local numbers need no papers here, although
 * Twilio asks for some; `requirements` of `startTwilioSimulator` changes that.
 */
export const MARKET: readonly CountryMarket[] = [
  {
    countryCode: 'US',
    country: 'United States',
    callingCode: '1',
    blocks: [
      northAmerican('415', 'San Francisco', 'CA', '94103', '722', '37.774900', '-122.419400'),
      northAmerican('212', 'New York', 'NY', '10001', '132', '40.712800', '-74.006000'),
      northAmerican('312', 'Chicago', 'IL', '60601', '358', '41.878100', '-87.629800'),
      northAmerican('206', 'Seattle', 'WA', '98101', '674', '47.606200', '-122.332100'),
      northAmerican('305', 'Miami', 'FL', '33101', '460', '25.761700', '-80.191800'),
      northAmerican('512', 'Austin', 'TX', '78701', '558', '30.267200', '-97.743100'),
      northAmerican('617', 'Boston', 'MA', '02108', '128', '42.360100', '-71.058900'),
      northAmerican('808', 'Hilo', 'HI', '96720', '834', '19.720000', '-155.090000'),
      placeless({ type: 'TollFree', prefix: '833', length: 10, share: 6, odds: TEXT_AND_VOICE }),
      placeless({ type: 'TollFree', prefix: '844', length: 10, share: 6, odds: TEXT_AND_VOICE }),
    ],
  },
  {
    countryCode: 'CA',
    country: 'Canada',
    callingCode: '1',
    blocks: [
      northAmerican('416', 'Toronto', 'ON', 'M5H 2N2', '888', '43.653200', '-79.383200'),
      northAmerican('604', 'Vancouver', 'BC', 'V6B 1A1', '888', '49.282700', '-123.120700'),
      northAmerican('514', 'Montreal', 'QC', 'H2Y 1C6', '888', '45.501700', '-73.567300'),
      placeless({ type: 'TollFree', prefix: '888', length: 10, share: 3, odds: TEXT_AND_VOICE }),
    ],
  },
  {
    countryCode: 'GB',
    country: 'United Kingdom',
    callingCode: '44',
    blocks: [
      city('20', 10, 'London', { odds: { voice: 1, sms: 0.6, mms: 0, fax: 0.2 } }),
      city('161', 10, 'Manchester', { odds: VOICE_MOSTLY }),
      city('131', 10, 'Edinburgh', { odds: VOICE_MOSTLY }),
      placeless({ type: 'Mobile', prefix: '7480', length: 10, share: 5, odds: MOBILE, requires: ['bundle'] }),
      placeless({ type: 'TollFree', prefix: '808', length: 10, share: 2, odds: VOICE_ONLY }),
    ],
  },
  {
    countryCode: 'DE',
    country: 'Germany',
    callingCode: '49',
    blocks: [
      city('30', 10, 'Berlin', { odds: VOICE_MOSTLY, requires: ['address', 'bundle'] }),
      city('89', 10, 'Munich', { odds: VOICE_MOSTLY, requires: ['address', 'bundle'] }),
      placeless({ type: 'Mobile', prefix: '1521', length: 11, share: 3, odds: MOBILE, requires: ['bundle'] }),
    ],
  },
  {
    countryCode: 'FR',
    country: 'France',
    callingCode: '33',
    blocks: [
      city('187', 9, 'Paris', { odds: VOICE_ONLY, requires: ['address', 'bundle'] }),
      placeless({
        type: 'National',
        prefix: '970',
        length: 9,
        share: 2,
        odds: VOICE_ONLY,
        requires: ['bundle'],
      }),
    ],
  },
  {
    countryCode: 'AU',
    country: 'Australia',
    callingCode: '61',
    blocks: [
      city('28', 9, 'Sydney', { odds: VOICE_ONLY, requires: ['address'] }),
      city('38', 9, 'Melbourne', { odds: VOICE_ONLY, requires: ['address'] }),
      placeless({ type: 'Mobile', prefix: '480', length: 9, share: 4, odds: MOBILE, requires: ['address'] }),
      placeless({ type: 'TollFree', prefix: '1800', length: 10, share: 1, odds: VOICE_ONLY }),
    ],
  },
  {
    countryCode: 'DK',
    country: 'Denmark',
    callingCode: '45',
    blocks: [
      city('78', 8, 'Copenhagen', { odds: VOICE_MOSTLY, requires: ['address'] }),
      placeless({ type: 'TollFree', prefix: '80', length: 8, share: 1, odds: VOICE_ONLY }),
    ],
  },
  {
    countryCode: 'NL',
    country: 'Netherlands',
    callingCode: '31',
    blocks: [
      city('20', 9, 'Amsterdam', { odds: VOICE_MOSTLY, requires: ['address'] }),
      placeless({ type: 'Mobile', prefix: '684', length: 9, share: 2, odds: MOBILE, requires: ['address'] }),
    ],
  },
  {
    countryCode: 'SE',
    country: 'Sweden',
    callingCode: '46',
    blocks: [
      city('850', 9, 'Stockholm', { odds: VOICE_MOSTLY }),
      placeless({ type: 'Mobile', prefix: '76', length: 9, share: 3, odds: MOBILE }),
    ],
  },
  {
    countryCode: 'BR',
    country: 'Brazil',
    callingCode: '55',
    blocks: [city('114', 10, 'Sao Paulo', { odds: VOICE_ONLY, requires: ['bundle'] })],
  },
];

function northAmerican(
  prefix: string,
  locality: string,
  region: string,
  postalCode: string,
  lata: string,
  latitude: string,
  longitude: string,
): NumberBlock {
  const rateCenter = locality.toUpperCase();
  const place = { locality, region, postalCode, lata, rateCenter, latitude, longitude };
  return { type: 'Local', prefix, length: 10, place, share: 8, odds: TEXT_AND_VOICE, requires: [] };
}

function city(
  prefix: string,
  length: number,
  locality: string,
  rest: Pick<NumberBlock, 'odds'> & Partial<Pick<NumberBlock, 'requires'>>,
): NumberBlock {
  const place = { ...NOWHERE, locality };
  return { type: 'Local', prefix, length, place, share: 3, requires: [], ...rest };
}

function placeless(
  block: Omit<NumberBlock, 'place' | 'requires'> & Partial<Pick<NumberBlock, 'requires'>>,
): NumberBlock {
  return { place: NOWHERE, requires: [], ...block };
}
