import type { GenerateRequest } from '../api/channels.js';
import { CAPABILITIES } from '../channel-words.js';

/** What the form holds. */
export interface PhoneForm {
  country: string;
  name: string;
  type: NonNullable<GenerateRequest['type']>;
  areaCode: string;
  capabilities: { voice: boolean; sms: boolean; mms: boolean };
}

/** An empty form. */
export function emptyForm(): PhoneForm {
  return {
    country: '',
    name: '',
    type: 'whatsapp',
    areaCode: '',
    capabilities: { voice: false, sms: false, mms: false },
  };
}

/** Makes the request of a form; what is left empty is left out, so that the defaults apply. */
export function toRequest({ country, name, type, areaCode, capabilities }: PhoneForm): GenerateRequest {
  const wanted = wantedCapabilities(capabilities);
  return {
    country: country.trim(),
    type,
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(areaCode.trim() === '' ? {} : { areaCode: areaCode.trim() }),
    ...(wanted.length === 0 ? {} : { capabilities: Object.fromEntries(wanted.map((key) => [key, true])) }),
  };
}

/** Fills a form with a request that was made of one. */
export function fromRequest({ country, name, type, areaCode, capabilities }: GenerateRequest): PhoneForm {
  const { voice = false, sms = false, mms = false } = capabilities ?? {};
  return {
    country,
    name: name ?? '',
    type: type ?? 'whatsapp',
    areaCode: areaCode ?? '',
    capabilities: { voice, sms, mms },
  };
}

/** Makes the search that shows what the form could get. */
export function toSearch({ type, areaCode, capabilities }: PhoneForm, country: string) {
  const wanted = wantedCapabilities(capabilities);
  return {
    country,
    type,
    ...(/^\d{1,6}$/.test(areaCode.trim()) ? { areaCode: areaCode.trim() } : {}),
    ...(wanted.length === 0 ? {} : { capabilities: wanted.join(',') }),
  };
}

function wantedCapabilities(capabilities: PhoneForm['capabilities']): (typeof CAPABILITIES)[number][] {
  return CAPABILITIES.filter((key) => capabilities[key]);
}
