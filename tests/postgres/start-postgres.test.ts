import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { startPostgres } from './start-postgres.js';

describe('startPostgres', () => {
  it('stops the server and removes its folder', async () => {
    const server = await startPostgres();
    const folder = await dataFolder(server.url);

    await server.stop();

    await expect(dataFolder(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(existsSync(path.dirname(folder))).toBe(false);
  });

  it('leaves nothing behind when the process that asked for the server is killed', async () => {
    const owner = fileURLToPath(new URL('server-owner.js', import.meta.url));
    const script = `
      const options = { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] };
      require('node:child_process').fork(process.argv[1], options).on('message', ({ url }) => console.log(url));
    `;
    const parent = spawn(process.execPath, ['-e', script, owner], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [url] = (await once(parent.stdout, 'data')).map(String);
    const folder = await dataFolder(String(url).trim());

    parent.kill('SIGKILL');
    // The owner holds the parent's stderr, so this ends when the owner has ended.
    await once(parent, 'close');

    await expect(dataFolder(String(url).trim())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(existsSync(path.dirname(folder))).toBe(false);
  });
});

async function dataFolder(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory ?? '';
  } finally {
    await client.end();
  }
}
