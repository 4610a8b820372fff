import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What a process does with its store. */
export type ProcessJob = 'migrate' | 'contend';

/** A script that other processes can run although nothing is built. */
export interface BuiltScript {
  readonly path: string;
  remove(): void;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const sourceOf = (path: string) => join(root, 'packages', path);

/** Builds `store-process.ts` and the sources it needs into one file, from where it finds the packages installed here. */
export async function buildStoreProcess(): Promise<BuiltScript> {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'channelkit-store-process-'));
  const path = join(folder, 'store-process.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('store-process.ts', import.meta.url))],
    outfile: path,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    alias: {
      '@channelkit/core/phone': sourceOf('core/src/phone/index.ts'),
      '@channelkit/core': sourceOf('core/src/index.ts'),
      '@channelkit/store-kysely': sourceOf('store-kysely/src/index.ts'),
      '@channelkit/store-sqlite': sourceOf('store-sqlite/src/index.ts'),
      '@channelkit/store-postgres': sourceOf('store-postgres/src/index.ts'),
    },
    logLevel: 'error',
  });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts that many processes on one database, lets them go all at once, and resolves to what each one said. */
export async function runProcesses(
  script: BuiltScript,
  count: number,
  [kind, location, job]: readonly ['sqlite' | 'postgres', string, ProcessJob],
): Promise<unknown[]> {
  const children = Array.from({ length: count }, (_, number) =>
    fork(script.path, [kind, location, job, String(number)], { execArgv: [] }),
  );
  const ended = children.map((child) => once(child, 'exit'));
  try {
    await Promise.all(children.map(nextMessage));
    const answers = Promise.all(children.map(nextMessage));
    for (const child of children) child.send('go');
    const results = await answers;
    await Promise.all(ended);
    return results;
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(ended);
  }
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.once('message', resolve);
    child.once('exit', (code) => resolve({ error: `ended with ${String(code)} before it answered` }));
  });
}
