/**
 * `npm run test:long`: every layer that tries to break the promise, in its long form, one after another; then a table of what
 * ran and what it found. `npm run test:long -- wire soak` runs some of them.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const LAYERS = ['simulation', 'property', 'nth-call', 'crash', 'wire', 'contention', 'soak'];

const chosen = process.argv.length > 2 ? process.argv.slice(2) : LAYERS;
const unknown = chosen.filter((layer) => !LAYERS.includes(layer));
if (unknown.length > 0) {
  console.error(`There is no layer ${unknown.join(', ')}; there are ${LAYERS.join(', ')}.`);
  process.exit(2);
}

const folder = mkdtempSync(path.join(tmpdir(), 'channelkit-long-'));
const results = chosen.map(runLayer);
rmSync(folder, { recursive: true });

console.log();
console.table(Object.fromEntries(results.map(({ layer, ...figures }) => [layer, figures])));
for (const { layer, found } of results) {
  for (const sentence of found) console.log(`${layer}: ${sentence}`);
}
process.exitCode = results.every(({ failed, found }) => failed === 0 && found.length === 0) ? 0 : 1;

function runLayer(layer) {
  const outputFile = path.join(folder, `${layer}.json`);
  const start = performance.now();
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      `tests/${layer}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${outputFile}`,
    ],
    { stdio: 'inherit', env: { ...process.env, CHANNELKIT_LONG: '1' } },
  );
  const minutes = Number(((performance.now() - start) / 60_000).toFixed(1));
  const report = JSON.parse(readFileSync(outputFile, 'utf8'));
  const failures = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter((result) => result.status === 'failed'),
  );
  const found = failures.map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join(' ')}`);
  if (status !== 0 && found.length === 0) found.push('the run failed outside of its tests');
  return { layer, passed: report.numPassedTests, failed: report.numFailedTests, minutes, found };
}
