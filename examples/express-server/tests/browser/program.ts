import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const example = fileURLToPath(new URL('../../', import.meta.url));
const rootTsconfig = fileURLToPath(new URL('../../../../tsconfig.json', import.meta.url));

/** A program that was started, with its children. */
export interface Program {
  /** All it has printed. */
  output(): string;
  /** Ends it and its children, and resolves once they are gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Runs a script of the example's `package.json`. */
export function startScript(name: string, environment: Readonly<Record<string, string>>): Program {
  return start('npm', ['run', name], environment);
}

/** Runs the server alone, from its source, in a process of its own. */
export function startServerProcess(environment: Readonly<Record<string, string>>): Program {
  const withSources = { TSX_TSCONFIG_PATH: rootTsconfig, ...environment };
  return start(process.execPath, ['--import', 'tsx', 'server/main.ts'], withSources);
}

function start(
  command: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>>,
): Program {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TWILIO_|API_TOKEN|DATABASE_)/.test(name),
  );
  const child = spawn(command, parameters, {
    cwd: example,
    detached: true,
    env: { ...Object.fromEntries(inherited), NODE_ENV: 'development', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts: string[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part.toString()));
  child.stderr.on('data', (part: Buffer) => parts.push(part.toString()));
  return { output: () => parts.join(''), end: (signal = 'SIGTERM') => end(child, signal) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'close');
  process.kill(-child.pid, signal);
  await gone;
}
