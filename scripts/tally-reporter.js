import { writeFileSync } from 'node:fs';

/**
 * A Vitest reporter that leaves the outcome of a run as JSON in the file `TALLY_FILE`, for `test.js` and `test-long.js`:
 * `{ passed, failed, skipped: [{ name, reason }], findings, figures }`. What fails outside a test (a file that cannot be
 * loaded, a hook, an unhandled rejection) counts as one failed test each. `findings` says what failed, and `figures` adds up
 * what the tests report of themselves: `{ histories: 20000, … }`.
 */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: 0, skipped: [], findings: [], figures: {} };
    for (const error of unhandledErrors) fail(tally, 'outside of the tests', [error]);
    for (const module of modules) {
      for (const suite of [module, ...module.children.allSuites()]) {
        if (suite.errors().length > 0) fail(tally, module.relativeModuleId, suite.errors());
      }
      for (const test of module.children.allTests()) count(test, tally);
    }
    writeFileSync(process.env.TALLY_FILE, JSON.stringify(tally));
  }
}

function fail(tally, name, errors) {
  tally.failed += 1;
  tally.findings.push(`${name}: ${errors.map(({ message }) => message).join('; ')}`);
}

function count(test, tally) {
  const name = `${test.module.relativeModuleId} > ${test.fullName}`;
  const result = test.result();
  if (result.state === 'passed') tally.passed += 1;
  else if (result.state === 'skipped') tally.skipped.push({ name, reason: result.note ?? 'no reason given' });
  else fail(tally, name, result.errors);
  for (const [figure, value] of Object.entries(test.meta().figures ?? {}))
    tally.figures[figure] = (tally.figures[figure] ?? 0) + value;
}
