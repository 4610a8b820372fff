import { writeFileSync } from 'node:fs';

/**
 * A Vitest reporter that leaves the outcome of a run as JSON in the file `TALLY_FILE`, for `test.js`:
 * `{ passed, failed, skipped: [{ name, reason }] }`. What fails outside a test (a file that cannot be loaded, a hook,
 * an unhandled rejection) counts as one failed test each.
 */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      tally.failed += countBroken([module, ...module.children.allSuites()]);
      for (const test of module.children.allTests()) count(test, tally);
    }
    writeFileSync(process.env.TALLY_FILE, JSON.stringify(tally));
  }
}

function countBroken(suites) {
  return suites.filter((suite) => suite.errors().length > 0).length;
}

function count(test, tally) {
  const result = test.result();
  if (result.state === 'passed') tally.passed += 1;
  else if (result.state === 'skipped') {
    const name = `${test.module.relativeModuleId} > ${test.fullName}`;
    tally.skipped.push({ name, reason: result.note ?? 'no reason given' });
  } else tally.failed += 1;
}
