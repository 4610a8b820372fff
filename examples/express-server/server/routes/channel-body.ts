import type { Channel } from '@channelkit/core';
import type { z } from 'zod';
import type { channelSchema, generatedChannelSchema } from '../schemas/channel-schema.js';

/** Writes a channel as the document's answer has it, field by field. */
export function generatedChannelBody(channel: Channel): z.infer<typeof generatedChannelSchema> {
  return { ...documentFields(channel), message: 'Phone number purchased and stored successfully' };
}

/** Writes a channel with everything a client may want to know of it. */
export function channelBody(channel: Channel): z.infer<typeof channelSchema> {
  const { provider, metadata, updatedAt, releasedAt } = channel;
  return {
    ...documentFields(channel),
    provider,
    metadata: { ...metadata },
    updatedAt: updatedAt.toISOString(),
    releasedAt: releasedAt?.toISOString() ?? null,
  };
}

function documentFields(channel: Channel) {
  const { id, name, phoneNumber, countryCode, isoCountry, type, status, capabilities, isMock } = channel;
  const { voice, sms, mms } = capabilities;
  return {
    id,
    name,
    phoneNumber,
    countryCode,
    isoCountry,
    type,
    status,
    capabilities: { voice, sms, mms },
    isMock,
    twilioSid: channel.twilioSid,
    createdAt: channel.createdAt.toISOString(),
  };
}
