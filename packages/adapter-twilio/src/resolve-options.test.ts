import { InvalidInputError } from '@channelkit/core';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from './resolve-options.js';
import type { TwilioClientLike, TwilioProviderOptions } from './twilio-provider-options.js';

const accountSid = `AC${'a'.repeat(32)}`;
const apiKeySid = `SK${'b'.repeat(32)}`;
const token = { accountSid, authToken: 's3cr3t-token' };

function issuesOf(options: object): [string, string][] {
  try {
    resolveOptions(options as TwilioProviderOptions);
  } catch (error) {
    if (InvalidInputError.isInstance(error)) return error.issues.map(({ path, message }) => [path, message]);
    throw error;
  }
  return [];
}

function pathsOf(options: object): string[] {
  return issuesOf(options).map(([path]) => path);
}

describe('resolveOptions', () => {
  it('has defaults for all but the credentials', () => {
    expect(resolveOptions(token)).toMatchObject({
      accountSid,
      username: accountSid,
      password: 's3cr3t-token',
      baseUrl: 'https://api.twilio.com',
      region: '',
      edge: '',
      namespace: 'channelkit',
      maxConcurrency: 10,
      isSimulator: false,
      settleFloorMs: 300_000,
      userAgentExtensions: ['channelkit'],
    });
  });

  it('takes an API key', () => {
    expect(resolveOptions({ accountSid, apiKeySid, apiKeySecret: 'secret' })).toMatchObject({
      accountSid,
      username: apiKeySid,
      password: 'secret',
    });
  });

  it.each([
    ['Twilio itself', {}, 300_000],
    ['a proxy', { baseUrl: 'https://proxy.example.com' }, 300_000],
    ['loopback', { baseUrl: 'http://127.0.0.1:4010' }, 0],
    ['loopback by name', { baseUrl: 'http://localhost:4010/' }, 0],
    ['a simulator elsewhere', { baseUrl: 'http://simulator:4010', simulator: true }, 0],
  ])('knows how late a purchase can land at %s', (_name, settings, settleFloorMs) => {
    expect(resolveOptions({ ...token, ...settings }).settleFloorMs).toBe(settleFloorMs);
  });

  it('names everything that is wrong at once', () => {
    const paths = pathsOf({
      accountSid: 'nonsense',
      authToken: '',
      namespace: 'Über',
      maxConcurrency: 0,
      baseUrl: 'ftp://x',
      simulator: 'yes',
      userAgentExtensions: ['a\r\nb'],
      messagingServiceSid: 'MG1',
    });
    expect(paths.sort()).toEqual(
      [
        'accountSid',
        'authToken',
        'baseUrl',
        'maxConcurrency',
        'messagingServiceSid',
        'namespace',
        'simulator',
        'userAgentExtensions',
      ].sort(),
    );
  });

  it.each([
    ['none', {}],
    ['a token and a key', { ...token, apiKeySid, apiKeySecret: 'x' }],
    ['a client and an account', { accountSid, client: twilio(accountSid, 'x') }],
    ['nothing at all', undefined as unknown as object],
  ])('refuses %s as credentials', (_name, options) => {
    expect(pathsOf(options)).toEqual(['']);
  });

  it.each([
    ['accountSid', { ...token, accountSid: apiKeySid }],
    ['authToken', { ...token, authToken: 'with space' }],
    ['apiKeySid', { accountSid, apiKeySid: accountSid, apiKeySecret: 'x' }],
    ['apiKeySecret', { accountSid, apiKeySid }],
    ['namespace', { ...token, namespace: 'n'.repeat(28) }],
    ['namespace', { ...token, namespace: '' }],
    ['baseUrl', { ...token, baseUrl: 'http://proxy.example.com' }],
    ['baseUrl', { ...token, baseUrl: 'https://user:secret@proxy.example.com' }],
    ['baseUrl', { ...token, baseUrl: 'https://proxy.example.com/?a=b' }],
    ['region', { ...token, region: 'evil.example.com/' }],
    ['region', { ...token, region: 'au1', baseUrl: 'https://proxy.example.com' }],
    ['edge', { ...token, edge: 'sydney', baseUrl: 'https://proxy.example.com' }],
    ['maxConcurrency', { ...token, maxConcurrency: 1.5 }],
  ])('refuses a wrong %s', (path, options) => {
    expect(pathsOf(options)).toEqual([path]);
  });

  it('repeats no value: a token gets into the wrong field easily', () => {
    const options = {
      accountSid: 's3cr3t-token',
      authToken: 'an s3cr3t-token',
      baseUrl: 'https://a:s3cr3t-token@b',
    };
    expect(issuesOf(options)).toHaveLength(3);
    expect(JSON.stringify(issuesOf(options))).not.toContain('s3cr3t-token');
  });

  it('takes a client of the real package by its shape', () => {
    const client: TwilioClientLike = twilio(accountSid, 's3cr3t-token', {
      region: 'au1',
      edge: 'sydney',
      userAgentExtensions: ['app/1'],
    });
    expect(resolveOptions({ client })).toMatchObject({
      accountSid,
      username: accountSid,
      password: 's3cr3t-token',
      region: 'au1',
      edge: 'sydney',
      userAgentExtensions: ['app/1'],
      borrowedHttpClient: null,
    });
  });

  it('takes the account of a client that has an API key', () => {
    const client = twilio(apiKeySid, 'secret', { accountSid });
    expect(resolveOptions({ client })).toMatchObject({ accountSid, username: apiKeySid, password: 'secret' });
  });

  it('keeps to the base URL of a client', () => {
    const client = twilio(accountSid, 'x');
    client.api.baseUrl = 'http://127.0.0.1:4010';
    expect(resolveOptions({ client })).toMatchObject({ baseUrl: 'http://127.0.0.1:4010', settleFloorMs: 0 });
  });

  it('refuses a client that it could not use as it is meant', () => {
    expect(pathsOf({ client: {} })).toEqual(['client']);
    const signing = twilio(accountSid, 'x', {
      validationClient: { accountSid, credentialSid: 'CR', signingKey: 'SK', privateKey: 'x' },
    });
    expect(pathsOf({ client: signing })).toEqual(['client']);
    const retrying = twilio(accountSid, 'x', {
      httpClient: new twilio.RequestClient({ autoRetry: true }),
    });
    expect(pathsOf({ client: retrying })).toEqual(['client']);
  });

  it('refuses a client without credentials', () => {
    const client = twilio(accountSid, 'x');
    client.invalidateBasicAuth();
    expect(pathsOf({ client })).toEqual(['client']);
  });
});
