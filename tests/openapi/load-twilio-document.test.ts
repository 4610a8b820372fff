import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadTwilioDocument } from './load-twilio-document.js';

describe('loadTwilioDocument', () => {
  let cache: string;

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'twilio-openapi-'));
  });

  afterEach(async () => {
    await rm(cache, { recursive: true, force: true });
  });

  it('refuses a package that is not the pinned one', async () => {
    await writeFile(join(cache, 'a-1.0.0.tgz'), 'not the package');
    const source = { package: 'a', version: '1.0.0', integrity: 'sha512-abc', file: 'x.json', cache };

    await expect(loadTwilioDocument(source)).rejects.toThrow('a@1.0.0 is not what it was');
  });

  it('says so when the file is not in the package', async () => {
    await writeFile(join(cache, 'a-1.0.0.tgz'), '');
    const integrity = 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=';
    const source = { package: 'a', version: '1.0.0', integrity, file: 'x.json', cache };

    await expect(loadTwilioDocument(source)).rejects.toThrow('x.json cannot be read out of a@1.0.0');
  });

  it('says so when the package cannot be downloaded', async () => {
    const source = {
      package: 'file:./none',
      version: '1.0.0',
      integrity: 'sha512-abc',
      file: 'x.json',
      cache,
    };

    await expect(loadTwilioDocument(source)).rejects.toThrow('cannot be downloaded with npm pack');
  });
});
