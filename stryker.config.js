/**
 * Mutation tests of the places where a mistake would cost money: `npm run test:mutation`. What it found, and which mutants
 * survive and why, stands in docs/mutation-testing.md.
 */
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PluginKind } from '@stryker-mutator/api/plugin';

/** What people read: its wording decides nothing, so changing it is no mutant. Codes, states and names are mutated. */
const prose = {
  shouldIgnore(literal) {
    if (!literal.isStringLiteral() && !literal.isTemplateLiteral()) return undefined;
    const said = literal.findParent(
      (parent) => parent.isFunction() || WORDS.has(parent.node.key?.name ?? parent.node.id?.name),
    );
    return said === null || said.isFunction() ? undefined : 'The wording of a message decides nothing.';
  },
};

const WORDS = new Set(['message', 'advice']);

export const strykerPlugins = [{ kind: PluginKind.Ignore, name: 'prose', value: prose }];

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner', './stryker.config.js'],
  ignorers: ['prose'],
  vitest: { configFile: 'stryker.vitest.config.ts' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  incremental: true,
  incrementalFile: 'node_modules/.cache/stryker/incremental.json',
  tempDirName: path.join(tmpdir(), 'channelkit-stryker'),
  ignorePatterns: ['artifacts', 'docs', 'benchmarks', 'examples', '**/dist', '.turbo'],
  reporters: ['clear-text', 'progress', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'node_modules/.cache/stryker/report.json' },
  thresholds: { high: 98, low: 95, break: 95 },
  timeoutMS: 10_000,
  mutate: [
    // What an answer of the provider means.
    'packages/adapter-twilio/src/{twilio-error,transport-failure}.ts',
    'packages/core/src/send-purchase.ts',
    // Who may write what to which row.
    'packages/core/src/testing/memory-store/{operations,channels}.ts',
    'packages/store-kysely/src/{begin-operation,operation-verbs,decision-verbs,release-verbs}.ts',
    // What becomes of a number that was bought, or may have been.
    'packages/core/src/{recover-operation,look-up,held-operation,end-operation,decide-number,give-back-number}.ts',
  ],
};
