import { describe, expect, it } from 'vitest';
import { ApiError, NoAnswerError } from '../../client/src/api/api-error.js';
import {
  explainError,
  explainPurchaseError,
  explainReleaseError,
  type Explanation,
} from '../../client/src/generation/explain-error.js';

function refusal(code: string, more: Partial<ApiError['body']> = {}): ApiError {
  const facts = {
    error: 'It failed',
    details: 'INTERNAL WORDS',
    mayOwnNumber: 'no',
    operationId: null,
  } as const;
  return new ApiError(500, { ...facts, code, ...more });
}

const textOf = ({ title, advice }: Explanation): string => `${title} ${advice}`;

const CODES = [
  'store_rejected',
  'store_unavailable',
  'provider_unavailable',
  'rate_limited',
  'too_many_requests',
  'authentication_failed',
  'internal_error',
];

describe('explainError', () => {
  it.each(CODES)('says nothing of buying and paying for %s', (code) => {
    expect(textOf(explainError(refusal(code)))).not.toMatch(/bought|pay|given back/);
  });

  it('says of no answer that the server cannot be reached, and of the page’s own mistakes that they are its own', () => {
    expect(explainError(new NoAnswerError('No answer.')).title).toBe('The server can’t be reached.');
    for (const explain of [explainError, explainPurchaseError, explainReleaseError]) {
      const text = textOf(explain(new TypeError('x is undefined')));
      expect(text).toContain('Something went wrong in this page.');
      expect(text).not.toMatch(/reached|running|bought/);
    }
  });
});

describe('explainReleaseError', () => {
  it.each(CODES)('says nothing of buying and paying for %s, and that it is safe to repeat', (code) => {
    const text = textOf(explainReleaseError(refusal(code)));
    expect(text).not.toMatch(/bought|pay|given back/);
    expect(text).toContain('is safe');
  });

  it('says that nothing is known without an answer', () => {
    const text = textOf(explainReleaseError(new NoAnswerError('No answer.')));
    expect(text).toContain('not known yet whether the number was released');
    expect(text).toContain('safe to repeat');
  });

  it('says who can release a channel of another account', () => {
    const text = textOf(
      explainReleaseError(refusal('invalid_input', { issues: [{ path: 'id', message: '' }] })),
    );
    expect(text).toContain('made with another provider account');
    expect(text).toContain('Only a server with that account can release it');
    expect(text).not.toMatch(/form|filled in|INTERNAL WORDS/);
  });
});

describe('explainPurchaseError', () => {
  it.each(['no_numbers_available', 'store_unavailable', 'too_many_requests', 'internal_error'])(
    'says that nothing was bought for %s',
    (code) => {
      expect(explainPurchaseError(refusal(code)).advice).toMatch(/^Nothing was bought\. /);
    },
  );

  it('does not say that nothing was bought where the numbers we found could not be kept', () => {
    const paidFor = /not paying/;
    const text = textOf(explainPurchaseError(refusal('number_unavailable')));
    expect(text).not.toContain('Nothing was bought');
    expect(text).toMatch(paidFor);
    const unknown = refusal('number_unavailable', { mayOwnNumber: 'unknown' });
    expect(textOf(explainPurchaseError(unknown))).not.toMatch(paidFor);
  });

  it('says of a key whose channel is active no more only what is true of each such channel', () => {
    const text = textOf(explainPurchaseError(refusal('channel_released')));
    expect(text).not.toMatch(/Nothing was bought|given back|paying/);
    expect(text).toContain('status under Channels');
  });

  it('says that this page cannot send what a country requires, and what can', () => {
    const text = textOf(explainPurchaseError(refusal('regulatory_required')));
    expect(text).toMatch(/Nothing was bought\..*This page can’t send.*“regulatory”.*another country/);
  });

  it('says what became of a number that was bought', () => {
    const text = textOf(explainPurchaseError(refusal('store_rejected')));
    expect(text).toContain('The number was given back');
    expect(text).not.toContain('Nothing was bought');
  });

  it('names the fields that can’t work, in the words of the form', () => {
    const text = textOf(
      explainPurchaseError(
        refusal('invalid_input', {
          issues: [
            { path: 'areaCode', message: 'must be 1 to 6 digits' },
            { path: 'capabilities.sms', message: 'must be a boolean' },
          ],
        }),
      ),
    );
    expect(text).toContain('Check the area code and what the number needs');
    expect(text).not.toContain('INTERNAL WORDS');
    expect(textOf(explainPurchaseError(refusal('invalid_input')))).not.toContain('INTERNAL WORDS');
  });
});
