import type { JsonSchema } from './to-json-schema.js';

/** A place where Twilio's real wire differs from its OpenAPI document; there the wire wins. */
export interface Deviation {
  /** What the wire does. */
  fact: string;
  /** Where that is known from. */
  source: string;
}

/** Fields of an answer that are something else than the document says. */
export interface FieldDeviation extends Deviation {
  /** The names of the document's components that it is about. */
  components: RegExp;
  fields: readonly string[];
  wire: JsonSchema;
}

/** A format that answers use in a wider sense. */
export interface FormatDeviation extends Deviation {
  format: string;
  wire: string;
}

const SEARCHED = /^api\.v2010\.account\.available_phone_number_country\.available_phone_number_/;
const OWNED = /^api\.v2010\.account\.incoming_phone_number$/;

/** Every field in which the real wire differs. */
export const FIELD_DEVIATIONS: readonly FieldDeviation[] = [
  {
    fact: 'A search spells capabilities voice, SMS, MMS, and sometimes fax; the document says all lower case.',
    source: 'https://github.com/twilio/twilio-node/issues/833',
    components: SEARCHED,
    fields: ['capabilities'],
    wire: {
      type: 'object',
      properties: {
        voice: { type: 'boolean' },
        SMS: { type: 'boolean' },
        MMS: { type: 'boolean' },
        fax: { type: 'boolean' },
      },
      required: ['voice', 'SMS', 'MMS'],
      additionalProperties: false,
    },
  },
  {
    fact: 'An owned number has all four capabilities in lower case; the document requires none of them.',
    source: 'https://github.com/twilio/twilio-php/issues/783',
    components: OWNED,
    fields: ['capabilities'],
    wire: {
      type: 'object',
      properties: {
        voice: { type: 'boolean' },
        sms: { type: 'boolean' },
        mms: { type: 'boolean' },
        fax: { type: 'boolean' },
      },
      required: ['voice', 'sms', 'mms', 'fax'],
      additionalProperties: false,
    },
  },
  {
    fact: 'Coordinates are strings with six decimals ("19.720000"), as in the example of the document itself; its schema says number.',
    source: 'https://www.twilio.com/docs/phone-numbers/api/availablephonenumberlocal-resource',
    components: SEARCHED,
    fields: ['latitude', 'longitude'],
    wire: { type: ['string', 'null'], pattern: '^-?\\d{1,3}\\.\\d{6}$' },
  },
  {
    fact: 'An application that is not set is an empty string, as in the example of the document itself; its schema wants a sid or null.',
    source: 'https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource',
    components: OWNED,
    fields: ['sms_application_sid', 'voice_application_sid'],
    wire: { type: ['string', 'null'], pattern: '^(AP[0-9a-fA-F]{32})?$' },
  },
];

/** Every format in which the real wire differs. */
export const FORMAT_DEVIATIONS: readonly FormatDeviation[] = [
  {
    fact: 'Links to resources and pages are relative to https://api.twilio.com, and a web hook that is not set is an empty string.',
    source: 'https://www.twilio.com/docs/usage/twilios-response',
    format: 'uri',
    wire: 'uri-reference',
  },
];

/** The body of every answer with a status from 400 on: the document describes none. */
export const ERROR_BODY: Deviation & { wire: JsonSchema } = {
  fact: 'An error is { code, message, more_info, status }; a 401 also has detail.',
  source: 'https://www.twilio.com/docs/usage/twilios-response',
  wire: {
    type: 'object',
    properties: {
      code: { type: 'integer', minimum: 10_000, maximum: 99_999 },
      message: { type: 'string', minLength: 1 },
      more_info: { type: 'string', pattern: '^https://www\\.twilio\\.com/docs/errors/\\d{5}$' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string' },
    },
    required: ['code', 'message', 'more_info', 'status'],
    additionalProperties: false,
  },
};
