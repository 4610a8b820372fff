import type { SimulatorFault } from '@channelkit/twilio-simulator';
import { seededRandom } from '../harness/seeded-random.js';
import { A_WHILE_MS, provision, type Scene, type Stage } from './scene.js';
import type { Job, Outcome } from './worker-orders.js';

/** What random kills found. */
export interface RandomKills {
  /** Processes that died of SIGKILL while at work, counted as they died. */
  readonly kills: number;
  readonly jobs: number;
  readonly outcomes: ReadonlyMap<string, number>;
  /** Each with the command that replays the chapter that found it. */
  readonly violations: readonly string[];
}

const KEYS = 8;
const ROUNDS = 5;
/** The most places a process passes before it dies; a provisioning passes about ten. */
const MOST_POINTS = 60;
/** Short enough that what is in doubt does not hold the test up, and time enough for a busy machine. */
const POLICY = { deadlineMs: 500, purchaseTimeoutMs: 5_000, callTimeoutMs: 5_000 };

/** How many processes a chapter sets out to kill; one that is hit between two jobs does not count. */
export const KILLS_A_CHAPTER = 2 * ROUNDS;

/**
 * Kills processes at random places, two at a time on one database, a chapter for each seed until `wanted` have died; after every few rounds lets recovery
 * end what is left and judges. The seed decides the jobs, the faults and the places; which of two processes is faster, it cannot decide.
 */
export async function killAtRandom(
  stage: Stage,
  seeds: readonly number[],
  wanted = Infinity,
): Promise<RandomKills> {
  const outcomes = new Map<string, number>();
  const violations: string[] = [];
  let jobs = 0;
  const before = stage.kills;
  const note = (outcome: Outcome) => {
    jobs += 1;
    const name = outcome.kind === 'error' ? outcome.code : outcome.kind;
    outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
  };
  for (const seed of seeds) {
    if (stage.kills - before >= wanted) break;
    const replay = `CHANNELKIT_KILL_SEED=${seed} npx vitest run tests/crash/kill-${stage.database.kind}.test.ts -t random`;
    const found = await playChapter(stage, seed, note).catch((error: unknown) => {
      throw new Error(`The chapter broke off. Replay it with: ${replay}`, { cause: error });
    });
    violations.push(...Array.from(found, (violation) => `${replay}: ${violation}`));
  }
  return { kills: stage.kills - before, jobs, outcomes, violations };
}

/** Resolves to what was wrong. */
async function playChapter(
  stage: Stage,
  seed: number,
  count: (outcome: Outcome) => void,
): Promise<ReadonlySet<string>> {
  const random = seededRandom(seed);
  const scene = await stage.scene();
  const known: string[] = [];
  const note = (outcome: Outcome) => {
    count(outcome);
    if (outcome.kind === 'channel' && outcome.status === 'active') known.push(outcome.id);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    if (random() < 0.7) scene.simulator.fault(randomFault(random));
    await Promise.all([
      workUntilKilled(scene, random, known, note),
      workUntilKilled(scene, random, known, note),
    ]);
    await scene.judge();
    if (random() < 0.5) scene.simulator.landLate();
    await scene.letTimePass(A_WHILE_MS);
    if (random() < 0.5) note(await scene.survive({ kind: 'recover' }));
    scene.simulator.landLate();
    await scene.judge();
  }
  scene.simulator.clearFaults();
  await scene.settle();
  await scene.judge({ isAtRest: true });
  return new Set(scene.violations);
}

/** A process that does one random job after another until its hour has come. */
async function workUntilKilled(
  scene: Scene,
  random: () => number,
  known: readonly string[],
  note: (outcome: Outcome) => void,
): Promise<void> {
  const atPoint = 1 + Math.floor(random() * MOST_POINTS);
  const by = random() < 0.6 ? 'itself' : 'its parent';
  const begun = scene.begin(randomJob(random, known), { policy: POLICY, fate: { atPoint, by } });
  for (let { run } = begun; ; run = scene.next(begun.process, randomJob(random, known), { policy: POLICY })) {
    const outcome = await run.outcome;
    note(outcome);
    if (outcome.kind === 'killed') break;
  }
  await scene.kill(begun.process);
}

function randomJob(random: () => number, known: readonly string[]): Job {
  const draw = random();
  const id = known[Math.floor(random() * known.length)];
  if (draw < 0.2 && id !== undefined) return { kind: 'release', id };
  if (draw < 0.35) return { kind: 'recover' };
  return provision(draw < 0.55 ? null : `key ${Math.floor(random() * KEYS)}`);
}

function randomFault(random: () => number): SimulatorFault {
  const fault = FAULTS[Math.floor(random() * FAULTS.length)];
  if (fault === undefined) throw new Error('There are faults.');
  return { ...fault, times: 1 + Math.floor(random() * 3), skip: Math.floor(random() * 3) };
}

const FAULTS: readonly SimulatorFault[] = [
  { operation: 'purchase', kind: 'reset' },
  { operation: 'purchase', kind: 'reset', when: 'after-effect' },
  { operation: 'purchase', kind: 'late' },
  { operation: 'purchase', kind: 'status', status: 400, code: 21422 },
  { operation: 'purchase', kind: 'status', status: 429 },
  { operation: 'purchase', kind: 'status', status: 503, when: 'after-effect' },
  { operation: 'purchase', kind: 'html', when: 'after-effect' },
  { operation: 'purchase', kind: 'truncated' },
  { operation: 'list', kind: 'status', status: 500 },
  { operation: 'search', kind: 'reset' },
  { operation: 'release', kind: 'reset', when: 'after-effect' },
  { operation: 'release', kind: 'status', status: 500 },
  { operation: 'release', kind: 'status', status: 400, code: 20001 },
];
