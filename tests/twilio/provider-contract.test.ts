import { providerContract, runContract } from '@channelkit/core/testing';
import type { RecordedRequest } from '@channelkit/twilio-simulator';
import { describe, expect, it } from 'vitest';
import { describeJudged } from '../openapi/judged.js';
import { createTwilioSubject, type TwilioSubjectOptions } from './twilio-subject.js';

const subjects: readonly [string, TwilioSubjectOptions][] = [
  ['an auth token', { credentials: 'auth-token' }],
  ['a standard API key', { credentials: 'api-key' }],
  ['an account that is refused a number it owns', { credentials: 'auth-token', repurchase: 'refuses' }],
];

const sent: RecordedRequest[] = [];
const onClose = (requests: readonly RecordedRequest[]) => void sent.push(...requests);

describe.each(subjects)('createTwilioProvider with %s', (_name, options) => {
  runContract({
    test: it,
    cases: providerContract,
    create: () => createTwilioSubject({ ...options, onClose }),
  });
});

await describeJudged('the requests of the kit, by Twilio’s own document', (judge) => {
  it('are all of operations, parameters and forms that it has', () => {
    expect(sent.length).toBeGreaterThan(100);
    expect(sent.flatMap((request) => judge.checkRequest(request))).toEqual([]);
  });
});
