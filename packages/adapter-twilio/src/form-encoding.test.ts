import { describe, expect, it } from 'vitest';
import { encodeForm } from './form-encoding.js';

describe('encodeForm', () => {
  it('escapes a plus and writes a space as %20', () => {
    expect(encodeForm({ PhoneNumber: '+1415', FriendlyName: 'a b' })).toBe(
      'PhoneNumber=%2B1415&FriendlyName=a%20b',
    );
  });

  it('escapes what encodeURIComponent leaves, but for the tilde', () => {
    expect(encodeForm({ a: "!'()*~-._" })).toBe('a=%21%27%28%29%2A~-._');
  });

  it('repeats arrays, leaves undefined out and writes null as nothing', () => {
    expect(encodeForm({ a: ['1', '2'], b: undefined, c: null, d: true, e: 30 })).toBe(
      'a=1&a=2&c=&d=true&e=30',
    );
  });

  it('writes half a surrogate pair as the replacement character and a whole one as UTF-8', () => {
    expect(encodeForm({ a: '\uD83D', b: '😀' })).toBe('a=%EF%BF%BD&b=%F0%9F%98%80');
  });
});
