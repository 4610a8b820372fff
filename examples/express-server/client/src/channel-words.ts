import type { Channel } from './api/channels.js';

export const typeNames: Readonly<Record<Channel['type'], string>> = {
  whatsapp: 'WhatsApp',
  sms: 'SMS',
  voice: 'Voice',
};

export const statusNames: Readonly<Record<Channel['status'], string>> = {
  active: 'Active',
  releasing: 'Being released',
  released: 'Released',
  lost: 'Lost',
};

/** What a status means for whoever pays for the number. */
export const statusMeanings: Readonly<Record<Channel['status'], string>> = {
  active: 'The number is yours and ready to use.',
  releasing:
    'The number is on record as being given back, but the provider hasn’t taken it yet. We keep trying; until then it is still paid for.',
  released: 'The number was given back. It costs nothing any more, and may be somebody else’s by now.',
  lost: 'The provider no longer lists this number, and nobody here asked for that. Check with the provider.',
};
