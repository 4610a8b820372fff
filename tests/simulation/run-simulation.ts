import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';

/** A change to the code that makes it wrong. The text it replaces stands exactly once in the file. */
export interface Patch {
  /** Path from the root of the repository. */
  readonly file: string;
  readonly replace: string;
  readonly with: string;
}

/** A program that lives histories through, on the code as it is or on a mutant of it. */
export interface Simulation {
  run(assignment: {
    readonly firstSeed: number;
    readonly count: number;
    readonly breaksA1?: boolean;
    readonly stopAtViolation?: boolean;
    readonly repeatEvery?: number;
    readonly withTrace?: boolean;
    readonly blindTo?: readonly string[];
  }): Promise<SimulationReport>;
  close(): void;
}

/** What a run found. */
export interface SimulationReport {
  readonly histories: number;
  readonly repeated: number;
  readonly steps: number;
  readonly reached: Readonly<Record<string, number>>;
  /** Everything that happened, in order; empty unless it was asked for. */
  readonly trace: readonly string[];
  readonly failures: readonly { readonly seed: number; readonly violations: readonly string[] }[];
}

/** Histories make much that is thrown away at once. */
const LESS_COLLECTING = ['--max-semi-space-size=32'];

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds the simulation from the sources, with the patches in them; it runs in processes of its own. `ownAbortController`: with the
 * platform's, not the light one.
 */
export async function buildSimulation(
  patches: readonly Patch[] = [],
  { ownAbortController = false } = {},
): Promise<Simulation> {
  const folder = mkdtempSync(join(tmpdir(), 'channelkit-simulation-'));
  const outfile = join(folder, 'main.mjs');
  await build({
    entryPoints: [join(root, 'tests/simulation/main.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile,
    logLevel: 'silent',
    inject: ownAbortController ? [] : [join(root, 'tests/simulation/light-abort-controller.ts')],
    alias: { '@channelkit/core': join(root, 'packages/core/src/index.ts') },
    plugins: [patching(patches)],
  }).catch((error: unknown) => {
    rmSync(folder, { recursive: true });
    throw error;
  });
  return {
    run: async (assignment) => {
      const whole = {
        breaksA1: false,
        stopAtViolation: false,
        repeatEvery: 0,
        withTrace: false,
        blindTo: [],
        ...assignment,
      };
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [...LESS_COLLECTING, outfile, JSON.stringify(whole)],
        {
          maxBuffer: 64 * 1024 * 1024,
        },
      );
      return JSON.parse(stdout) as SimulationReport;
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

/**
 * Puts the patches in, and a stand-in for the country tables: they cost more than a hundred histories, and loading them is
 * real input, which no seed decides.
 */
function patching(patches: readonly Patch[]): Plugin {
  const applied = new Set<Patch>();
  return {
    name: 'patches',
    setup: ({ onLoad, onResolve, onEnd }) => {
      onResolve({ filter: /\/phone\/index\.js$/ }, () => ({ path: 'phone', namespace: 'stand-in' }));
      onLoad({ filter: /.*/, namespace: 'stand-in' }, () => ({
        contents:
          "export const resolveCountry = () => ({ isoCountry: 'US', callingCode: '+1', name: 'United States' });",
      }));
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const patch of patches) {
          if (path !== join(root, patch.file)) continue;
          const parts = contents.split(patch.replace);
          if (parts.length !== 2) {
            return {
              errors: [
                { text: `${patch.file}: what the mutant replaces stands there ${parts.length - 1} times` },
              ],
            };
          }
          contents = parts.join(patch.with);
          applied.add(patch);
        }
        return { contents, loader: 'ts' };
      });
      onEnd((result) => {
        const missing = patches.find((patch) => !applied.has(patch));
        if (missing !== undefined && result.errors.length === 0) {
          return { errors: [{ text: `${missing.file} is not part of the simulation` }] };
        }
        return {};
      });
    },
  };
}
