import type { Policy, ProvisionRequest } from '@channelkit/core';
import { startTwilioSimulator, type TwilioSimulator } from '@channelkit/twilio-simulator';
import type { CrashDatabase } from './crash-database.js';
import { type Evidence, type Told, violationsAtRest, violationsNow } from './oracle.js';
import type { Fate, Job, Order, Outcome, WorkerWorld } from './worker-orders.js';
import { type Run, startWorker, type WorkerProcess } from './worker-process.js';

/** Where scenes are played: one database, one account, and processes. */
export interface Stage {
  readonly database: CrashDatabase;
  readonly simulator: TwilioSimulator;
  /** The world as the processes see it. */
  readonly world: WorkerWorld;
  /** How many processes have died of SIGKILL while at work. */
  readonly kills: number;
  /** A process that has done nothing yet. */
  fresh(): WorkerProcess;
  /** Empties everything and begins anew. */
  scene(): Promise<Scene>;
  close(): Promise<void>;
}

/** What is different about a job. */
export type Extra = Partial<Omit<Order, 'job'>>;

/** One story: processes that work, die and are succeeded by others, and a judge. */
export interface Scene {
  readonly database: CrashDatabase;
  readonly simulator: TwilioSimulator;
  /** Begins a job in a process of its own, which can be killed. */
  begin(
    job: Job,
    extra?: Extra & { readonly fate?: Fate },
  ): { readonly run: Run; readonly process: WorkerProcess };
  /** Gives a process another job. */
  next(process: WorkerProcess, job: Job, extra?: Extra): Run;
  /** Does a job in a process that lives on. */
  survive(job: Job, extra?: Extra): Promise<Outcome>;
  /** Kills a process, and waits until what it had sent by then has arrived. */
  kill(process: WorkerProcess): Promise<void>;
  letTimePass(milliseconds: number): Promise<void>;
  /** Lets recovery end whatever was left, as time passes. */
  settle(): Promise<void>;
  judge(options?: { readonly isA1Broken?: boolean; readonly isAtRest?: boolean }): Promise<void>;
  readonly evidence: () => Promise<Evidence>;
  /** Kills whatever was begun here and still lives. */
  end(): Promise<void>;
  /** What was found to be wrong. */
  readonly violations: readonly string[];
}

/** A lease, and more than that, but not yet so long that nothing can land any more. */
export const A_WHILE_MS = 2 * 60_000;
/** Longer than any purchase takes to land, and than any backoff. */
const LONG_MS = 2 * 60 * 60_000;

/** A request with a key. */
export function keyed(idempotencyKey: string | null): ProvisionRequest {
  return { country: 'US', type: 'sms', ...(idempotencyKey === null ? {} : { idempotencyKey }) };
}

/** Provisioning, as a job. */
export function provision(key: string | null): Job {
  return { kind: 'provision', request: keyed(key) };
}

/** Sets the stage; `path` is the script of the processes. */
export async function openStage(
  database: CrashDatabase,
  path: string,
  policy: Partial<Policy> = {},
): Promise<Stage> {
  const simulator = await startTwilioSimulator({ inventorySize: 1, quarantineMs: 0 });
  const { url: baseUrl, accountSid, authToken } = simulator;
  const world: WorkerWorld = { store: database.place, baseUrl, accountSid, authToken };
  const living = new Set<WorkerProcess>();
  let kills = 0;
  const start = () => {
    const process = startWorker(path);
    living.add(process);
    void process.ended.then(() => {
      living.delete(process);
      if (process.diedAtWork) kills += 1;
    });
    return process;
  };
  let spare = start();
  const survivor = start();
  const fresh = () => {
    const process = spare;
    spare = start();
    return process;
  };
  const kill = async (process: WorkerProcess) => {
    await process.kill();
    await quiet(simulator);
  };

  const play = (): Scene => {
    const told: Told[] = [];
    const givenUp = new Set<string>();
    const violations: string[] = [];
    const begun: WorkerProcess[] = [];
    let isA1Broken = false;
    const note = (job: Job, outcome: Promise<Outcome>) => {
      if (job.kind === 'release') givenUp.add(job.id);
      const key = job.kind === 'provision' ? (job.request.idempotencyKey ?? null) : null;
      if (job.kind !== 'recover') void outcome.then((answer) => told.push({ key, outcome: answer }));
    };
    const order = (job: Job, extra: Extra): Order => ({
      job,
      world,
      ...extra,
      policy: { ...policy, ...extra.policy },
    });
    const evidence = async () => ({
      owned: simulator.owned(),
      ledger: simulator.ledger(),
      ...(await database.facts()),
      told,
      givenUp,
      isA1Broken,
    });
    const scene: Scene = {
      database,
      simulator,
      begin: (job, { fate, ...extra } = {}) => {
        const process = fresh();
        begun.push(process);
        if (fate !== undefined) process.meet(fate);
        return { run: scene.next(process, job, extra), process };
      },
      next: (process, job, extra = {}) => {
        const run = process.run(order(job, extra));
        note(job, run.outcome);
        return run;
      },
      survive: (job, extra = {}) => {
        const { outcome } = survivor.run(order(job, extra));
        note(job, outcome);
        return outcome;
      },
      kill,
      letTimePass: (milliseconds) => database.letTimePass(milliseconds),
      settle: async () => {
        for (let pass = 0; pass < 3; pass += 1) {
          await database.letTimePass(LONG_MS);
          const outcome = await scene.survive({ kind: 'recover' });
          if (outcome.kind !== 'recovered') violations.push(`recovery failed: ${JSON.stringify(outcome)}`);
          await scene.judge();
        }
      },
      judge: async (options = {}) => {
        isA1Broken ||= options.isA1Broken ?? false;
        const found = await evidence();
        violations.push(...(options.isAtRest === true ? violationsAtRest(found) : violationsNow(found)));
      },
      evidence,
      end: async () => {
        await Promise.all(begun.filter(({ isAlive }) => isAlive).map(kill));
      },
      violations,
    };
    return scene;
  };

  return {
    database,
    simulator,
    world,
    get kills() {
      return kills;
    },
    fresh,
    async scene() {
      simulator.reset();
      simulator.setInventory(numbersOnOffer(40));
      await database.clear();
      return play();
    },
    async close() {
      await survivor.forget();
      await Promise.all([...living].map((process) => process.kill()));
      await simulator.close();
      await database.close();
    },
  };
}

/** So many numbers in the US that carry everything. */
export function numbersOnOffer(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    phoneNumber: `+1415${5_550_000 + index}`,
    countryCode: 'US',
  }));
}

/** Waits until the simulator has heard everything that lies in its sockets: a process may die with a request written. */
export async function quiet(simulator: TwilioSimulator): Promise<void> {
  let heard = -1;
  while (heard !== simulator.requests.length) {
    heard = simulator.requests.length;
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}
