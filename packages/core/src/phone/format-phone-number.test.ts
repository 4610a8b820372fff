import { describe, expect, it } from 'vitest';
import { formatPhoneNumber, type PhoneNumberFormat } from './format-phone-number.js';

describe('formatPhoneNumber', () => {
  it.each<[string, PhoneNumberFormat, string]>([
    ['+14155550123', 'international', '+1 415 555 0123'],
    ['+14155550123', 'national', '(415) 555-0123'],
    ['+14155550123', 'rfc3966', 'tel:+14155550123'],
    ['+14155550123', 'e164', '+14155550123'],
    ['+442079460123', 'international', '+44 20 7946 0123'],
    ['+442079460123', 'national', '020 7946 0123'],
  ])('writes %s as %s: %s', (phoneNumber, format, written) => {
    expect(formatPhoneNumber(phoneNumber, format)).toBe(written);
  });

  it('writes a number that is in no numbering plan', () => {
    expect(formatPhoneNumber('+15551234567', 'international')).toBe('+1 555 123 4567');
    expect(formatPhoneNumber('+15551234567', 'e164')).toBe('+15551234567');
  });

  it.each(['+99912345678', '+12', '+4401234567890'])('never turns %s into another number', (phoneNumber) => {
    expect(formatPhoneNumber(phoneNumber, 'international').replaceAll(' ', '')).toBe(phoneNumber);
    expect(formatPhoneNumber(phoneNumber, 'e164')).toBe(phoneNumber);
    expect(formatPhoneNumber(phoneNumber, 'rfc3966')).toBe(`tel:${phoneNumber}`);
  });

  it.each([
    '',
    '4155550123',
    '+0123456',
    '+1 415 555 0123',
    '+1234567890123456',
    '+1415555012x',
    '+14155550123\n',
  ])('refuses %j, which is not E.164', (phoneNumber) => {
    expect(() => formatPhoneNumber(phoneNumber, 'e164')).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        issues: [expect.objectContaining({ path: 'phoneNumber' })],
      }),
    );
  });

  it('refuses a format it does not know, together with all else that is wrong', () => {
    const format: string = 'toString';
    expect(() => formatPhoneNumber('nope', format as PhoneNumberFormat)).toThrow(
      expect.objectContaining({
        issues: [
          expect.objectContaining({ path: 'phoneNumber' }),
          { path: 'format', message: 'must be one of international, national, rfc3966, e164' },
        ],
      }),
    );
  });
});
