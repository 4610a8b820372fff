import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const example = fileURLToPath(new URL('../', import.meta.url));
const tsconfig = fileURLToPath(new URL('../../../tsconfig.json', import.meta.url));

/** A program of this example in a process of its own. */
export interface Program {
  readonly child: ChildProcess;
  /** All it has printed. */
  output(): string;
  /** Resolves to its exit code once it is gone. */
  readonly exited: Promise<number | null>;
}

/** Starts `main.ts` with those variables, and none of the caller's that would change what it does. */
export function startMain(environment: Readonly<Record<string, string>>): Program {
  return startProgram([`${example}server/main.ts`], example, environment);
}

/** Runs Node with TypeScript, in a folder. */
export function startProgram(
  parameters: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Program {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), ...parameters], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', TSX_TSCONFIG_PATH: tsconfig, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => parts.push(part.toString()));
  }
  const exited = once(child, 'close').then(() => child.exitCode);
  return { child, output: () => parts.join(''), exited };
}
