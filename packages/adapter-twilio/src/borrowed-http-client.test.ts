import { describe, expect, it } from 'vitest';
import { borrowHttpClient } from './borrowed-http-client.js';

const request = { method: 'post', uri: 'https://api.twilio.com/' };

function borrow(answer: () => Promise<unknown>) {
  let calls = 0;
  const client = borrowHttpClient({
    request: () => {
      calls += 1;
      return answer();
    },
  });
  return { client, calls: () => calls };
}

describe('borrowHttpClient', () => {
  it('hands nothing over when the signal has been aborted, and does not ask', async () => {
    const { client, calls } = borrow(() => Promise.resolve({ statusCode: 200 }));
    let asked = 0;
    const options = { signal: AbortSignal.abort(), maySend: () => (asked += 1) > 0 };
    await expect(client.send(request, options)).rejects.toMatchObject({ written: false });
    expect([calls(), asked]).toEqual([0, 0]);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['resolves to nothing', () => Promise.resolve(undefined)],
  ])('counts it as written when the client %s', async (_name, answer: () => Promise<unknown>) => {
    const { signal } = new AbortController();
    await expect(borrow(answer).client.send(request, { signal })).rejects.toMatchObject({ written: true });
  });

  it('writes header names in lower case and a parsed body as text again', async () => {
    const { client } = borrow(() =>
      Promise.resolve({ statusCode: 200, body: { a: 1 }, headers: { Date: 'x' } }),
    );
    const { signal } = new AbortController();
    await expect(client.send(request, { signal })).resolves.toEqual({
      status: 200,
      headers: { date: 'x' },
      body: '{"a":1}',
    });
  });
});
