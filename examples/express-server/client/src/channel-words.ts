import { MessageCircle, MessageSquare, Phone } from '@lucide/vue';
import type { Channel } from './api/channels.js';

export const typeNames: Readonly<Record<Channel['type'], string>> = {
  whatsapp: 'WhatsApp',
  sms: 'SMS',
  voice: 'Voice',
};

/** What a type is for. */
export const typeUses: Readonly<Record<Channel['type'], string>> = {
  whatsapp: 'Chat with customers',
  sms: 'Text messages',
  voice: 'Phone calls',
};

export const typeIcons = { whatsapp: MessageCircle, sms: MessageSquare, voice: Phone } as const;

export const CAPABILITIES = ['voice', 'sms', 'mms'] as const;

export const capabilityNames: Readonly<Record<(typeof CAPABILITIES)[number], string>> = {
  voice: 'Voice',
  sms: 'SMS',
  mms: 'MMS',
};

/** Names what a number can carry. */
export function nameCapabilities(capabilities: Channel['capabilities']): string[] {
  return CAPABILITIES.filter((key) => capabilities[key]).map((key) => capabilityNames[key]);
}

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
    'The number is being returned, but the provider hasn’t confirmed it yet. We keep trying; until then it may still be paid for.',
  released: 'The number was given back. It costs nothing any more, and may be somebody else’s by now.',
  lost: 'The provider no longer lists this number, and nobody here asked for that. Check with the provider.',
};
