/**
 * `npm test`: builds, type-checks, lints, checks the reference documentation and runs every test. The last line of all
 * it prints is `N passed, N failed`, with the four checks counted like tests. Arguments go to Vitest.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, runTool } from './run-tool.js';

const oldestNode = [20, 19];
const isCi = process.env.CI === 'true';

if (!isSupported(process.versions.node)) {
  console.error(
    `Channelkit needs Node ${oldestNode.join('.')} or newer; this is Node ${process.versions.node}.`,
  );
  finish({ passed: 0, failed: 1, skipped: [] });
} else {
  const checks = [
    ...(await Promise.all([check('build', () => build()), check('typecheck', typecheck)])),
    ...(await Promise.all([check('lint', lint), check('docs', docs)])),
  ];
  const tests = await runTests(process.argv.slice(2));
  const passedChecks = checks.filter(Boolean).length;
  finish({
    passed: passedChecks + tests.passed,
    failed: checks.length - passedChecks + tests.failed,
    skipped: tests.skipped,
  });
}

function isSupported(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

async function check(name, run) {
  const start = performance.now();
  const { code, output } = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0;
}

/** What runs in a browser has types of its own: nothing else may reach for `window`. */
async function typecheck() {
  const node = await runTool('node_modules/typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']);
  const browser = await runTool('node_modules/vue-tsc/bin/vue-tsc.js', [
    '--noEmit',
    '-p',
    'examples/express-server/client/tsconfig.json',
  ]);
  return { code: node.code || browser.code, output: node.output + browser.output };
}

async function lint() {
  const eslint = await runTool('node_modules/eslint/bin/eslint.js', ['.', '--max-warnings', '0']);
  const prettier = await runTool('node_modules/prettier/bin/prettier.cjs', [
    '--check',
    '--log-level',
    'warn',
    '.',
  ]);
  return { code: eslint.code || prettier.code, output: eslint.output + prettier.output };
}

function docs() {
  return runTool('node_modules/typedoc/bin/typedoc', ['--logLevel', 'Warn']);
}

/** The tally comes from a reporter of ours; a run that ends badly without saying why is one more failure. */
async function runTests(filters) {
  const folder = mkdtempSync(path.join(tmpdir(), 'channelkit-tally-'));
  try {
    const tallyFile = path.join(folder, 'tally.json');
    const reporters = ['--reporter=default', '--reporter=./scripts/tally-reporter.js'];
    const options = { stdio: ['ignore', 'inherit', 'inherit'], env: { TALLY_FILE: tallyFile } };
    const { code } = await runTool(
      'node_modules/vitest/vitest.mjs',
      ['run', ...reporters, ...filters],
      options,
    );
    const tally = readTally(tallyFile);
    if (tally.passed + tally.failed === 0) return fail(tally, 'No test ran.');
    if (code !== 0 && tally.failed === 0) return fail(tally, `Vitest ended with exit code ${code}.`);
    return tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTally(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: [] };
  }
}

function fail(tally, reason) {
  console.error(reason);
  return { ...tally, failed: tally.failed + 1 };
}

/** A skipped test is a failure where `CI=true`: there, everything that tests need is installed. */
function finish({ passed, failed, skipped }) {
  for (const { name, reason } of skipped)
    console.log(`${isCi ? 'skipped, which fails in CI' : 'skipped'}: ${name} (${reason})`);
  const failures = failed + (isCi ? skipped.length : 0);
  const remark = skipped.length > 0 && !isCi ? `, ${skipped.length} skipped` : '';
  console.log(`${passed} passed, ${failures} failed${remark}`);
  process.exitCode = failures === 0 ? 0 : 1;
}
