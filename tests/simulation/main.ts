import { runHistory } from './history.js';

/** What the parent asks for, as JSON in the first argument. */
interface Assignment {
  readonly firstSeed: number;
  readonly count: number;
  readonly breaksA1: boolean;
  readonly stopAtViolation: boolean;
  /** Every so many seeds one is run twice, and the two traces compared; 0 for never. */
  readonly repeatEvery: number;
  readonly withTrace: boolean;
  readonly blindTo: readonly string[];
}

// Nobody reads where in a history an error was made, and finding it out takes a quarter of the time.
Error.stackTraceLimit = 0;

/** What was thrown where nobody listens: a mistake of the code under test, or of the simulation. */
const thrown: string[] = [];
process.on('unhandledRejection', (reason) => void thrown.push(`bug: ${String(reason)}`));

const assignment = JSON.parse(process.argv[2] ?? '') as Assignment;
const reached: Record<string, number> = {};
const failures: { seed: number; violations: readonly string[] }[] = [];
let steps = 0;
let histories = 0;
let repeated = 0;
const trace: string[] = [];

for (let index = 0; index < assignment.count; index += 1) {
  const seed = assignment.firstSeed + index;
  const { breaksA1, blindTo } = assignment;
  const result = await runHistory(seed, { breaksA1, blindTo });
  histories += 1;
  steps += result.steps;
  for (const [point, times] of result.reached) reached[point] = (reached[point] ?? 0) + times;
  if (assignment.withTrace) trace.push(...result.trace);
  const violations = [...result.violations, ...thrown.splice(0)];
  if (assignment.repeatEvery > 0 && index % assignment.repeatEvery === 0) {
    repeated += 1;
    const again = await runHistory(seed, { breaksA1, blindTo });
    if (again.traceHash() !== result.traceHash())
      violations.push('determinism: the same seed gave another history');
  }
  if (violations.length > 0) failures.push({ seed, violations });
  if (violations.length > 0 && assignment.stopAtViolation) break;
}
process.stdout.write(
  JSON.stringify({ histories, repeated, steps, reached, failures: failures.slice(0, 20), trace }),
);
