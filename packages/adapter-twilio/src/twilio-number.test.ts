import { describe, expect, it } from 'vitest';
import { readAvailableNumber, readOwnedNumber } from './twilio-number.js';

const accountSid = `AC${'a'.repeat(32)}`;
const reference = '01970000-0000-7000-8000-000000000001';
const settings = { accountSid, namespace: 'channelkit' };
const owned = {
  sid: `PN${'b'.repeat(32)}`,
  account_sid: accountSid,
  phone_number: '+14155550123',
  friendly_name: `channelkit/${reference}`,
  capabilities: { voice: true, sms: true, mms: false, fax: false },
  date_created: 'Thu, 30 Jul 2015 23:19:04 +0000',
};

describe('readOwnedNumber', () => {
  it('reads all it needs', () => {
    expect(readOwnedNumber(owned, settings)).toEqual({
      phoneNumber: '+14155550123',
      providerNumberId: owned.sid,
      isoCountry: null,
      reference,
      createdAt: new Date('2015-07-30T23:19:04Z'),
      capabilities: { voice: true, sms: true, mms: false },
    });
  });

  it.each([
    [
      'in the casing of a search',
      { voice: true, SMS: true, MMS: true },
      { voice: true, sms: true, mms: true },
    ],
    ['in mixed casing', { Voice: true, Sms: false }, { voice: true, sms: false, mms: false }],
    ['that are missing', {}, { voice: false, sms: false, mms: false }],
    ['that are null', null, { voice: false, sms: false, mms: false }],
    ['that are texts', { sms: 'true', voice: 1 }, { voice: false, sms: false, mms: false }],
  ])('reads capabilities %s', (_name, capabilities, expected) => {
    expect(readOwnedNumber({ ...owned, capabilities }, settings)?.capabilities).toEqual(expected);
  });

  it.each([
    ['another zone', 'Fri, 31 Jul 2015 01:19:04 +0200'],
    ['GMT', 'Thu, 30 Jul 2015 23:19:04 GMT'],
    ['no day of the week', '30 Jul 2015 23:19:04 +0000'],
  ])('reads a date with %s', (_name, date) => {
    const number = readOwnedNumber({ ...owned, date_created: date }, settings);
    expect(number?.createdAt).toEqual(new Date('2015-07-30T23:19:04Z'));
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['unreadable', 'yesterday'],
    ['impossible', 'Thu, 32 Jul 2015 23:19:04 +0000'],
    ['in another form', '2015-07-30T23:19:04Z'],
    ['a number', 1438298344],
  ])('reads a date that is %s as null, never as now', (_name, date) => {
    expect(readOwnedNumber({ ...owned, date_created: date }, settings)?.createdAt).toBeNull();
  });

  it.each([
    ['no object', 'x'],
    ['no phone number', { ...owned, phone_number: null }],
    ['a phone number of another shape', { ...owned, phone_number: '4155550123' }],
    ['no sid', { ...owned, sid: undefined }],
    ['the sid of something else', { ...owned, sid: `AC${'b'.repeat(32)}` }],
    ['another account', { ...owned, account_sid: `AC${'c'.repeat(32)}` }],
  ])('reads no number from a row with %s', (_name, row) => {
    expect(readOwnedNumber(row, settings)).toBeNull();
  });
});

describe('readAvailableNumber', () => {
  const asked = { isoCountry: 'US', numberType: 'local' } as const;
  const row = {
    phone_number: '+14155550123',
    iso_country: 'US',
    locality: 'San Francisco',
    region: 'CA',
    latitude: '37.774900',
    capabilities: { voice: true, SMS: true, MMS: false },
  };

  it('reads all it needs', () => {
    expect(readAvailableNumber(row, asked)).toEqual({
      phoneNumber: '+14155550123',
      isoCountry: 'US',
      numberType: 'local',
      locality: 'San Francisco',
      region: 'CA',
      capabilities: { voice: true, sms: true, mms: false },
    });
  });

  it('reads an empty or missing place as null', () => {
    expect(readAvailableNumber({ ...row, locality: '', region: null }, asked)).toMatchObject({
      locality: null,
      region: null,
    });
  });

  it('leaves out a number of another country and one that is none', () => {
    expect(readAvailableNumber({ ...row, iso_country: 'CA' }, asked)).toBeNull();
    expect(readAvailableNumber({ ...row, phone_number: null }, asked)).toBeNull();
  });
});
