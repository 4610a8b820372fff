import fc from 'fast-check';
import { readFileSync } from 'node:fs';

/** A run that failed once, and how to come back to it. */
export interface Replay {
  readonly seed: number;
  readonly path: string;
  /** Which of the commands ran, for a property of commands. */
  readonly replayPath?: string;
}

/** One property, whose failures can be replayed. */
export interface ReplayableProperty<Given> {
  /** Names it in the regression file. */
  readonly name: string;
  /** Makes the property; `replayPath` is for `fc.commands`. */
  readonly property: (replayPath: string | undefined) => fc.IAsyncProperty<Given>;
  readonly numRuns: number;
}

const SEED = 20_260_115;

/** Checks a property: first what failed before, then new runs from a fixed seed. Resolves to how many runs there were. */
export async function checkProperty<Given>({
  name,
  property,
  numRuns,
}: ReplayableProperty<Given>): Promise<number> {
  const asked = process.env['CHANNELKIT_REPLAY'];
  if (asked !== undefined) {
    const replay = JSON.parse(asked) as Replay;
    return check(name, property(replay.replayPath), { ...replay, numRuns });
  }
  for (const replay of regressions()[name] ?? [])
    await check(name, property(replay.replayPath), { seed: replay.seed, path: replay.path });
  return check(name, property(undefined), { seed: SEED, numRuns });
}

/** How many runs a property gets: more where the long run asks for it. */
export function runsOf(quick: number, long: number): number {
  return process.env['CHANNELKIT_LONG'] === '1' ? long : quick;
}

/** Tells whether only one run that failed before is wanted. */
export function isReplay(): boolean {
  return process.env['CHANNELKIT_REPLAY'] !== undefined;
}

async function check<Given>(
  name: string,
  property: fc.IAsyncProperty<Given>,
  parameters: fc.Parameters<Given>,
): Promise<number> {
  const details = await fc.check(property, parameters);
  if (!details.failed) return details.numRuns;
  const counterexample = fc.stringify(details.counterexample);
  const replayPath = /replayPath="([^"]*)"/.exec(counterexample)?.[1];
  const { seed, counterexamplePath: path } = details;
  const replay = JSON.stringify({ seed, path, replayPath });
  const report = (await fc.asyncDefaultReportMessage(details)) ?? 'The property failed.';
  throw new Error(
    `${report}\n\nReplay it with:\n  CHANNELKIT_REPLAY='${replay}' npx vitest run tests/property -t '${name}'\n` +
      `and keep it, under "${name}" in tests/property/regressions.json.`,
    { cause: details.errorInstance },
  );
}

function regressions(): Readonly<Record<string, readonly Replay[]>> {
  const text = readFileSync(new URL('regressions.json', import.meta.url), 'utf8');
  return JSON.parse(text) as Readonly<Record<string, readonly Replay[]>>;
}
