/** `npm run bench`: every benchmark, one after another, each in a process of its own. Arguments choose some of them by name. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BENCHMARKS = ['import-cost', 'provision', 'express-server'];

const chosen = process.argv.length > 2 ? process.argv.slice(2) : BENCHMARKS;
const unknown = chosen.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${BENCHMARKS.join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const name of chosen) {
    const file = fileURLToPath(new URL(`${name}.js`, import.meta.url));
    const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
