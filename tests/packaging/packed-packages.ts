import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** The root of the repository. */
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** What is used of a `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package as it would be published. */
export interface PackedPackage {
  readonly manifest: Manifest;
  /** The folder in the repository. */
  readonly source: string;
  /** The file that `npm pack` wrote. */
  readonly tarball: string;
}

/** A temporary folder with every public package packed, to be removed at the end. */
export interface PackedPackages {
  readonly folder: string;
  readonly packages: readonly PackedPackage[];
  remove(): Promise<void>;
}

/** Gives the folder and manifest of every package that is not private. */
export async function publicPackages(): Promise<{ source: string; manifest: Manifest }[]> {
  const folder = path.join(repository, 'packages');
  const packages = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const source = path.join(folder, name);
      return { source, manifest: await readManifest(source) };
    }),
  );
  return packages.filter(({ manifest }) => manifest.private !== true);
}

/** Packs what `npm run build` made of every public package. */
export async function packPackages(): Promise<PackedPackages> {
  const sources = await publicPackages();
  for (const { source, manifest } of sources) {
    if (!existsSync(path.join(source, 'dist')))
      throw new Error(`${manifest.name} is not built: npm run build.`);
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'channelkit-packed-'));
  const workspaces = sources.map(({ manifest }) => `--workspace=${manifest.name}`);
  await run('npm', ['pack', '--loglevel=error', `--pack-destination=${folder}`, ...workspaces], repository);
  const packages = sources.map(({ source, manifest }) => {
    const { name, version } = manifest as Manifest & { version: string };
    return {
      source,
      manifest,
      tarball: path.join(folder, `${name.slice(1).replace('/', '-')}-${version}.tgz`),
    };
  });
  return { folder, packages, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Fills `node_modules` of an app with the packed packages and with what these declare as dependencies, linked from the
 * repository: something they use and do not declare is not found, and nothing is compiled.
 */
export async function installPackages(
  app: string,
  { packages }: PackedPackages,
  others: readonly string[] = [],
) {
  const links = new Set(others);
  for (const { manifest, tarball } of packages) {
    const target = path.join(app, 'node_modules', manifest.name);
    await mkdir(target, { recursive: true });
    await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], app);
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
      links.add(name);
  }
  for (const name of links) {
    if (packages.some(({ manifest }) => manifest.name === name)) continue;
    const link = path.join(app, 'node_modules', name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(repository, 'node_modules', name), link, 'junction');
  }
}

/** Runs a command and resolves to what it printed; a failure is an error with all of its output. */
export async function run(command: string, args: readonly string[], folder: string): Promise<string> {
  try {
    return (await runFile(command, [...args], { cwd: folder })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}
