import { type Answer, jsonAnswer } from './answer.js';
import { incomingNumberResource } from './incoming-number.js';
import { type NumberOnOffer, NOWHERE, formatFriendlyName } from './number-on-offer.js';
import { applySettings, defaultSettings, type NumberSettings } from './number-settings.js';
import type { SimulatedAccount } from './simulated-account.js';
import { TwilioError } from './twilio-error.js';
import { createAccountBook } from './account-book.js';

type Form = Readonly<Record<string, string>>;

/** Buys a number, by `PhoneNumber` or any in an `AreaCode`: 201. */
export function purchaseNumber(account: SimulatedAccount, form: Form): Answer {
  const phoneNumber = readPhoneNumber(form);
  if (phoneNumber === null) {
    const drawn = drawFromAreaCode(account, form['AreaCode'] ?? '');
    return buy(account, drawn, applySettings(defaultSettings(drawn.friendlyName), form));
  }

  const owned = account.book.findByNumber(phoneNumber);
  if (owned !== undefined) {
    if (account.repurchase === 'refuses') throw notAvailable(phoneNumber);
    const settings = applySettings(owned.settings, form);
    const changed = account.book.change(owned.sid, settings, 'repurchased');
    return jsonAnswer(201, incomingNumberResource(account.accountSid, changed));
  }
  const offer = account.inventory.find(phoneNumber);
  const settings = applySettings(defaultSettings(formatFriendlyName(phoneNumber)), form);
  if (offer === undefined || !account.inventory.isAvailable(phoneNumber)) throw notAvailable(phoneNumber);
  checkRequirements(account, offer, settings);
  return buy(account, offer, settings);
}

/**
 * Buys a magic number with test credentials: nothing is owned afterwards (twilio.com/docs/iam/test-credentials).
 *
 * That every number but the three magic ones is refused with 21421 is a guess.
 */
export function purchaseMagicNumber(account: SimulatedAccount, form: Form): Answer {
  const phoneNumber = readPhoneNumber(form);
  if (phoneNumber === null && form['AreaCode'] !== '500') throw noneInAreaCode(form['AreaCode'] ?? '');
  if (phoneNumber === '+15005550000') throw notAvailable(phoneNumber);
  if (phoneNumber !== null && phoneNumber !== '+15005550006') throw invalidNumber(phoneNumber);
  const offer: NumberOnOffer = {
    ...NOWHERE,
    phoneNumber: '+15005550006',
    friendlyName: formatFriendlyName('+15005550006'),
    countryCode: 'US',
    type: 'Local',
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    requirements: [],
    beta: false,
  };
  const settings = applySettings(defaultSettings(offer.friendlyName), form);
  const thrownAway = createAccountBook(account.now);
  const number = thrownAway.add(offer, settings, { kind: 'purchased', createdAtMs: account.now() });
  return jsonAnswer(201, incomingNumberResource(account.accountSid, number));
}

function readPhoneNumber(form: Form): string | null {
  const phoneNumber = form['PhoneNumber'] ?? '';
  if (phoneNumber !== '') {
    if (!/^\+[1-9]\d{6,14}$/.test(phoneNumber)) throw invalidNumber(phoneNumber);
    return phoneNumber;
  }
  if ((form['AreaCode'] ?? '') === '') {
    throw new TwilioError({ status: 400, code: 21421, message: 'A PhoneNumber or an AreaCode is required' });
  }
  return null;
}

function drawFromAreaCode(account: SimulatedAccount, areaCode: string): NumberOnOffer {
  if (!/^\d{3}$/.test(areaCode)) {
    throw new TwilioError({ status: 400, code: 21451, message: `Invalid area code ${areaCode}` });
  }
  for (const countryCode of ['US', 'CA']) {
    const [drawn] = account.inventory.sample(
      { countryCode, type: 'Local' },
      (number) => number.phoneNumber.startsWith(`+1${areaCode}`) && number.requirements.length === 0,
      1,
    );
    if (drawn !== undefined) return drawn;
  }
  throw noneInAreaCode(areaCode);
}

function buy(account: SimulatedAccount, offer: NumberOnOffer, settings: NumberSettings): Answer {
  account.inventory.withhold(offer.phoneNumber);
  const number = account.book.add(offer, settings, { kind: 'purchased', createdAtMs: account.now() });
  return jsonAnswer(201, incomingNumberResource(account.accountSid, number));
}

function checkRequirements(account: SimulatedAccount, offer: NumberOnOffer, settings: NumberSettings): void {
  if (offer.requirements.includes('address') && settings.addressSid === null) {
    const message = "Phone Number Requires an Address but the 'AddressSid' parameter was empty.";
    throw new TwilioError({ status: 400, code: 21631, message });
  }
  if (offer.requirements.includes('bundle') && settings.bundleSid === null) {
    const place = `country: [${offer.countryCode}] and numberType: [${offer.type.toUpperCase()}]`;
    const message = `Bundle required and not provided for ${place}`;
    throw new TwilioError({ status: 400, code: 21649, message });
  }
  if (settings.bundleSid !== null && account.unapprovedBundles.includes(settings.bundleSid)) {
    const message = `Bundle [${settings.bundleSid}] status is not twilio-approved`;
    throw new TwilioError({ status: 400, code: 21649, message });
  }
}

function notAvailable(phoneNumber: string): TwilioError {
  return new TwilioError({ status: 400, code: 21422, message: `${phoneNumber} is not available.` });
}

function invalidNumber(phoneNumber: string): TwilioError {
  return new TwilioError({ status: 400, code: 21421, message: `${phoneNumber} is not a valid number` });
}

function noneInAreaCode(areaCode: string): TwilioError {
  const message = `No phone numbers found in area code ${areaCode}`;
  return new TwilioError({ status: 400, code: 21452, message });
}
