import { type Country, resolveCountry } from '@channelkit/core/phone';
import type { RequestHandler } from 'express';
import isoCountries from 'i18n-iso-countries';
import { getCountries } from 'libphonenumber-js/min';

const shortNames = new Intl.DisplayNames('en', { type: 'region', style: 'short' });

/** `GET /api/countries`: every country that has a calling code, by name. */
export function listCountries(): RequestHandler {
  const countries = getCountries()
    .filter((code) => isoCountries.isValid(code))
    .map((code) => resolveCountry(code))
    .sort((one, other) => one.name.localeCompare(other.name, 'en'))
    .map((country) => ({
      ...country,
      isMainOfCallingCode: resolveCountry(country.callingCode).isoCountry === country.isoCountry,
      alsoKnownAs: otherNames(country),
    }));
  return (_request, response) => {
    response.set('Cache-Control', 'private, max-age=3600').json({ countries });
  };
}

function otherNames({ isoCountry, name }: Country): string[] {
  const formal = isoCountries.getName(isoCountry, 'en', { select: 'all' }) ?? [];
  const names = [isoCountries.alpha2ToAlpha3(isoCountry), shortNames.of(isoCountry), ...formal];
  return [...new Set(names)].flatMap((other) => (other === undefined || other === name ? [] : [other]));
}
