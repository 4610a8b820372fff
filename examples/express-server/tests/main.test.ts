import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patiently } from './patience.js';
import { type Program, startMain, startProgram } from './server-process.js';
import { readRows } from './test-server.js';
import { createTemporaryFolder } from './temporary-folder.js';

let folder = createTemporaryFolder();
let programs: Program[] = [];
beforeEach(() => {
  folder = createTemporaryFolder();
  programs = [];
});
afterEach(async () => {
  for (const { child, exited } of programs) {
    child.kill('SIGKILL');
    await exited;
  }
  folder.remove();
});

function start(environment: Readonly<Record<string, string>>): Program {
  const program = startMain({
    PORT: '0',
    DATABASE_FILE: path.join(folder.path, 'channels.db'),
    ...environment,
  });
  programs.push(program);
  return program;
}

describe('the server that is sent SIGTERM', () => {
  it('answers the purchase under way before it exits with 0', async () => {
    const server = start({});
    await expect.poll(server.output, patiently).toMatch(/Listening on http/);
    const url = /Listening on (http[^"]+)/.exec(server.output())?.[1] ?? '';
    const answer = fetch(`${url}/api/channels/generate-phone-number`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ country: 'USA' }),
    });
    await expect.poll(server.output, { ...patiently, interval: 5 }).toContain('purchase-sent');
    server.child.kill('SIGTERM');
    const { status } = await answer;
    expect([status, await server.exited]).toEqual([200, 0]);
    expect(server.output()).toContain('Stopped: nothing is under way.');
    const file = path.join(folder.path, 'channels.db');
    expect(readRows(file, 'channels')).toMatchObject([{ status: 'active' }]);
    expect(readRows(file, 'operations')).toMatchObject([{ state: 'succeeded' }]);
  });
});

describe('the server that cannot start', () => {
  const failing = async (environment: Readonly<Record<string, string>>) => {
    const server = start({ LOG_LEVEL: 'silent', ...environment });
    return { code: await server.exited, output: server.output() };
  };

  it('says in a sentence that its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    try {
      expect(await failing({ PORT: port })).toEqual({
        code: 1,
        output: `The server does not start. Port ${port} is in use: set PORT to another.\n`,
      });
    } finally {
      other.close();
    }
  });

  it('says in a sentence that the folder of its database is missing', async () => {
    const file = path.join(folder.path, 'missing', 'channels.db');
    expect(await failing({ DATABASE_FILE: file })).toEqual({
      code: 1,
      output: `The server does not start. There is no folder for the database ${file}. Create the folder first.\n`,
    });
  });

  it('says in a sentence that its database cannot be reached', async () => {
    const { code, output } = await failing({ DATABASE_URL: 'postgres://somebody:a-secret@127.0.0.1:9/none' });
    expect(code).toBe(1);
    expect(output).toMatch(/^The server does not start\. .+\.\n$/);
    expect(output).not.toContain('a-secret');
  });

  it('says in a sentence what to do about an address that others can reach', async () => {
    const { code, output } = await failing({ HOST: '0.0.0.0' });
    expect(code).toBe(1);
    expect(output).toMatch(/^The server does not start\. HOST 0\.0\.0\.0 lets others .+API_TOKEN.+\n$/);
  });

  it('says in a sentence that its token cannot be sent in a header', async () => {
    const { code, output } = await failing({ API_TOKEN: 'pässwört with blanks' });
    expect(code).toBe(1);
    expect(output).toMatch(/^The server does not start\. API_TOKEN: must be letters, digits and signs .+\n$/);
  });
});

describe('the client in development', () => {
  it('finds the server at the HOST and PORT of the file .env', async () => {
    const config = new URL('../vite.config.ts', import.meta.url).href;
    mkdirSync(path.join(folder.path, 'here'));
    writeFileSync(path.join(folder.path, 'here', '.env'), 'HOST=::1\nPORT=4321\nCLIENT_PORT=4322\n');
    writeFileSync(
      path.join(folder.path, 'print.mjs'),
      `const { default: config } = await import(${JSON.stringify(config)});\n` +
        'console.log(JSON.stringify(config.server));\n',
    );
    const printing = startProgram([path.join(folder.path, 'print.mjs')], path.join(folder.path, 'here'), {});
    programs.push(printing);
    expect(await printing.exited).toBe(0);
    expect(JSON.parse(printing.output())).toMatchObject({
      port: 4322,
      proxy: { '/api': 'http://[::1]:4321' },
    });
  });
});
