import type { ChannelType } from './channel.js';
import type { NumberType } from './number-provider.js';

/** What `searchNumbers` looks for. Every key given is a hard constraint, never silently widened. */
export interface SearchQuery {
  /** ISO code, name or calling code, any case: `USA`, `us`, `United States`, `+1`. */
  readonly country: string;
  /** Default `whatsapp`. */
  readonly type?: ChannelType | undefined;
  /** Default: what the country offers, local first. */
  readonly numberType?: NumberType | undefined;
  /** 1 to 6 digits: those right after the calling code. */
  readonly areaCode?: string | undefined;
  /** 2 to 16 digits or Latin letters (as on a keypad) that stand in the number one after another. */
  readonly contains?: string | undefined;
  readonly locality?: string | undefined;
  readonly region?: string | undefined;
  /** Beside what `type` needs: voice for `voice`, sms for `sms`, sms or voice for `whatsapp`. */
  readonly capabilities?:
    | {
        readonly voice?: boolean | undefined;
        readonly sms?: boolean | undefined;
        readonly mms?: boolean | undefined;
      }
    | undefined;
}

/** What `provisionChannel` gets. An unknown key is an error that names it. */
export interface ProvisionRequest extends SearchQuery {
  /** 1 to 255 characters. Default: the country as given, a dash and the number: `USA - +15551234567`. */
  readonly name?: string | undefined;
  /** E.164: buy exactly this one. */
  readonly phoneNumber?: string | undefined;
  /** 1 to 255 characters. The same key and request never buy twice; a call that comes back gets the same channel. */
  readonly idempotencyKey?: string | undefined;
  /** At most 16 KiB as JSON. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly webhooks?:
    | {
        readonly smsUrl?: string | undefined;
        readonly voiceUrl?: string | undefined;
        readonly statusCallbackUrl?: string | undefined;
      }
    | undefined;
  /** Ids of documents on file at the vendor, where the country asks for them. */
  readonly regulatory?:
    | {
        readonly addressId?: string | undefined;
        readonly bundleId?: string | undefined;
        readonly identityId?: string | undefined;
      }
    | undefined;
}
