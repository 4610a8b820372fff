/**
 * What it costs to import the packages: each in a process of its own, beside a process that imports nothing.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inMs, interleave, median, printHeading, printTable, printVerdict } from './measure.js';

const CORE_TARGET_MS = 60;
const RUNS = { warmUps: 2, rounds: 15 };
const folder = fileURLToPath(new URL('.', import.meta.url));

const MODULES = ['@channelkit/core', '@channelkit/core/phone', '@channelkit/adapter-twilio', 'twilio'];

printHeading(
  `import-cost: medians of ${RUNS.rounds} processes; what stands after the first column is beyond a process that imports nothing`,
);
const processorTimes = Object.fromEntries(['', ...MODULES].map((module) => [module, []]));
const subjects = Object.fromEntries(['', ...MODULES].map((module) => [module, () => importModule(module)]));
const times = await interleave(subjects, RUNS);
const empty = median(times['']);
printTable([
  ['import', 'whole process', 'over an empty one', 'the fastest', 'processor time', 'memory'],
  ...['', ...MODULES].map((module) => [
    module === '' ? '(nothing)' : module,
    inMs(median(times[module])),
    inMs(median(times[module]) - empty),
    inMs(Math.min(...times[module]) - Math.min(...times[''])),
    inMs(median(processorTimes[module]) - median(processorTimes[''])),
    `${((residentBytes(module) - residentBytes('')) / 2 ** 20).toFixed(1)} MB`,
  ]),
]);
console.log();
printVerdict("import '@channelkit/core'", median(times['@channelkit/core']) - empty, CORE_TARGET_MS, inMs);
const loads = run(`await import('@channelkit/adapter-twilio');
  const { createRequire } = await import('node:module');
  const isTwilio = (file) => /node_modules[\\\\/]twilio[\\\\/]/.test(file);
  console.log(Object.keys(createRequire(process.cwd() + '/').cache).filter(isTwilio).length);`);
printVerdict("files of twilio loaded by '@channelkit/adapter-twilio'", Number(loads), 0, String);

function importModule(module) {
  const script = `${importStatement(module)} console.log(JSON.stringify(process.cpuUsage()));`;
  const { user, system } = JSON.parse(run(script));
  processorTimes[module].push((user + system) / 1000);
}

function residentBytes(module) {
  const script = `${importStatement(module)} console.log(process.memoryUsage().rss);`;
  return median(Array.from({ length: 5 }, () => Number(run(script))));
}

function importStatement(module) {
  return module === '' ? '' : `await import(${JSON.stringify(module)});`;
}

function run(script) {
  const options = { cwd: folder, encoding: 'utf8' };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script],
    options,
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
