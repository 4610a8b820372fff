import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A PostgreSQL server that was started for this test run. */
export interface StartedPostgres {
  /** Connection string of its `postgres` database. */
  readonly url: string;
  /** Stops it as `pg_ctl stop -m immediate` does, without a checkpoint, and starts it again on the same port. */
  crash(): Promise<void>;
  /** Stops the server and resolves when its folder is gone. */
  stop(): Promise<void>;
}

/** What is different about a server. */
export interface PostgresOptions {
  /** Whether commits are on the disk once they are acknowledged, which only a test of crashes needs. Default `false`. */
  readonly isDurable?: boolean;
}

/**
 * Starts a PostgreSQL server of its own on a free port of the loopback interface, in about a second.
 *
 * A separate process owns it and ends it as soon as this process ends, however that happens.
 */
export async function startPostgres({ isDurable = false }: PostgresOptions = {}): Promise<StartedPostgres> {
  const owner = fork(
    fileURLToPath(new URL('server-owner.js', import.meta.url)),
    isDurable ? ['durable'] : [],
    {
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const ended = once(owner, 'exit');
  const answer = await new Promise<unknown>((resolve) => {
    owner.once('message', resolve);
    owner.once('exit', (code, signal) => {
      resolve({ error: `The process that owns the tests' PostgreSQL ended with ${String(code ?? signal)}.` });
    });
  });
  const stop = async () => {
    owner.ref();
    if (owner.connected) owner.disconnect();
    await ended;
  };
  if (isUrlAnswer(answer)) {
    owner.unref();
    owner.channel?.unref();
    return { url: answer.url, crash: () => crash(owner), stop };
  }
  await stop();
  throw new Error(isErrorAnswer(answer) ? answer.error : 'PostgreSQL for the tests gave no URL.');
}

async function crash(owner: ChildProcess): Promise<void> {
  const answered = once(owner, 'message');
  owner.send('crash');
  const [answer] = (await answered) as unknown[];
  if (isErrorAnswer(answer)) throw new Error(answer.error);
}

function isUrlAnswer(answer: unknown): answer is { url: string } {
  return typeof answer === 'object' && answer !== null && 'url' in answer && typeof answer.url === 'string';
}

function isErrorAnswer(answer: unknown): answer is { error: string } {
  return (
    typeof answer === 'object' && answer !== null && 'error' in answer && typeof answer.error === 'string'
  );
}
