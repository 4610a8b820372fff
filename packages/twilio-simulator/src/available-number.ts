import type { NumberOnOffer } from './number-on-offer.js';

/**
 * Writes a number on offer as a search answers it.
 *
 * `SMS` and `MMS` are upper case and `voice` is not, and coordinates are strings: so the wire is, whatever the OpenAPI
 * document says (github.com/twilio/twilio-node/issues/833). Neither the type nor the need of a bundle shows.
 */
export function availableNumberResource(number: NumberOnOffer): Record<string, unknown> {
  return {
    friendly_name: number.friendlyName,
    phone_number: number.phoneNumber,
    lata: number.lata,
    locality: number.locality,
    rate_center: number.rateCenter,
    latitude: number.latitude,
    longitude: number.longitude,
    region: number.region,
    postal_code: number.postalCode,
    iso_country: number.countryCode,
    address_requirements: number.requirements.includes('address') ? 'any' : 'none',
    beta: number.beta,
    capabilities: {
      voice: number.capabilities.voice,
      SMS: number.capabilities.sms,
      MMS: number.capabilities.mms,
      ...(number.capabilities.fax ? { fax: true } : {}),
    },
  };
}
