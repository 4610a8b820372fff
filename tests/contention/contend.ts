import { A_WHILE_MS, numbersOnOffer, provision, type Scene, type Stage } from '../crash/scene.js';
import type { Gate, Outcome } from '../crash/worker-orders.js';
import type { Run, WorkerProcess } from '../crash/worker-process.js';
import { seededRandom } from '../harness/seeded-random.js';

/** How much contention there is. */
export interface Crowd {
  readonly processes: number;
  readonly keysEach: number;
  readonly seed: number;
}

/** What came of it. */
export interface Contention {
  readonly keys: number;
  readonly kills: number;
  readonly outcomes: ReadonlyMap<string, number>;
  /** How often a process was told that somebody is at work on a key over which nobody had been killed. */
  readonly keyCollisions: number;
  /** How often a process wanted a number that another operation held, be its process alive or dead. */
  readonly numberCollisions: number;
  /** Keys whose last answer was no channel. */
  readonly unserved: readonly string[];
  readonly violations: readonly string[];
  readonly active: number;
  readonly paid: number;
}

const SHARE_OF_DUPLICATES = 0.3;
/** Of the requests, at the least: so many processes die. */
export const SHARE_OF_KILLS = 0.05;
/** The part of a list that the kills are drawn from; the rest is there for those that are passed on. */
const EARLY = 0.8;
const AT_ONCE = 4;
/** Numbers on offer for each request under way, beside those that the killed hold on to. */
const NUMBERS_A_REQUEST = 1.5;

const DEADLY: readonly Gate[] = [
  { at: 'after beginOperation' },
  { at: 'before purchaseNumber' },
  { at: 'after purchaseNumber' },
  { at: 'after attachChannel' },
];

/**
 * Lets processes provision the same keys at the same moment from a stock that is never larger than it must be, kills some, and asks for
 * every key again.
 */
export async function contend(stage: Stage, crowd: Crowd): Promise<Contention> {
  const random = seededRandom(crowd.seed);
  const isShared = drawPlaces(crowd.keysEach, random);
  const lists = Array.from({ length: crowd.processes }, (_, index) => keysOf(index, isShared));
  const keys = [...new Set(lists.flat())];
  const scene = await stage.scene();
  const spare = Math.ceil(crowd.processes * AT_ONCE * NUMBERS_A_REQUEST);
  scene.simulator.setInventory(numbersOnOffer(spare));
  const outcomes = new Map<string, number>();
  const before = stage.kills;
  const served = new Set<string>();
  const deadOver = new Set<string>();
  let keyCollisions = 0;
  let numberCollisions = 0;
  let gone = 0;
  const note = (key: string, { numbersHeld }: Run, outcome: Outcome) => {
    numberCollisions += numbersHeld;
    const name = outcome.kind === 'error' ? outcome.code : outcome.kind;
    outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    if (outcome.kind === 'killed') deadOver.add(key);
    if (name === 'operation_in_progress' && !deadOver.has(key)) keyCollisions += 1;
    if (outcome.kind === 'killed' || (outcome.kind === 'channel' && !served.has(key))) {
      gone += 1;
      // Not for every single one: it takes as long as there are numbers.
      if (gone % crowd.processes === 0) scene.simulator.setInventory(numbersOnOffer(spare + gone));
    }
    if (outcome.kind === 'channel') served.add(key);
  };
  const meet = meetings(crowd.processes);

  await Promise.all(lists.map((list) => workThrough(scene, list, deadlyAmong(list, random), note, meet)));
  const kills = stage.kills - before;
  await scene.judge();
  const collisions = { keyCollisions, numberCollisions };

  // The leases of the killed run out, and everybody comes back for every key.
  await scene.letTimePass(A_WHILE_MS);
  served.clear();
  scene.simulator.setInventory(numbersOnOffer(keys.length + spare));
  await workThrough(scene, keys, new Map(), note, () => Promise.resolve());
  await scene.settle();
  await scene.judge({ isAtRest: true });
  const { channels, ledger } = await scene.evidence();
  await scene.end();
  return {
    keys: keys.length,
    kills,
    outcomes,
    ...collisions,
    unserved: keys.filter((key) => !served.has(key)),
    violations: [...new Set(scene.violations)],
    active: channels.filter(({ status }) => status === 'active').length,
    paid: ledger.filter(({ kind }) => kind === 'purchased').length,
  };
}

/** At which places of every list the keys stand that everybody has. */
function drawPlaces(keysEach: number, random: () => number): boolean[] {
  const shared = Math.round(keysEach * SHARE_OF_DUPLICATES);
  return Array.from({ length: keysEach }, (_, key) => ({ isShared: key < shared, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ isShared }) => isShared);
}

/** Its own keys, and among them those that everybody has. */
function keysOf(index: number, isShared: readonly boolean[]): string[] {
  return isShared.map((shared, place) => (shared ? `shared ${place}` : `process ${index} ${place}`));
}

/** Lets nobody go on with a key that everybody has before all have come to it; they come in one order, so nobody waits for ever. */
function meetings(processes: number): (key: string) => Promise<void> {
  const waiting = new Map<string, (() => void)[]>();
  return (key) =>
    new Promise((resolve) => {
      if (!key.startsWith('shared')) {
        resolve();
        return;
      }
      const here = [...(waiting.get(key) ?? []), resolve];
      waiting.set(key, here);
      if (here.length === processes) for (const goOn of here) goOn();
    });
}

/** The keys whose process is killed over them, and where. */
function deadlyAmong(list: readonly string[], random: () => number): Map<string, Gate> {
  const deadly = new Map<string, Gate>();
  const early = list.slice(0, Math.ceil(list.length * EARLY));
  while (deadly.size < list.length * SHARE_OF_KILLS) {
    const key = early[Math.floor(random() * early.length)];
    const gate = DEADLY[Math.floor(random() * DEADLY.length)];
    if (key === undefined || gate === undefined) break;
    deadly.set(key, gate);
  }
  return deadly;
}

/** A process, and the one that takes its place whenever it is killed; what was under way then is asked for again. */
async function workThrough(
  scene: Scene,
  list: readonly string[],
  deadly: Map<string, Gate>,
  note: (key: string, run: Run, outcome: Outcome) => void,
  meet: (key: string) => Promise<void>,
): Promise<void> {
  const waiting = [...list];
  const met = new Set<string>();
  const killed = new Set<WorkerProcess>();
  let current: WorkerProcess | undefined;
  const work = async () => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      if (!met.has(key)) await meet(key);
      met.add(key);
      const gate = deadly.get(key);
      const extra = { isPatient: true, gates: gate === undefined ? [] : [gate] };
      const job = provision(key);
      const begun =
        current?.isAlive === true
          ? { process: current, run: scene.next(current, job, extra) }
          : scene.begin(job, extra);
      current = begun.process;
      if (gate !== undefined) {
        const isThere = await begun.run.at(gate.at).then(
          () => true,
          () => false,
        );
        // Two may have come to their gates at once, and a process dies for one of them only.
        if (isThere && !killed.has(begun.process)) {
          deadly.delete(key);
          killed.add(begun.process);
          await scene.kill(begun.process);
        }
      }
      const outcome = await begun.run.outcome;
      note(key, begun.run, outcome);
      if (outcome.kind === 'killed') {
        waiting.unshift(key);
      } else if (gate !== undefined) {
        // Somebody else had served the key before it came to its gate: the kill is passed on.
        deadly.delete(key);
        const heir = waiting.find((other) => !deadly.has(other));
        if (heir !== undefined) deadly.set(heir, gate);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
