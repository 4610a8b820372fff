import { resolveCountry } from '@channelkit/core/phone';
import express from 'express';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Country } from '../../client/src/api/channels.js';
import { findCountry, searchCountries } from '../../client/src/country-search.js';
import { listCountries } from '../../server/routes/list-countries.js';

let server: Server;
let countries: readonly Country[];
beforeAll(async () => {
  server = express().get('/', listCountries()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const response = await fetch(`http://127.0.0.1:${port ?? 0}/`);
  ({ countries } = (await response.json()) as { countries: Country[] });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('findCountry', () => {
  it.each([
    ['USA', 'US'],
    ['us', 'US'],
    [' united states ', 'US'],
    ['U.S.A.', 'US'],
    ['UK', 'GB'],
    ['deu', 'DE'],
    ['cote d’ivoire', 'CI'],
    ['+49', 'DE'],
    ['49', 'DE'],
    ['+1', 'US'],
    ['1', 'US'],
    ['+44', 'GB'],
    ['+7', 'RU'],
    ['+39', 'IT'],
    ['the Netherlands', 'NL'],
    ['The Bahamas', 'BS'],
  ])('finds by %j %s', (text, isoCountry) => {
    expect(findCountry(countries, text)?.isoCountry).toBe(isoCountry);
  });

  it.each(['', '  ', 'Narnia', '+', '+999', 'united', 'the'])('finds none by %j', (text) => {
    expect(findCountry(countries, text)).toBeNull();
  });

  it('finds by every calling code what the server makes of it', () => {
    for (const { callingCode } of countries) {
      const { isoCountry } = resolveCountry(callingCode);
      expect([callingCode, findCountry(countries, callingCode)?.isoCountry]).toEqual([
        callingCode,
        isoCountry,
      ]);
    }
  });
});

describe('searchCountries', () => {
  const names = (text: string) => searchCountries(countries, text).map(({ name }) => name);

  it('puts those first whose name begins with the text', () => {
    expect(names('united').slice(0, 3)).toEqual(['United Arab Emirates', 'United Kingdom', 'United States']);
    expect(names('usa')[0]).toBe('United States');
  });

  it('finds by calling code, with and without its plus', () => {
    expect(names('+44')).toContain('United Kingdom');
    expect(names('44')).toContain('United Kingdom');
  });

  it('lists all for no text, and none for nonsense', () => {
    expect(names('')).toHaveLength(243);
    expect(names('zzzz')).toEqual([]);
  });
});
