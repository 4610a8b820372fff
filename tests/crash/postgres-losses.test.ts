import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type StartedPostgres } from '../postgres/start-postgres.js';
import { buildWorker, type BuiltWorker } from './build-worker.js';
import { crashMutants } from './crash-mutants.js';
import { type Loss, type LossyProxy, LOSSES, startLossyProxy } from './lossy-proxy.js';
import { createPostgresCrashDatabase } from './postgres-crash-database.js';
import { openStage, provision, type Scene, type Stage } from './scene.js';
import type { HoldableTable, Outcome } from './worker-orders.js';

const WRITES = ['W1', 'W2', 'dispose'] as const;
type Write = (typeof WRITES)[number];

const tableOf = (write: Write): HoldableTable => (write === 'W1' ? 'operations' : 'channels');

describe('a PostgreSQL server that fails under a caller who lives', () => {
  let worker: BuiltWorker;
  let server: StartedPostgres;
  let stage: Stage;
  let proxy: LossyProxy;

  beforeAll(async () => {
    [worker, server] = await Promise.all([buildWorker(), startPostgres({ isDurable: true })]);
    stage = await openStage(await createPostgresCrashDatabase(server.url), worker.path);
    proxy = await startLossyProxy(server.url);
  });
  afterAll(async () => {
    await stage.close();
    await proxy.close();
    await server.stop();
    worker.remove();
  });

  describe.each(WRITES)('in the middle of %s', (write) => {
    it('by ending its connection: the write is made again', async () => {
      const scene = await arrange(write);
      const held = await scene.database.holdInside(tableOf(write));
      const { run } = scene.begin(provision('key'));
      await held.reached(run);
      await held.end('undone');

      expect(codeOf(await run.outcome)).toBe(write === 'dispose' ? 'store_rejected' : 'channel');
      await expectSound(scene, write === 'dispose' ? 0 : 1);
    });

    it('by stopping at once, and is started again: the books are right', async () => {
      const scene = await arrange(write);
      const held = await scene.database.holdInside(tableOf(write));
      const { run } = scene.begin(provision('key'));
      await held.reached(run);
      await server.crash();
      await held.end('undone');

      // Before the purchase a store that is down means that nothing is bought; afterwards it is waited for.
      expect(codeOf(await run.outcome)).toMatch(
        { W1: /^(channel|store_unavailable)$/, W2: /^channel$/, dispose: /^store_rejected$/ }[write],
      );
      await expectSound(scene);
    });

    it.each(LOSSES)('by %s', async (loss) => {
      const scene = await arrange(write);
      proxy.lose(loss, `insert into "${tableOf(write)}"`, write === 'dispose' ? 1 : 0);
      const connectionString = proxy.url;
      const world = {
        ...stage.world,
        store: { kind: 'postgres' as const, connectionString, queryMs: 1_000 },
      };
      const policy = isLasting(loss) ? { deadlineMs: 2_500, attempts: 2 } : {};
      const { run } = scene.begin(provision('key'), { world, policy });

      const told = await run.outcome;
      expect(proxy.hasLost).toBe(true);
      expect(told).toMatchObject(tells(write, loss));
      proxy.heal();
      await expectSound(scene);
    });
  });

  it.each(['after beginOperation', 'after attachChannel'] as const)(
    'loses nothing that was acknowledged: stopped at once %s',
    async (at) => {
      const scene = await stage.scene();
      const { run, process } = scene.begin(provision('key'), { gates: [{ at }] });
      await run.at(at);
      const before = await scene.database.facts();
      await server.crash();
      await scene.kill(process);

      expect(before.operations).toHaveLength(1);
      expect(await scene.database.facts()).toEqual(before);
      await expectSound(scene, at === 'after attachChannel' ? 1 : 0);
    },
  );

  it('is seen to catch a caller who gives a number back before that is on record', async () => {
    const releasing = crashMutants.find(({ name }) => name === 'releases before its record');
    const mutant = await buildWorker(releasing?.patches);
    const database = { ...stage.database, close: () => Promise.resolve() };
    const stageOfMutant = await openStage(database, mutant.path);
    try {
      const scene = await stageOfMutant.scene();
      proxy.lose('swallow-all-but-it', 'insert into "channels"');
      const connectionString = proxy.url;
      const world = {
        ...stageOfMutant.world,
        store: { kind: 'postgres' as const, connectionString, queryMs: 1_000 },
      };
      const { run } = scene.begin(provision('key'), { world, policy: { deadlineMs: 2_500 } });
      await run.outcome;
      proxy.heal();
      await scene.judge();
      await scene.end();
      expect(scene.violations).toContainEqual(expect.stringMatching(/^S1/));
    } finally {
      await stageOfMutant.close();
      mutant.remove();
    }
  });

  async function arrange(write: Write): Promise<Scene> {
    const scene = await stage.scene();
    if (write === 'dispose') await scene.database.refuse('active');
    return scene;
  }
});

async function expectSound(scene: Scene, active?: number): Promise<void> {
  await scene.database.accept();
  await scene.judge();
  await scene.settle();
  await scene.judge({ isAtRest: true });
  const { channels } = await scene.evidence();
  await scene.end();
  expect(scene.violations).toEqual([]);
  if (active === undefined) return;
  expect(channels.filter(({ status }) => status === 'active')).toHaveLength(active);
}

function codeOf(outcome: Outcome): string {
  return outcome.kind === 'error' ? outcome.code : outcome.kind;
}

function isLasting(loss: Loss): boolean {
  return loss === 'swallow-everything' || loss === 'swallow-all-but-it';
}

function tells(write: Write, loss: Loss): object {
  if (isLasting(loss)) {
    return write === 'W1'
      ? { code: 'store_unavailable', mayOwnNumber: 'no' }
      : { code: 'purchase_unknown', mayOwnNumber: 'yes' };
  }
  return write === 'dispose' ? { code: 'store_rejected', mayOwnNumber: 'no' } : { kind: 'channel' };
}
