import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { installPackages, packPackages, run, type PackedPackages } from './packed-packages.js';

let packed: PackedPackages;
let app: string;
beforeAll(async () => {
  packed = await packPackages();
  app = path.join(packed.folder, 'app');
  await mkdir(app);
  await installPackages(app, packed);
  return () => packed.remove();
});

describe('importing', () => {
  it('@channelkit/core loads none of its heavy dependencies', async () => {
    expect(await loadedPackages('@channelkit/core')).toEqual(['@channelkit/core', 'uuid']);
  });

  it('@channelkit/core/phone loads the country and number libraries', async () => {
    const loaded = await loadedPackages('@channelkit/core/phone');

    expect(loaded).toContain('libphonenumber-js');
    expect(loaded).toContain('i18n-iso-countries');
  });

  it('@channelkit/adapter-twilio does not load twilio', async () => {
    const loaded = await loadedPackages('@channelkit/adapter-twilio');

    expect(loaded).toContain('@channelkit/adapter-twilio');
    expect(loaded).not.toContain('twilio');
  });

  it('twilio itself is noticed by this measurement', async () => {
    expect(await loadedPackages('twilio')).toContain('twilio');
  });
});

/** Imports the module in a process of its own and names every package a file was loaded from. */
async function loadedPackages(module: string): Promise<string[]> {
  const hook = `
    import { writeSync } from 'node:fs';
    export const load = (url, context, next) => (writeSync(1, url + '\\n'), next(url, context));
  `;
  const script = `
    const { register, createRequire } = await import('node:module');
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
    await import(${JSON.stringify(module)});
    console.log(Object.keys(createRequire(process.cwd() + '/').cache).join('\\n'));
  `;
  const output = await run(process.execPath, ['--input-type=module', '-e', script], app);
  const names = [
    ...output.matchAll(/node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/](?!.*node_modules)/gm),
  ].map(([, name = '']) => name.replace('\\', '/'));
  return [...new Set(names)].sort();
}
