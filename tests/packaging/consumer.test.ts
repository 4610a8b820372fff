import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { installPackages, packPackages, repository, run, type PackedPackages } from './packed-packages.js';

let packed: PackedPackages;
let app: string;
beforeAll(async () => {
  packed = await packPackages();
  app = path.join(packed.folder, 'app');
  await cp(fileURLToPath(new URL('consumer', import.meta.url)), app, { recursive: true });
  await writeFile(path.join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await installPackages(app, packed, ['@types/node']);
  return () => packed.remove();
});

describe('an app on the packed packages', () => {
  it('compiles in strict TypeScript with the declarations checked too, and runs', async () => {
    await run(
      process.execPath,
      [path.join(repository, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.app.json'],
      app,
    );

    expect(JSON.parse(await run(process.execPath, ['program.js'], app))).toEqual({
      status: 'active',
      code: 'unknown_country',
      country: 'US',
      formatted: true,
      present: ['function', 'function', 'function', 'function', 'object'],
    });
  });

  it('can require every package from CommonJS', async () => {
    expect(JSON.parse(await run(process.execPath, ['app.cjs'], app))).toEqual({
      status: 'active',
      country: 'GB',
      present: ['function', 'function', 'function', 'object'],
    });
  });

  it('has the simulator as a command that says where it listens and with which account', async () => {
    const command = path.join(app, 'node_modules/@channelkit/twilio-simulator/dist/cli.js');
    const simulator = spawn(process.execPath, [command, '--port', '0'], { cwd: app, stdio: 'pipe' });
    const ended = once(simulator, 'exit');
    try {
      const printed = await textUntil(simulator.stdout, /AC[0-9a-f]{32}/);

      expect(printed).toMatch(/http:\/\/(127\.0\.0\.1|localhost):[1-9]\d*/);
    } finally {
      simulator.kill();
      await ended;
    }
  });
});

/** Reads until the pattern has been printed, or to the end. */
async function textUntil(stream: Readable, pattern: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (pattern.test(text)) break;
  }
  return text;
}
