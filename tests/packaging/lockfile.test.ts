import { readFileSync } from 'node:fs';
import path from 'node:path';
import { satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { repository } from './packed-packages.js';

interface LockedPackage {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly engines?: { readonly node?: string } | readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const oldestNode = '20.19.0';

/** Optional, so that npm leaves them out where they do not fit, and not needed by what names them. */
const leftOut = [
  // Rollup builds its own binaries for other platforms with it (its package.json says so).
  'node_modules/@napi-rs/lzma-linux-x64-gnu',
];
const lockfile = JSON.parse(readFileSync(path.join(repository, 'package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, LockedPackage>>;
};
const entries = Object.entries(lockfile.packages);

describe('package-lock.json', () => {
  it('names no download address', () => {
    const addresses = entries.flatMap(([, { resolved, link }]) =>
      link !== true && resolved ? [resolved] : [],
    );

    expect(addresses).toEqual([]);
  });

  it('has an entry for every optional dependency it names', () => {
    const missing = entries.flatMap(([location, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !isLocked(name, location))
        .map((name) => `${location} -> ${name}`),
    );

    expect(missing).toEqual([]);
  });

  it('locks nothing that needs a newer Node than we do', () => {
    const tooNew = entries.flatMap(([location, { engines, optional }]) => {
      if (optional === true && leftOut.includes(location)) return [];
      const range = engines && 'node' in engines ? engines.node : undefined;
      return range !== undefined && !satisfies(oldestNode, range) ? [`${location}: ${range}`] : [];
    });

    expect(tooNew).toEqual([]);
  });
});

/** Looks where Node looks: in `node_modules` of the folder itself and of every folder above. */
function isLocked(name: string, location: string): boolean {
  const place = location === '' ? `node_modules/${name}` : `${location}/node_modules/${name}`;
  if (place in lockfile.packages) return true;
  return location !== '' && isLocked(name, location.includes('/') ? path.posix.dirname(location) : '');
}
