/**
 * Twilio's own OpenAPI document and where it comes from: one JSON file of the newest release of a package of Twilio's.
 *
 * Nothing else of the package is read, and nothing of it is run. To move to a newer one, take version and integrity from
 * `npm view @twilio/cli-core version dist.integrity`.
 */
export const PINNED_DOCUMENT = {
  package: '@twilio/cli-core',
  version: '9.0.0',
  integrity:
    'sha512-FPHm5gXAUwM2oATmQi3AGYPFz4Urg5G5/vDkpUu5WqNuwueQaS93HwXjdX1OM+miuq0LMimdfbXDTLEp4Nsjfg==',
  file: 'package/src/services/twilio-api/twilio_api_v2010.json',
} as const;
