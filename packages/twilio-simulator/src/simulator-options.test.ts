import { describe, expect, it } from 'vitest';
import { settleOptions } from './simulator-options.js';

describe('settleOptions', () => {
  it('has a default for everything', () => {
    expect(settleOptions({})).toMatchObject({ port: 0, host: '127.0.0.1', repurchase: 'updates', seed: 1 });
  });

  it.each([
    ['port', { port: 70_000 }],
    ['port', { port: 1.5 }],
    ['seed', { seed: -1 }],
    ['inventorySize', { inventorySize: 0 }],
    ['latencyMs', { latencyMs: Number.NaN }],
    ['quarantineMs', { quarantineMs: -1 }],
    ['concurrencyLimit', { concurrencyLimit: 0 }],
    ['credentials.accountSid', { credentials: { accountSid: 'AC1' } }],
    ['credentials.authToken', { credentials: { authToken: '' } }],
    ['requirements', { requirements: { gb: [] } }],
  ])('refuses a nonsensical %s', (name, options) => {
    expect(() => settleOptions(options)).toThrow(`The simulator's ${name} must be`);
  });
});
