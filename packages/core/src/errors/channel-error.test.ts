import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ChannelError } from './channel-error.js';
import { InvalidInputError } from './invalid-input-error.js';
import { ProviderError } from './provider-error.js';
import { ProvisionPendingError } from './provision-pending-error.js';
import { StoreError } from './store-error.js';

/** The errors of another copy of the package, as an app has them when two versions are installed. */
async function anotherCopy() {
  vi.resetModules();
  return {
    ...(await import('./channel-error.js')),
    ...(await import('./invalid-input-error.js')),
    ...(await import('./provider-error.js')),
    ...(await import('./provision-pending-error.js')),
    ...(await import('./store-error.js')),
  };
}

const facts = { message: 'It failed.', phoneNumber: '+14155550123', outcome: 'unknown', issues: [] } as const;

describe('isInstance', () => {
  let other: Awaited<ReturnType<typeof anotherCopy>>;
  beforeAll(async () => {
    other = await anotherCopy();
  });

  it('knows the errors of another copy of the package, where instanceof does not', () => {
    const base = new other.ChannelError({ ...facts, code: 'aborted' });
    const input = new other.InvalidInputError(facts);
    const provider = new other.ProviderError({ ...facts, code: 'rate_limited' });
    const pending = new other.ProvisionPendingError({ ...facts, code: 'purchase_unknown' });
    const store = new other.StoreError({ ...facts, code: 'store_rejected' });

    for (const error of [base, input, provider, pending, store]) {
      expect(error instanceof ChannelError).toBe(false);
      expect(ChannelError.isInstance(error)).toBe(true);
    }
    const kinds = [InvalidInputError, ProviderError, ProvisionPendingError, StoreError];
    const verdicts = [base, input, provider, pending, store].map((error) =>
      kinds.map((kind) => kind.isInstance(error)),
    );
    expect(verdicts).toEqual([
      [false, false, false, false],
      [true, false, false, false],
      [false, true, false, false],
      [false, false, true, false],
      [false, false, false, true],
    ]);
  });

  it.each([new Error('plain'), { code: 'aborted', message: 'no error' }, null, undefined, 'text', 7])(
    'knows that %j is none of ours',
    (value) => {
      for (const kind of [ChannelError, InvalidInputError, ProviderError, ProvisionPendingError, StoreError])
        expect(kind.isInstance(value)).toBe(false);
    },
  );
});

describe('ChannelError', () => {
  it('claims nothing that it was not told', () => {
    const error = new ChannelError({ code: 'aborted', message: 'It ended.' });
    expect(error).toMatchObject({
      operationId: null,
      mayOwnNumber: 'no',
      retryAfterMs: null,
      name: 'ChannelError',
    });
    expect('cause' in error).toBe(false);
  });

  it('builds the message of an error about input from all its issues', () => {
    const issues = [
      { path: 'type', message: 'is wrong' },
      { path: '', message: 'must be an object' },
    ];
    expect(new InvalidInputError({ issues }).message).toBe('type: is wrong; must be an object');
  });
});
