import type { OwnedNumber } from './owned-number.js';
import { snakeCaseType } from './number-types.js';
import { formatTwilioDate } from './twilio-date.js';

/**
 * Writes an owned number as IncomingPhoneNumbers answers it.
 *
 * Capability names are lower case here, other than in a search (github.com/twilio/twilio-node/issues/833).
 */
export function incomingNumberResource(accountSid: string, number: OwnedNumber): Record<string, unknown> {
  const { settings, capabilities } = number;
  return {
    sid: number.sid,
    account_sid: accountSid,
    phone_number: number.phoneNumber,
    friendly_name: number.friendlyName,
    capabilities: {
      voice: capabilities.voice,
      sms: capabilities.sms,
      mms: capabilities.mms,
      fax: capabilities.fax,
    },
    address_requirements: number.addressRequirements,
    address_sid: settings.addressSid,
    api_version: settings.apiVersion,
    beta: number.beta,
    bundle_sid: settings.bundleSid,
    identity_sid: settings.identitySid,
    origin: 'twilio',
    status: 'in-use',
    type: snakeCaseType(number.type),
    trunk_sid: settings.trunkSid,
    date_created: formatTwilioDate(number.dateCreated.getTime()),
    date_updated: formatTwilioDate(number.dateUpdated.getTime()),
    sms_application_sid: settings.smsApplicationSid,
    sms_url: settings.smsUrl,
    sms_method: settings.smsMethod,
    sms_fallback_url: settings.smsFallbackUrl,
    sms_fallback_method: settings.smsFallbackMethod,
    voice_application_sid: settings.voiceApplicationSid,
    voice_url: settings.voiceUrl,
    voice_method: settings.voiceMethod,
    voice_fallback_url: settings.voiceFallbackUrl,
    voice_fallback_method: settings.voiceFallbackMethod,
    voice_caller_id_lookup: settings.voiceCallerIdLookup,
    voice_receive_mode: settings.voiceReceiveMode,
    status_callback: settings.statusCallback,
    status_callback_method: settings.statusCallbackMethod,
    emergency_status: 'Active',
    emergency_address_sid: settings.emergencyAddressSid,
    emergency_address_status: settings.emergencyAddressSid === null ? 'unregistered' : 'registered',
    uri: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${number.sid}.json`,
  };
}
