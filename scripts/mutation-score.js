/**
 * The second half of `npm run test:mutation`: reads Stryker's report, prints the score of each area and fails when one of them is too
 * low, or when a file of it was not mutated at all. Takes the path of another report.
 */
import { readFileSync } from 'node:fs';
import config, { areas, requiredScore } from '../stryker.config.js';

const report = JSON.parse(readFileSync(process.argv[2] ?? config.jsonReporter.fileName, 'utf8'));
const tallies = Object.entries(areas).map(([area, files]) => ({ area, ...tally(files) }));
const missing = Object.values(areas)
  .flat()
  .filter((file) => mutantsOf(file).length === 0);

const width = Math.max(...Object.keys(areas).map((area) => area.length));
console.log(row('area', 'mutants', 'killed', 'survived', 'not reached', 'score'));
console.log('-'.repeat(width + 54));
for (const { area, killed, survived, notReached, score } of tallies) {
  console.log(row(area, killed + survived + notReached, killed, survived, notReached, percent(score)));
}
for (const { area } of tallies.filter(isTooLow)) {
  console.error(`Too few mutants are killed in: ${area}. It takes ${requiredScore} %.`);
}
for (const file of missing) console.error(`No mutant of ${file} was tried.`);
process.exitCode = missing.length === 0 && !tallies.some(isTooLow) ? 0 : 1;

/** What Stryker counts: a mutant that ran into the time limit was noticed, one that was ignored or did not compile was none. */
function tally(files) {
  const statuses = files.flatMap((file) => mutantsOf(file).map(({ status }) => status));
  const count = (...wanted) => statuses.filter((status) => wanted.includes(status)).length;
  const killed = count('Killed', 'Timeout');
  const survived = count('Survived');
  const notReached = count('NoCoverage');
  const score = killed === 0 ? 0 : (100 * killed) / (killed + survived + notReached);
  return { killed, survived, notReached, score };
}

function mutantsOf(file) {
  return report.files[file]?.mutants ?? [];
}

function isTooLow({ score }) {
  return score < requiredScore;
}

/** Rounded down: what is shown as enough is enough. */
function percent(score) {
  return `${(Math.floor(score * 10) / 10).toFixed(1)} %`;
}

function row(area, mutants, killed, survived, notReached, score) {
  const figures = [mutants, killed, survived].map((figure) => String(figure).padStart(10));
  return `${area.padEnd(width)}${figures.join('')}${String(notReached).padStart(13)}${score.padStart(10)}`;
}
