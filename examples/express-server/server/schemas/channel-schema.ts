import { CHANNEL_STATUSES, CHANNEL_TYPES } from '@channelkit/core';
import { z } from 'zod';

export const capabilitiesSchema = z
  .strictObject({ voice: z.boolean(), sms: z.boolean(), mms: z.boolean() })
  .meta({ id: 'Capabilities', description: 'What the number can carry.' });

/** The fields of the document's answer, in its order. */
const documentFields = {
  id: z.string().min(1).meta({ description: 'A UUID.' }),
  name: z.string().min(1),
  phoneNumber: z
    .string()
    .regex(/^\+[1-9]\d{1,14}$/)
    .meta({ description: 'E.164.', example: '+14155550123' }),
  countryCode: z
    .string()
    .regex(/^\+\d{1,4}$/)
    .meta({ description: 'The calling code.', example: '+1' }),
  isoCountry: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .meta({ description: 'ISO 3166-1 alpha-2.', example: 'US' }),
  type: z.enum(CHANNEL_TYPES),
  status: z.enum(CHANNEL_STATUSES).meta({
    description:
      '`releasing`: being given back, and perhaps still paid for; `released`: given back; `lost`: the provider no longer has it.',
  }),
  capabilities: capabilitiesSchema,
  isMock: z.boolean(),
  twilioSid: z.string().nullable().meta({ description: 'Null unless the number is at Twilio.' }),
  createdAt: z.iso.datetime(),
};

/** What `POST /api/channels/generate-phone-number` answers. */
export const generatedChannelSchema = z
  .strictObject({ ...documentFields, message: z.literal('Phone number purchased and stored successfully') })
  .meta({ id: 'GeneratedChannel' });

/** What every other route says of a channel. */
export const channelSchema = z
  .strictObject({
    ...documentFields,
    provider: z.string(),
    metadata: z.record(z.string(), z.string()),
    updatedAt: z.iso.datetime(),
    releasedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Channel' });

export const channelPageSchema = z
  .strictObject({
    channels: z.array(channelSchema),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
  })
  .meta({ id: 'ChannelPage' });
