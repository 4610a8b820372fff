import { describe, expect, it } from 'vitest';
import { TransportFailure } from './transport-failure.js';

describe('TransportFailure', () => {
  it('says what happened, whether anything was written, and why', () => {
    const cause = new Error('reset');
    const failure = new TransportFailure({ message: 'the connection failed', written: true, cause });

    expect(failure).toMatchObject({
      name: 'TransportFailure',
      message: 'the connection failed',
      written: true,
    });
    expect(failure.cause).toBe(cause);
  });

  it('has no cause when none is known', () => {
    const failure = new TransportFailure({ message: 'the connection failed', written: false });

    expect(failure.written).toBe(false);
    expect('cause' in failure).toBe(false);
  });
});
