import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** The root of the repository. */
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** What a program left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary folder in which programs find the packages as they were built. */
export interface ProgramFolder {
  readonly folder: string;
  /** Writes a file, and resolves to its path. */
  write(name: string, text: string): Promise<string>;
  /** Runs Node in the folder, with no Twilio account in the environment unless one is given. */
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran>;
  /** Starts Node in the folder, and leaves the process to the caller. */
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): ChildProcess;
  remove(): Promise<void>;
}

/** Makes an empty folder for programs; builds the packages when that was not done yet. */
export async function createProgramFolder(): Promise<ProgramFolder> {
  await buildOnce();
  const folder = await mkdtemp(path.join(tmpdir(), 'channelkit-program-'));
  await symlink(path.join(repository, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  return {
    folder,
    write: async (name, text) => {
      const file = path.join(folder, name);
      await writeFile(file, text);
      return file;
    },
    run: (args, environment = {}) => runNode(args, folder, { ...ownEnvironment(), ...environment }),
    start: (args, environment = {}) =>
      spawn(process.execPath, args, {
        cwd: folder,
        env: { ...ownEnvironment(), ...environment },
        stdio: 'inherit',
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function buildOnce(): Promise<void> {
  const packages = ['core', 'adapter-mock', 'adapter-twilio', 'store-sqlite', 'store-postgres'];
  const built = [...packages, 'twilio-simulator'].map((name) => `packages/${name}/dist/index.js`);
  if (built.every((file) => existsSync(path.join(repository, file)))) return;
  const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
  const build = await runNode(['node_modules/turbo/bin/turbo', 'run', 'build'], repository, environment);
  if (build.code !== 0) throw new Error(`The packages could not be built:\n${build.stdout}${build.stderr}`);
}

function ownEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^(TWILIO_|NODE_|VITEST)/.test(name));
  return Object.fromEntries(entries);
}

async function runNode(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  try {
    const { stdout, stderr } = await runFile(process.execPath, [...args], { cwd, env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (!(error instanceof Error && 'stdout' in error && 'stderr' in error && 'code' in error)) throw error;
    return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}
