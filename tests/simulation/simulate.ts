import { buildSimulation } from './run-simulation.js';

/** Lives one seed through again, twice, and prints all that happened: `npm run simulate -- 2615 [--breaks-a1]`. */
const [seed, ...flags] = process.argv.slice(2);
const firstSeed = Number(seed);
if (seed === undefined || !Number.isInteger(firstSeed)) {
  process.stderr.write('Name the seed of a history: npm run simulate -- 2615\n');
  process.exit(2);
}
const simulation = await buildSimulation();
const breaksA1 = flags.includes('--breaks-a1');
const { trace, failures } = await simulation
  .run({ firstSeed, count: 1, breaksA1, repeatEvery: 1, withTrace: true })
  .finally(() => simulation.close());
const verdict = failures.flatMap(({ violations }) => violations).join('\n') || 'No violation.';
process.stdout.write(`${trace.join('\n')}\n\n${verdict}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
