import type { NumberCapabilities } from './number-on-offer.js';
import type { NumberSettings } from './number-settings.js';
import type { NumberType } from './number-types.js';

/** A number that the account pays for, with everything set on it. */
export interface OwnedNumber {
  /** `PN` and 32 hexadecimal digits, unique across simulators whatever the seed. */
  sid: string;
  phoneNumber: string;
  /** `settings.friendlyName`, here for reading. */
  friendlyName: string;
  /** Whole seconds, as on the wire. */
  dateCreated: Date;
  dateUpdated: Date;
  type: NumberType;
  capabilities: NumberCapabilities;
  addressRequirements: 'none' | 'any';
  beta: boolean;
  settings: NumberSettings;
}
