import { describe, expect, it } from 'vitest';
import { ApiError, NoAnswerError } from '../../client/src/api/api-error.js';
import {
  explainError,
  explainPurchaseError,
  explainReleaseError,
  type Explanation,
} from '../../client/src/generation/explain-error.js';

function refusal(code: string, issues?: { path: string; message: string }[]): ApiError {
  const facts = {
    error: 'It failed',
    details: 'INTERNAL WORDS',
    mayOwnNumber: 'no',
    operationId: null,
  } as const;
  return new ApiError(500, { ...facts, code, ...(issues === undefined ? {} : { issues }) });
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
});

describe('explainPurchaseError', () => {
  it.each(['no_numbers_available', 'store_unavailable', 'too_many_requests', 'internal_error'])(
    'says that nothing was bought for %s',
    (code) => {
      expect(explainPurchaseError(refusal(code)).advice).toMatch(/^Nothing was bought\. /);
    },
  );

  it('says what became of a number that was bought', () => {
    const text = textOf(explainPurchaseError(refusal('store_rejected')));
    expect(text).toContain('The number was given back');
    expect(text).not.toContain('Nothing was bought');
  });

  it('names the fields that can’t work, in the words of the form', () => {
    const text = textOf(
      explainPurchaseError(
        refusal('invalid_input', [
          { path: 'areaCode', message: 'must be 1 to 6 digits' },
          { path: 'capabilities.sms', message: 'must be a boolean' },
        ]),
      ),
    );
    expect(text).toContain('Check the area code and what the number needs');
    expect(text).not.toContain('INTERNAL WORDS');
    expect(textOf(explainPurchaseError(refusal('invalid_input')))).not.toContain('INTERNAL WORDS');
  });
});
