import os from 'node:os';

/** The middle of some numbers. */
export function median(values) {
  const sorted = [...values].sort((first, second) => first - second);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs every subject once a round, each round in another order, so that what disturbs one disturbs all; resolves to the times in milliseconds. */
export async function interleave(subjects, { warmUps, rounds }) {
  const names = Object.keys(subjects);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmUps; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + Math.abs(round)) % names.length];
      const start = performance.now();
      await subjects[name]();
      if (round >= 0) times[name].push(performance.now() - start);
    }
  }
  return times;
}

/** Prints what was measured as a table, the first row its head. */
export function printTable(rows) {
  const widths = rows[0].map((_, index) => Math.max(...rows.map((row) => row[index].length)));
  for (const row of rows) {
    const [name, ...numbers] = row.map((cell, index) =>
      index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index]),
    );
    console.log([name, ...numbers].join('   '));
  }
}

/** Prints whether a measurement is within its target; says nothing by exit code, since machines differ. */
export function printVerdict(what, value, target, format) {
  const verdict = value <= target ? 'PASS' : 'MISS';
  console.log(`${verdict}: ${what} ${format(value)}, target at most ${format(target)}`);
}

/** Prints a heading with the machine under it. */
export function printHeading(title) {
  const [processor] = os.cpus();
  const memoryGb = (os.totalmem() / 2 ** 30).toFixed(0);
  console.log(`\n${title}`);
  console.log(
    `Node ${process.versions.node}, ${os.platform()} ${os.arch()}, ${os.cpus().length} x ${processor?.model ?? 'unknown'}, ` +
      `${memoryGb} GB, load ${os.loadavg()[0].toFixed(1)}`,
  );
  if (os.loadavg()[0] > os.cpus().length)
    console.log('The machine is busy with other things: times by the clock mean little.');
  console.log();
}

/** Milliseconds, as text. */
export const inMs = (value) => `${value.toFixed(2)} ms`;
