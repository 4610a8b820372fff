import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { OpenApiDocument } from './open-api-document.js';
import { PINNED_DOCUMENT } from './pinned-document.js';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/twilio-openapi/', import.meta.url));

/** Which package to take the document from, and where to keep it. */
export interface DocumentSource {
  package: string;
  version: string;
  integrity: string;
  file: string;
  cache: string;
}

/**
 * Reads Twilio's OpenAPI document out of the pinned package, which is downloaded once and kept under
 * `node_modules/.cache`; its integrity is checked every time.
 *
 * @throws {Error} with a sentence that says why the document cannot be had.
 */
export async function loadTwilioDocument(
  source: DocumentSource = { ...PINNED_DOCUMENT, cache: CACHE },
): Promise<OpenApiDocument> {
  const name = `${source.package}@${source.version}`;
  const tarball = join(source.cache, `${name.replaceAll(/[@/]/g, '-')}.tgz`);
  const bytes = await readFile(tarball).catch(() => download(name, tarball, source.cache));
  const [algorithm = '', expected = ''] = source.integrity.split(/-(.*)/s);
  const actual = createHash(algorithm).update(bytes).digest('base64');
  if (actual !== expected) {
    await rm(tarball, { force: true });
    throw new Error(`${name} is not what it was: its ${algorithm} is ${actual}, not ${expected}.`);
  }
  try {
    const { stdout } = await run('tar', ['-xzOf', tarball, source.file], { maxBuffer: 64 * 1024 * 1024 });
    return JSON.parse(stdout) as OpenApiDocument;
  } catch (error) {
    throw new Error(`${source.file} cannot be read out of ${name}: ${reasonOf(error)}`, { cause: error });
  }
}

async function download(name: string, tarball: string, cache: string): Promise<Buffer> {
  await mkdir(cache, { recursive: true });
  // Packed into a folder of its own and moved, so that test processes that start together do not read half a file.
  const folder = await mkdtemp(join(cache, 'pack-'));
  try {
    await run('npm', ['pack', name, '--silent', '--pack-destination', folder], {
      cwd: folder,
      timeout: 60_000,
      shell: process.platform === 'win32',
    });
    const [packed] = await readdir(folder);
    if (packed === undefined) throw new Error('npm pack left no file.');
    await rename(join(folder, packed), tarball);
    return await readFile(tarball);
  } catch (error) {
    throw new Error(`${name} cannot be downloaded with npm pack: ${reasonOf(error)}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error);
}
