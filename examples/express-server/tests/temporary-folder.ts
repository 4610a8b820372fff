import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Creates a folder for one test. */
export function createTemporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'channelkit-app-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
