import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { createTemporaryFolder } from '../temporary-folder.js';

/** Builds the client as `npm run build` does, into a folder of its own. */
export async function buildClient(): Promise<{ readonly folder: string; readonly remove: () => void }> {
  const temporary = createTemporaryFolder();
  const folder = path.join(temporary.path, 'client');
  await build({
    configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
    logLevel: 'error',
    build: { outDir: folder },
  });
  return { folder, remove: temporary.remove };
}
