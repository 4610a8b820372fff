import { TwilioError } from './twilio-error.js';

/** What the owner of a number may set; `''` and `null` stand for "not set". */
export interface NumberSettings {
  friendlyName: string;
  apiVersion: string;
  smsUrl: string;
  smsMethod: string;
  smsFallbackUrl: string;
  smsFallbackMethod: string;
  smsApplicationSid: string;
  voiceUrl: string;
  voiceMethod: string;
  voiceFallbackUrl: string;
  voiceFallbackMethod: string;
  voiceApplicationSid: string;
  voiceReceiveMode: string;
  voiceCallerIdLookup: boolean;
  statusCallback: string;
  statusCallbackMethod: string;
  trunkSid: string | null;
  addressSid: string | null;
  bundleSid: string | null;
  identitySid: string | null;
  emergencyAddressSid: string | null;
}

/** The settings of a number that was bought without any. */
export function defaultSettings(friendlyName: string): NumberSettings {
  return {
    friendlyName,
    apiVersion: '2010-04-01',
    smsUrl: '',
    smsMethod: 'POST',
    smsFallbackUrl: '',
    smsFallbackMethod: 'POST',
    smsApplicationSid: '',
    voiceUrl: '',
    voiceMethod: 'POST',
    voiceFallbackUrl: '',
    voiceFallbackMethod: 'POST',
    voiceApplicationSid: '',
    voiceReceiveMode: 'voice',
    voiceCallerIdLookup: false,
    statusCallback: '',
    statusCallbackMethod: 'POST',
    trunkSid: null,
    addressSid: null,
    bundleSid: null,
    identitySid: null,
    emergencyAddressSid: null,
  };
}

/**
 * Reads the settings among the form parameters of a purchase or an update and lays them over `current`.
 *
 * Parameters it does not know are ignored, as Twilio does (error 20001's page). A trunk and a voice
 * application push each other out.
 *
 * @throws {TwilioError} when a value is none that the API takes; nothing has been changed then.
 */
export function applySettings(
  current: NumberSettings,
  form: Readonly<Record<string, string>>,
): NumberSettings {
  const settings = { ...current };
  readFriendlyName(settings, form);
  for (const [parameter, key] of URLS)
    setWhere(form[parameter], isUrl, refuseUrl, (url) => (settings[key] = url));
  for (const [parameter, key] of METHODS) {
    setWhere(form[parameter], isMethod, refuseMethod, (method) => (settings[key] = method));
  }
  for (const [parameter, key, prefix] of SIDS) {
    setWhere(form[parameter], isSidOrEmpty(prefix), refuseSid(parameter), (sid) => (settings[key] = sid));
  }
  for (const key of NULLABLE) settings[key] = settings[key] === '' ? null : settings[key];
  if (form['ApiVersion'] !== undefined) settings.apiVersion = form['ApiVersion'];
  if (form['VoiceReceiveMode'] === 'fax' || form['VoiceReceiveMode'] === 'voice') {
    settings.voiceReceiveMode = form['VoiceReceiveMode'];
  }
  if (form['VoiceCallerIdLookup'] !== undefined) {
    settings.voiceCallerIdLookup = form['VoiceCallerIdLookup'] === 'true';
  }
  if (isSet(form['TrunkSid'])) settings.voiceApplicationSid = '';
  else if (isSet(form['VoiceApplicationSid'])) settings.trunkSid = null;
  refuseLonelyFallback(settings);
  return settings;
}

const URLS = [
  ['SmsUrl', 'smsUrl'],
  ['SmsFallbackUrl', 'smsFallbackUrl'],
  ['VoiceUrl', 'voiceUrl'],
  ['VoiceFallbackUrl', 'voiceFallbackUrl'],
  ['StatusCallback', 'statusCallback'],
] as const;

const METHODS = [
  ['SmsMethod', 'smsMethod'],
  ['SmsFallbackMethod', 'smsFallbackMethod'],
  ['VoiceMethod', 'voiceMethod'],
  ['VoiceFallbackMethod', 'voiceFallbackMethod'],
  ['StatusCallbackMethod', 'statusCallbackMethod'],
] as const;

const SIDS = [
  ['SmsApplicationSid', 'smsApplicationSid', 'AP'],
  ['VoiceApplicationSid', 'voiceApplicationSid', 'AP'],
  ['TrunkSid', 'trunkSid', 'TK'],
  ['AddressSid', 'addressSid', 'AD'],
  ['BundleSid', 'bundleSid', 'BU'],
  ['IdentitySid', 'identitySid', 'RI'],
  ['EmergencyAddressSid', 'emergencyAddressSid', 'AD'],
] as const;

const NULLABLE = ['trunkSid', 'addressSid', 'bundleSid', 'identitySid', 'emergencyAddressSid'] as const;

function readFriendlyName(settings: NumberSettings, form: Readonly<Record<string, string>>): void {
  const name = form['FriendlyName'];
  if (name === undefined) return;
  if (name.length < 1 || name.length > 64) {
    throw refuse(20002, 'FriendlyName must be between 1 and 64 characters long');
  }
  settings.friendlyName = name;
}

function setWhere(
  value: string | undefined,
  isValid: (value: string) => boolean,
  refusal: (value: string) => TwilioError,
  set: (value: string) => void,
): void {
  if (value === undefined) return;
  if (!isValid(value)) throw refusal(value);
  set(value);
}

function isUrl(value: string): boolean {
  return value === '' || (/^https?:\/\//i.test(value) && URL.canParse(value));
}

function isMethod(value: string): boolean {
  return value === 'GET' || value === 'POST';
}

function isSidOrEmpty(prefix: string): (value: string) => boolean {
  return (value) => value === '' || new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(value);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function refuseLonelyFallback(settings: NumberSettings): void {
  if (settings.voiceFallbackUrl !== '' && settings.voiceUrl === '') {
    throw refuse(21405, 'Cannot set VoiceFallbackUrl without setting VoiceUrl');
  }
  if (settings.smsFallbackUrl !== '' && settings.smsUrl === '') {
    throw refuse(21406, 'Cannot set SmsFallbackUrl without setting SmsUrl');
  }
}

function refuseUrl(value: string): TwilioError {
  return refuse(21402, `${value} is not a valid URL`);
}

function refuseMethod(value: string): TwilioError {
  return refuse(21403, `${value} is not a valid method`);
}

function refuseSid(parameter: string): (value: string) => TwilioError {
  return (value) => refuse(20001, `${parameter} ${value} is not a valid sid`);
}

function refuse(code: number, message: string): TwilioError {
  return new TwilioError({ status: 400, code, message });
}
