import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The root of the repository, where every tool is started. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const environment = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
};

/**
 * Runs a tool of `node_modules` by its JavaScript file and resolves to its exit code (1 where a signal ended it) and,
 * unless `stdio` is `inherit`, all it printed.
 */
export function runTool(file, args, { stdio = 'pipe', env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], {
      cwd: root,
      env: { ...environment, ...env },
      stdio: stdio === 'pipe' ? ['ignore', 'pipe', 'pipe'] : stdio,
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Builds the named packages and what they need, or all of them; prints only what goes wrong. */
export function build(packages = [], options = {}) {
  const filters = packages.map((name) => `--filter=${name}...`);
  const quiet = ['--output-logs=errors-only', '--log-order=grouped', '--log-prefix=none', '--ui=stream'];
  return runTool('node_modules/turbo/bin/turbo', ['run', 'build', ...quiet, ...filters], options);
}
