import { describe, expect, it } from 'vitest';
import { makeJudge } from './judged.js';

describe('makeJudge', () => {
  const load = () => Promise.reject(new Error('there is no network'));

  it('says why there is no judge', async () => {
    expect(await makeJudge({ load, isCi: false })).toEqual({ judge: null, reason: 'there is no network' });
  });

  it('fails for it in CI', async () => {
    await expect(makeJudge({ load, isCi: true })).rejects.toThrow(
      "Twilio's OpenAPI document cannot be had: there is no network",
    );
  });

  it('judges by the document that was loaded', async () => {
    const document = {
      paths: { '/a.json': { get: { operationId: 'a', responses: {} } } },
      components: { schemas: {} },
    };
    const { judge } = await makeJudge({ load: () => Promise.resolve(document), isCi: true });
    const request = { method: 'GET', query: {}, form: {} };

    expect(judge?.checkRequest({ ...request, path: '/a.json' })).toEqual([]);
    expect(judge?.checkRequest({ ...request, path: '/b.json' })).toHaveLength(1);
  });
});
