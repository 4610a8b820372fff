/**
 * `npm run test:long`: every layer that tries to break the promise, in its long form; then a table of what ran, and what was
 * found and what was skipped. `npm run test:long -- wire soak` runs some of them. Those that mostly wait run beside the others;
 * these run one after another.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTool } from './run-tool.js';

const LAYERS = ['simulation', 'property', 'nth-call', 'crash', 'contention', 'wire', 'soak'];
const MOSTLY_WAITING = ['wire', 'soak'];

const chosen = process.argv.length > 2 ? process.argv.slice(2) : LAYERS;
const unknown = chosen.filter((layer) => !LAYERS.includes(layer));
if (unknown.length > 0) {
  console.error(`There is no layer ${unknown.join(', ')}; there are ${LAYERS.join(', ')}.`);
  process.exit(2);
}

const folder = mkdtempSync(path.join(tmpdir(), 'channelkit-long-'));
const beside = chosen.filter((layer) => MOSTLY_WAITING.includes(layer)).map(runLayer);
const results = [];
for (const layer of chosen) {
  if (!MOSTLY_WAITING.includes(layer)) results.push(await runLayer(layer));
}
results.push(...(await Promise.all(beside)));
rmSync(folder, { recursive: true });

const figuresWidth = Math.max(...results.map(({ figures }) => figures.length));
console.log(row('layer', 'minutes', 'passed', 'failed', 'what ran'));
console.log('-'.repeat(38 + figuresWidth));
for (const { layer, minutes, passed, failed, figures } of results)
  console.log(row(layer, minutes, passed, failed, figures));
for (const { layer, findings } of results) {
  for (const finding of findings) console.log(`${layer}: ${finding}`);
}
for (const { layer, skipped } of results) {
  for (const { name, reason } of skipped) console.log(`${layer}: skipped: ${name} (${reason})`);
}
process.exitCode = results.every(({ failed }) => failed === 0) ? 0 : 1;

/** Runs one layer, and prints all it said once it is over: others may be talking meanwhile. */
async function runLayer(layer) {
  const TALLY_FILE = path.join(folder, `${layer}.json`);
  const start = performance.now();
  const { code, output } = await runTool(
    'node_modules/vitest/vitest.mjs',
    ['run', `tests/${layer}/`, '--reporter=default', '--reporter=./scripts/tally-reporter.js'],
    { env: { CHANNELKIT_LONG: '1', TALLY_FILE } },
  );
  const minutes = ((performance.now() - start) / 60_000).toFixed(1);
  console.log(`${output}\n${layer} took ${minutes} minutes.\n`);
  const { passed, failed, skipped, findings, figures } = readTally(TALLY_FILE);
  if (passed + failed === 0 || (code !== 0 && failed === 0)) {
    return {
      layer,
      minutes,
      passed,
      failed: 1,
      skipped,
      figures: '',
      findings: [`Vitest ended with exit code ${code}.`],
    };
  }
  const counts = Object.entries(figures).map(([name, count]) => `${count.toLocaleString('en')} ${name}`);
  return { layer, minutes, passed, failed, skipped, figures: counts.join(', '), findings };
}

function readTally(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: [], findings: [], figures: {} };
  }
}

function row(layer, minutes, passed, failed, figures) {
  return `${layer.padEnd(12)}${String(minutes).padStart(8)}${String(passed).padStart(8)}${String(failed).padStart(8)}  ${figures}`;
}
