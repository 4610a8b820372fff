import { CHANNEL_STATUSES, CHANNEL_TYPES, NUMBER_TYPES } from '@channelkit/core';
import { z } from 'zod';

/** Text that every database can keep: well formed, and without a NUL character. */
const text = (most: number, string = z.string()) =>
  string
    .min(1, `must be 1 to ${most} characters`)
    .max(most, `must be 1 to ${most} characters`)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must be well-formed text');

/** Text that a person typed, whatever blanks slipped in around it. */
const typed = (most: number) => text(most, z.string().trim());

const searchKeys = {
  country: typed(100).meta({
    description: 'Name, ISO code or calling code, in any case.',
    example: 'USA',
  }),
  type: z.enum(CHANNEL_TYPES).optional().meta({ description: 'Default `whatsapp`.' }),
  numberType: z.enum(NUMBER_TYPES).optional(),
  areaCode: z
    .string()
    .regex(/^\d{1,6}$/, 'must be 1 to 6 digits')
    .optional(),
  contains: z
    .string()
    .regex(/^[0-9a-zA-Z]{2,16}$/, 'must be 2 to 16 digits or Latin letters')
    .optional(),
  locality: typed(100).optional(),
  region: typed(100).optional(),
};

const webUrl = z.url({ protocol: /^https?$/ }).max(2048, 'must have at most 2048 characters');

/** A whole number in a query. */
const wholeNumber = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error, abort: true }).min(least, error).max(most, error);
};
const documentId = z
  .string()
  .regex(/^\w{1,64}$/, 'must be an id of letters and digits')
  .optional();
const idempotencyKey = text(255).meta({
  description: 'The same key and request never buy twice; a call that comes back gets the same channel.',
});

/** The body of `POST /api/channels/generate-phone-number`. */
export const generateRequestSchema = z
  .strictObject({
    ...searchKeys,
    name: typed(255)
      .optional()
      .meta({ description: 'Default: the country as given, a dash and the number.', example: 'My Channel' }),
    capabilities: z
      .strictObject({
        voice: z.boolean().optional(),
        sms: z.boolean().optional(),
        mms: z.boolean().optional(),
      })
      .optional()
      .meta({ description: 'Beside what the type needs.' }),
    phoneNumber: z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'must be E.164, like +15551234567')
      .optional()
      .meta({ description: 'Buy exactly this one.' }),
    idempotencyKey: idempotencyKey.optional(),
    metadata: z.record(text(255), z.string()).optional().meta({ description: 'At most 16 KiB as JSON.' }),
    webhooks: z
      .strictObject({
        smsUrl: webUrl.optional(),
        voiceUrl: webUrl.optional(),
        statusCallbackUrl: webUrl.optional(),
      })
      .optional(),
    regulatory: z
      .strictObject({ addressId: documentId, bundleId: documentId, identityId: documentId })
      .optional(),
  })
  .meta({ id: 'GenerateRequest' });

export const generateHeadersSchema = z.object({
  'idempotency-key': idempotencyKey.optional(),
});

export const channelIdSchema = z.object({ id: text(255) });

/** The query of `GET /api/channels`. */
export const listQuerySchema = z.strictObject({
  status: z.enum(CHANNEL_STATUSES).optional(),
  type: z.enum(CHANNEL_TYPES).optional(),
  limit: wholeNumber(1, 100).default(20),
  cursor: text(1000).optional().meta({ description: '`nextCursor` of the page before.' }),
});

/** The query of `GET /api/numbers`. */
export const numbersQuerySchema = z.strictObject({
  ...searchKeys,
  capabilities: z
    .string()
    .regex(/^(voice|sms|mms)(,(voice|sms|mms))*$/, 'must be a list such as sms,mms')
    .optional()
    .meta({ description: 'Beside what the type needs, with commas between.', example: 'sms,mms' }),
  limit: wholeNumber(1, 50).default(10),
});
