import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashRow, Ending, Expectation } from './crash-matrix.js';
import type { CrashStory } from './crash-stories.js';
import { A_WHILE_MS, provision, type Scene } from './scene.js';
import type { Outcome } from './worker-orders.js';
import type { Run } from './worker-process.js';

/** What came of playing a row. */
export interface Verdict {
  readonly violations: readonly string[];
  /** `null` when it ended as expected. */
  readonly surprise: string | null;
}

const KEY = 'key';
/** Enough for a duplicate to come to the write that is held in the middle. */
const TIME_TO_COME_MS = 100;

/** Plays one row of the crash matrix to one of its endings. */
export async function playRow(scene: Scene, row: CrashRow, ending: Ending): Promise<Verdict> {
  await row.arrange?.(scene);
  const laid = (row.faults ?? []).map((fault) => scene.simulator.fault(fault));
  const struck = () => laid.reduce((sum, fault) => sum + fault.struck(), 0);
  const key = ending === 'without a key' ? null : KEY;
  const surprises = [await killAt(scene, row, key, struck, ending)];
  await row.afterwards?.(scene);
  await scene.judge();

  // Whoever asks for the same thing meanwhile must not be in the way, nor get another number.
  if (ending === 'asked again') await scene.survive(provision(KEY));
  await scene.judge();
  await scene.letTimePass(A_WHILE_MS);
  await scene.survive(ending === 'asked again' ? provision(KEY) : { kind: 'recover' });
  await scene.judge();
  row.between?.(scene);
  await scene.settle();
  if (ending === 'asked again') surprises.push(surpriseAt(await scene.survive(provision(KEY)), 'channel'));
  await scene.judge({ isAtRest: true });
  surprises.push(await compare(scene, row.expects[ending]));
  return { violations: scene.violations, surprise: surprises.find((found) => found !== null) ?? null };
}

/** Plays a story to its end; resolves to what is wrong. */
export async function playStory(scene: Scene, { play, active }: CrashStory): Promise<readonly string[]> {
  await play(scene);
  await scene.judge();
  await scene.settle();
  await scene.judge({ isAtRest: true });
  const { channels } = await scene.evidence();
  const found = channels.filter(({ status }) => status === 'active').length;
  return found === active
    ? scene.violations
    : [...scene.violations, `${found} channels are active, not ${active}`];
}

async function killAt(
  scene: Scene,
  row: CrashRow,
  key: string | null,
  struck: () => number,
  ending: Ending,
): Promise<string | null> {
  const { killAt: place, gates = [], nth = 1, policy = {} } = row;
  const job = provision(key);
  if (place === 'the end') {
    const { run, process } = scene.begin(job, { policy, gates });
    const outcome = await run.outcome;
    if (ending === 'asked again') await scene.survive(job, { policy });
    await scene.kill(process);
    return row.tells === undefined ? null : surpriseAt(outcome, ...row.tells);
  }
  if (typeof place === 'string') {
    const { run, process } = scene.begin(job, { policy, gates: [...gates, { at: place, nth }] });
    await run.at(place);
    if (ending === 'asked again') await scene.survive(job);
    await scene.kill(process);
    return null;
  }
  if ('struck' in place) {
    const { run, process } = scene.begin(job, { policy, gates });
    await untilStruck(run, () => struck() >= place.struck);
    if (ending === 'asked again') await scene.survive(job);
    await scene.kill(process);
    return null;
  }
  const held = await scene.database.holdInside(place.inside);
  const isOwn = scene.database.kind === 'sqlite';
  const { run, process } = scene.begin(job, {
    policy,
    gates,
    ...(isOwn ? { holdInside: place.inside } : {}),
  });
  await held.reached(run);
  // Where the write keeps everybody else waiting, the duplicate hears nothing before it is over.
  const duplicate = ending === 'asked again' ? scene.survive(job) : null;
  if (duplicate !== null) await Promise.race([duplicate, sleep(TIME_TO_COME_MS)]);
  await scene.kill(process);
  await held.end(place.then);
  await duplicate;
  return null;
}

async function untilStruck({ outcome }: Run, isStruck: () => boolean): Promise<void> {
  const over = outcome.then((told) => {
    if (!isStruck()) throw new Error(`The call ended before the fault struck: ${JSON.stringify(told)}`);
  });
  while (!isStruck()) await Promise.race([sleep(1), over]);
}

function surpriseAt(outcome: Outcome, code: string, mayOwnNumber?: string): string | null {
  const isIt =
    outcome.kind === 'error'
      ? code.split(' or ').includes(outcome.code) && outcome.mayOwnNumber === mayOwnNumber
      : outcome.kind === code && mayOwnNumber === undefined;
  return isIt ? null : `told ${JSON.stringify(outcome)}, not ${code} ${mayOwnNumber ?? ''}`;
}

async function compare(scene: Scene, expected: Expectation): Promise<string | null> {
  const { channels, owned, ledger } = await scene.evidence();
  const found = {
    active: channels.filter(({ status }) => status === 'active').length,
    released: channels.filter(({ status }) => status === 'released').length,
    owned: owned.length,
    paid: ledger.filter(({ kind }) => kind === 'purchased').length,
  };
  const wanted = TALLIES[expected];
  const isSame = Object.entries(wanted).every(([what, count]) => found[what as keyof typeof found] === count);
  return isSame ? null : `expected ${expected} and found ${JSON.stringify(found)}`;
}

/** A number that is bought again after its release counts as another. */
const TALLIES: Readonly<
  Record<Expectation, { active: number; owned: number; released?: number; paid?: number }>
> = {
  nothing: { active: 0, released: 0, owned: 0, paid: 0 },
  'bought, given back': { active: 0, released: 1, owned: 0, paid: 1 },
  channel: { active: 1, released: 0, owned: 1, paid: 1 },
  'failed, then channel': { active: 1, owned: 1 },
};
