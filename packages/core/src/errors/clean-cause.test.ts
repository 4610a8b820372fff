import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cleanCause } from './clean-cause.js';

const SECRET = 'tok-5f9d+8/2c=';

/** Everything of an error that a logger could print. */
function printed(error: unknown): string {
  return [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error)].join('\n');
}

describe('cleanCause', () => {
  it('keeps what tells people what happened', () => {
    const cause = new RangeError('too far');
    const error = Object.assign(new TypeError('broken', { cause }), { code: 'ECONNRESET' });
    const clean = cleanCause(error);
    expect(clean).toMatchObject({ name: 'TypeError', message: 'broken', code: 'ECONNRESET' });
    expect(clean.stack).toContain('clean-cause.test');
    expect(clean.cause).toMatchObject({ name: 'RangeError', message: 'too far' });
  });

  it('leaves the request of an HTTP client behind, and everything else that hangs on the error', () => {
    const error = Object.assign(new Error('Request failed'), {
      config: { headers: { Authorization: `Basic ${SECRET}` }, auth: { password: SECRET } },
      response: { request: { header: SECRET } },
      code: 429,
    });
    expect(printed(error)).toContain(SECRET);
    const clean = cleanCause(error);
    expect(printed(clean)).not.toContain(SECRET);
    expect(Object.keys(clean)).toEqual(['code']);
    expect(clean).toMatchObject({ code: 429 });
  });

  it('blots the secrets it is given out of every text, plain or encoded', () => {
    const error = new Error(`GET /?token=${encodeURIComponent(SECRET)} with ${SECRET} twice ${SECRET}`);
    error.name = `Error${SECRET}`;
    const clean = cleanCause(Object.assign(error, { code: SECRET }), ['', SECRET]);
    expect(printed(clean)).not.toContain(SECRET);
    expect(printed(clean)).not.toContain(encodeURIComponent(SECRET));
    expect(clean.message).toBe('GET /?token=[redacted] with [redacted] twice [redacted]');
  });

  it.each([
    ['Authorization: Basic QUMwMTIzNDU2Nzg5OnNlY3JldA==', 'QUMwMTIz'],
    ['authorization: bearer eyJhbGciOiJIUzI1NiJ9.e30.abc-_~', 'eyJhbGci'],
    ['connect postgres://app:hunter2@db.internal:5432/app failed', 'hunter2'],
    ['https://AC123:s3cr%40t@api.example.com/2010', 's3cr'],
    ['redis://:only-a-password@cache:6379', 'only-a-password'],
  ])('blots what looks like a credential: %s', (message, credential) => {
    const clean = cleanCause(new Error(message));
    expect(printed(clean)).not.toContain(credential);
    expect(clean.message).toContain('[redacted]');
  });

  it('leaves text alone that only resembles one', () => {
    const message = 'Basic rate, at https://example.com:443/a@b: a basic plan';
    expect(cleanCause(new Error(message)).message).toBe(message);
  });

  it('cleans the causes too, eight deep', () => {
    const deep = Array.from({ length: 20 }).reduce<Error>(
      (cause, _unused, index) =>
        Object.assign(new Error(`level ${index} ${SECRET}`, { cause }), { secret: SECRET }),
      new Error('the bottom'),
    );
    const clean = cleanCause(deep, [SECRET]);
    expect(printed(clean)).not.toContain(SECRET);
    let depth = 0;
    for (let error: unknown = clean.cause; error instanceof Error; error = error.cause) depth += 1;
    expect(depth).toBe(8);
  });

  it('ends with causes that go round in a circle', () => {
    const first = new Error('first');
    const second = new Error('second', { cause: first });
    first.cause = second;
    expect(cleanCause(first)).toMatchObject({ message: 'first', cause: { message: 'second' } });
  });

  it.each([
    ['a text', 'a text'],
    [{ authToken: SECRET }, 'a thrown object'],
    [null, 'a thrown null'],
    [undefined, 'a thrown undefined'],
    [404, 'a thrown number'],
  ])('says little of what is no error: %j', (thrown, message) => {
    const clean = cleanCause(thrown);
    expect(clean.message).toBe(message);
    expect(printed(clean)).not.toContain(SECRET);
  });

  it('does not take a code that is neither text nor number', () => {
    const error = Object.assign(new Error('odd'), { code: { token: SECRET } });
    expect(printed(cleanCause(error))).not.toContain(SECRET);
  });
});
