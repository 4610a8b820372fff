/** What a channel can be used for. */
export const CHANNEL_TYPES = ['whatsapp', 'sms', 'voice'] as const;
/** What a channel can be used for. */
export type ChannelType = (typeof CHANNEL_TYPES)[number];

/**
 * Where a channel stands. `releasing`: the number is on record as being given back and is still paid for;
 * `released`: it was given back; `lost`: the provider no longer has it, and nobody asked for that.
 */
export const CHANNEL_STATUSES = ['active', 'releasing', 'released', 'lost'] as const;
/** Where a channel stands: one of {@link CHANNEL_STATUSES}. */
export type ChannelStatus = (typeof CHANNEL_STATUSES)[number];

/** What a number can carry. */
export interface Capabilities {
  readonly voice: boolean;
  readonly sms: boolean;
  readonly mms: boolean;
}

/** A number that is, or was, really held, under the name an app knows it by. */
export interface Channel {
  /** UUIDv7; also the id of the operation that made it. */
  readonly id: string;
  readonly name: string;
  /** E.164. */
  readonly phoneNumber: string;
  /** The calling code, with its plus: `+1`. */
  readonly countryCode: string;
  /** ISO 3166-1 alpha-2: `US`. */
  readonly isoCountry: string;
  readonly type: ChannelType;
  readonly status: ChannelStatus;
  /** Read from the number that was really bought, not from the search that found it. */
  readonly capabilities: Capabilities;
  readonly isMock: boolean;
  /** The provider's name: `twilio`, `mock`. */
  readonly provider: string;
  /** The provider's own id of the number: Twilio's `PN…`. */
  readonly providerNumberId: string;
  /** `providerNumberId` when the provider is Twilio, else `null`. */
  readonly twilioSid: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When the provider had taken the number back, or `null`. */
  readonly releasedAt: Date | null;
}
