import type { CountryMarket, NumberBlock } from './market.js';
import { formatFriendlyName, type NumberOnOffer } from './number-on-offer.js';
import type { Random } from './random.js';

const BETA_ODDS = 0.04;

/** Makes about `size` distinct numbers spread over the market's blocks by their shares, at least one in each block. */
export function stockMarket(market: readonly CountryMarket[], size: number, random: Random): NumberOnOffer[] {
  const blocks = market.flatMap((country) => country.blocks.map((block) => ({ country, block })));
  const shares = blocks.reduce((sum, { block }) => sum + block.share, 0);
  return blocks.flatMap(({ country, block }) =>
    stockBlock(country, block, Math.max(1, Math.round((size * block.share) / shares)), random),
  );
}

function stockBlock(
  country: CountryMarket,
  block: NumberBlock,
  count: number,
  random: Random,
): NumberOnOffer[] {
  const phoneNumbers = new Set<string>();
  while (phoneNumbers.size < count) {
    phoneNumbers.add(`+${country.callingCode}${block.prefix}${restOfNumber(country, block, random)}`);
  }
  return [...phoneNumbers].map((phoneNumber) => ({
    ...block.place,
    phoneNumber,
    friendlyName: formatFriendlyName(phoneNumber),
    countryCode: country.countryCode,
    type: block.type,
    capabilities: {
      voice: random.chance(block.odds.voice),
      sms: random.chance(block.odds.sms),
      mms: random.chance(block.odds.mms),
      fax: random.chance(block.odds.fax),
    },
    requirements: block.requires,
    beta: random.chance(BETA_ODDS),
  }));
}

function restOfNumber(country: CountryMarket, block: NumberBlock, random: Random): string {
  if (country.callingCode === '1') return `${northAmericanExchange(random)}${digits(4, random)}`;
  return `${2 + random.below(8)}${digits(block.length - block.prefix.length - 1, random)}`;
}

/** Three digits of which the first is 2 to 9; never N11 and never 555, which no subscriber has. */
function northAmericanExchange(random: Random): string {
  for (;;) {
    const exchange = String(200 + random.below(800));
    if (!exchange.endsWith('11') && exchange !== '555') return exchange;
  }
}

function digits(count: number, random: Random): string {
  return Array.from({ length: count }, () => random.below(10)).join('');
}
