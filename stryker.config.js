/**
 * Mutation tests of the places where a mistake would cost money: `npm run test:mutation`. What it found, and which mutants
 * survive and why, stands in docs/mutation-testing.md.
 */
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PluginKind } from '@stryker-mutator/api/plugin';

const files = (folder, ...names) => names.map((name) => `packages/${folder}/${name}.ts`);

/** What is mutated, by what a mistake there would be about; each area must reach the score by itself. */
export const areas = {
  'what an answer of the provider means': [
    ...files('adapter-twilio/src', 'twilio-error', 'twilio-refusals', 'transport-failure', 'owned-numbers'),
    ...files('core/src', 'send-purchase'),
  ],
  'who may write what to which row, in memory': files(
    'core/src/testing/memory-store',
    'operations',
    'channels',
  ),
  'the same, in SQL': files(
    'store-kysely/src',
    'begin-operation',
    'operation-verbs',
    'decision-verbs',
    'release-verbs',
  ),
  'what becomes of a number that was, or may be, ours': files(
    'core/src',
    ...['purchase', 'settle-purchase', 'resume-by-key', 'recover-operation', 'look-up', 'held-operation'],
    ...['end-operation', 'decide-number', 'give-back-number', 'release-channel'],
  ),
};

/** How many mutants of a hundred must be killed in each area. */
export const requiredScore = 95;

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
  // `scripts/mutation-score.js` judges each area: the mean of all would let one of them be bad.
  thresholds: { high: 98, low: requiredScore, break: null },
  timeoutMS: 10_000,
  mutate: Object.values(areas).flat(),
};
