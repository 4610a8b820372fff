import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';

/** A change to the code that makes it wrong. The text it replaces stands exactly once in the folder. */
export interface Patch {
  /** Path from the root of the repository; a file may be split or renamed without the mutant noticing. */
  readonly folder: string;
  readonly replace: string;
  readonly with: string;
}

/** A script that processes can run although nothing is built. */
export interface BuiltWorker {
  readonly path: string;
  remove(): void;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const sourceOf = (name: string) => join(root, 'packages', name, 'src/index.ts');

const WORKER = 'tests/crash/worker.ts';
const ALIASED = ['core', 'adapter-twilio', 'store-kysely', 'store-sqlite', 'store-postgres'];

/** Builds a script of this folder with the sources it needs into one file, with the patches in them. */
export async function buildWorker(patches: readonly Patch[] = [], entry = WORKER): Promise<BuiltWorker> {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'channelkit-crash-'));
  const outfile = join(folder, 'worker.cjs');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await build({
      entryPoints: [join(root, entry)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'silent',
      // What is bundled starts three times as fast; only what is native stays outside.
      external: ['better-sqlite3', 'pg-native'],
      alias: Object.fromEntries(ALIASED.map((name) => [`@channelkit/${name}`, sourceOf(name)])),
      plugins: [patching(patches)],
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { path: entry === WORKER ? await compile(outfile) : outfile, remove };
}

/** Keeps the compiled code beside the script: hundreds of processes would compile it again, which is most of what starting costs. */
async function compile(script: string): Promise<string> {
  const starter = join(dirname(script), 'start.cjs');
  writeFileSync(
    starter,
    `const { existsSync, readFileSync, writeFileSync } = require('node:fs');
     const { Script } = require('node:vm');
     const file = ${JSON.stringify(script)};
     const cachedData = existsSync(file + '.cache') ? readFileSync(file + '.cache') : undefined;
     const source = '(function (exports, require, module, __filename, __dirname) {' + readFileSync(file, 'latin1') + '})';
     const script = new Script(source, { filename: file, cachedData });
     const load = () => script.runInThisContext()(exports, require, module, file, ${JSON.stringify(dirname(script))});
     load();
     if (process.argv[2] === 'compile') {
       process.once('compiled', () => { writeFileSync(file + '.cache', script.createCachedData()); process.exit(0); });
     }`,
  );
  await promisify(execFile)(process.execPath, [starter, 'compile']);
  return starter;
}

function patching(patches: readonly Patch[]): Plugin {
  return {
    name: 'patches',
    setup: ({ onLoad, onResolve, onEnd }) => {
      // The tables of countries cost more to load than anything else, and have no part in this.
      onResolve({ filter: /\/phone\/index\.js$|^@channelkit\/core\/phone$/ }, () => ({
        path: 'phone',
        namespace: 'stand-in',
      }));
      onLoad({ filter: /.*/, namespace: 'stand-in' }, () => ({
        contents:
          "export const resolveCountry = () => ({ isoCountry: 'US', callingCode: '+1', name: 'United States' });",
      }));
      const found = new Map(patches.map((patch) => [patch, 0]));
      onLoad({ filter: /\/(packages|tests)\/.*\.ts$/ }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const patch of patches.filter(({ folder }) => path.startsWith(join(root, folder, '/')))) {
          const parts = contents.split(patch.replace);
          found.set(patch, (found.get(patch) ?? 0) + parts.length - 1);
          contents = parts.join(patch.with);
        }
        return { contents, loader: 'ts' };
      });
      onEnd(() => {
        const missed = [...found].filter(([, times]) => times !== 1);
        const describe = ({ folder, replace }: Patch, times: number) =>
          `${folder}: what the mutant replaces stands there ${times} times: ${replace}`;
        return { errors: missed.map(([patch, times]) => ({ text: describe(patch, times) })) };
      });
    },
  };
}
