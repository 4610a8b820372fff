import { describe, expect, it } from 'vitest';
import { formatReferenceTag, parseReferenceTag } from './reference-tag.js';

const reference = '01970000-0000-7000-8000-000000000001';

describe('formatReferenceTag', () => {
  it('fits into 64 characters with the longest namespace', () => {
    expect(formatReferenceTag('n'.repeat(27), reference)).toHaveLength(64);
  });
});

describe('parseReferenceTag', () => {
  it('reads back what was written', () => {
    expect(parseReferenceTag('channelkit', formatReferenceTag('channelkit', reference))).toBe(reference);
  });

  it.each([
    ['another namespace', `other/${reference}`],
    ['a namespace that begins alike', `channelkit-2/${reference}`],
    ['no namespace', reference],
    ['something before it', ` channelkit/${reference}`],
    ['something after it', `channelkit/${reference} `],
    ['capital letters', 'channelkit/01970000-0000-7000-8000-00000000000A'],
    ['no UUID', 'channelkit/support'],
    ['nothing', ''],
    ['null', null],
    ['a number', 5],
  ])('reads no reference from %s', (_name, tag) => {
    expect(parseReferenceTag('channelkit', tag)).toBeNull();
  });
});
