import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

describe('the client', () => {
  it('type-checks, its templates included', { timeout: 120_000 }, async () => {
    const checker = createRequire(import.meta.url).resolve('vue-tsc/bin/vue-tsc.js');
    const project = fileURLToPath(new URL('../client/tsconfig.json', import.meta.url));
    const run = promisify(execFile)(process.execPath, [checker, '--noEmit', '-p', project]);
    const { stdout } = await run.catch((error: unknown) => error as { stdout: string });
    expect(stdout).toBe('');
  });
});
