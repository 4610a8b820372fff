import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { packPackages, publicPackages, repository, run, type PackedPackages } from './packed-packages.js';

const names = (await publicPackages()).map(({ manifest }) => manifest.name);
let packed: PackedPackages;
beforeAll(async () => {
  packed = await packPackages();
  return () => packed.remove();
});

describe.each(names)('the tarball of %s', (name) => {
  it('has no fault that publint knows', async () => {
    const data = await readFile(find(name).tarball);
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: new Uint8Array(data).buffer } });

    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it('gives types to every consumer of ES modules', async () => {
    const attw = path.join(repository, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const { tarball } = find(name);

    const output = await run(
      process.execPath,
      [attw, tarball, '--profile=esm-only', '--format=json'],
      packed.folder,
    );

    expect(JSON.parse(output)).toMatchObject({
      analysis: { packageName: name, types: { kind: 'included' } },
    });
  });
});

function find(name: string) {
  const found = packed.packages.find(({ manifest }) => manifest.name === name);
  if (found === undefined) throw new Error(`${name} was not packed.`);
  return found;
}
