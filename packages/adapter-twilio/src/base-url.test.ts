import { describe, expect, it } from 'vitest';
import { isIntendedTarget, isLoopback, TWILIO_BASE_URL } from './base-url.js';

describe('isLoopback', () => {
  it.each([
    'http://127.0.0.1:4010',
    'http://127.9.9.9',
    'http://localhost:1',
    'http://a.localhost',
    'http://[::1]:80',
  ])('knows %s', (url) => {
    expect(isLoopback(new URL(url))).toBe(true);
  });

  it.each([
    'https://api.twilio.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example',
    'http://10.0.0.1',
  ])('does not take %s for it', (url) => {
    expect(isLoopback(new URL(url))).toBe(false);
  });
});

describe('isIntendedTarget', () => {
  it('keeps to the origin of the base URL', () => {
    const baseUrl = 'http://127.0.0.1:4010/prefix';
    expect(isIntendedTarget('http://127.0.0.1:4010/2010-04-01/x', baseUrl)).toBe(true);
    expect(isIntendedTarget('http://127.0.0.1:4011/2010-04-01/x', baseUrl)).toBe(false);
    expect(isIntendedTarget('https://127.0.0.1:4010/2010-04-01/x', baseUrl)).toBe(false);
    expect(isIntendedTarget('https://api.twilio.com/2010-04-01/x', baseUrl)).toBe(false);
  });

  it('lets region and edge choose among the hosts of Twilio', () => {
    expect(isIntendedTarget('https://api.sydney.au1.twilio.com/x', TWILIO_BASE_URL)).toBe(true);
    expect(isIntendedTarget('http://api.sydney.au1.twilio.com/x', TWILIO_BASE_URL)).toBe(false);
    expect(isIntendedTarget('https://api.twilio.com.example.com/x', TWILIO_BASE_URL)).toBe(false);
  });
});
