import { describe, expect, it } from 'vitest';
import { applySettings, defaultSettings } from './number-settings.js';

describe('applySettings', () => {
  const settings = defaultSettings('(415) 555-0100');

  it('changes what the form names and nothing else', () => {
    const form = { FriendlyName: 'Sales', SmsUrl: 'https://example.com/sms', Bogus: '1' };

    expect(applySettings(settings, form)).toEqual({
      ...settings,
      friendlyName: 'Sales',
      smsUrl: 'https://example.com/sms',
    });
  });

  it.each([
    [20002, { FriendlyName: 'x'.repeat(65) }],
    [20002, { FriendlyName: '' }],
    [21402, { SmsUrl: 'not a url' }],
    [21402, { VoiceUrl: 'ftp://example.com' }],
    [21403, { SmsMethod: 'PUT' }],
    [21405, { VoiceFallbackUrl: 'https://example.com' }],
    [21406, { SmsFallbackUrl: 'https://example.com' }],
    [20001, { AddressSid: `BU${'0'.repeat(32)}` }],
  ])('refuses with %i: %j', (code, form) => {
    expect(() => applySettings(settings, form)).toThrow(expect.objectContaining({ status: 400, code }));
  });

  it('takes a name of 64 characters', () => {
    expect(applySettings(settings, { FriendlyName: 'x'.repeat(64) }).friendlyName).toHaveLength(64);
  });

  it('lets a trunk and a voice application push each other out', () => {
    const voiceApplicationSid = `AP${'1'.repeat(32)}`;
    const trunkSid = `TK${'2'.repeat(32)}`;
    const withApplication = applySettings(settings, { VoiceApplicationSid: voiceApplicationSid });
    const withTrunk = applySettings(withApplication, { TrunkSid: trunkSid });
    const withBack = applySettings(withTrunk, { VoiceApplicationSid: voiceApplicationSid });

    expect(withTrunk).toMatchObject({ trunkSid, voiceApplicationSid: '' });
    expect(withBack).toMatchObject({ trunkSid: null, voiceApplicationSid });
  });

  it('clears a sid that is set to nothing', () => {
    const before = { ...settings, addressSid: `AD${'1'.repeat(32)}` };

    expect(applySettings(before, { AddressSid: '' }).addressSid).toBeNull();
  });
});
