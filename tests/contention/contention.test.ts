import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorker, type BuiltWorker } from '../crash/build-worker.js';
import type { CrashDatabase } from '../crash/crash-database.js';
import { createPostgresCrashDatabase } from '../crash/postgres-crash-database.js';
import { openStage } from '../crash/scene.js';
import { createSqliteCrashDatabase } from '../crash/sqlite-crash-database.js';
import { reportFigures } from '../harness/figures.js';
import { createTestDatabase } from '../postgres/create-test-database.js';
import { contend, SHARE_OF_KILLS } from './contend.js';

const isLong = process.env['CHANNELKIT_LONG'] === '1';
const crowd = isLong ? { processes: 16, keysEach: 1_000, seed: 3 } : { processes: 4, keysEach: 100, seed: 3 };

/**
 * Of the requests, at the least: so often two meet over a key, or over a number. Measured on a machine with nothing and with far too much to
 * do: 3 to 8 and 12 to 32 in a hundred.
 */
const LEAST_SHARE = { ofKeyCollisions: 0.01, ofNumberCollisions: 0.04 };

const databases: readonly { readonly kind: string; readonly create: () => Promise<CrashDatabase> }[] = [
  { kind: 'sqlite', create: createSqliteCrashDatabase },
  { kind: 'postgres', create: createOnTestServer },
];

describe.each(databases)('$kind under contention', ({ kind, create }) => {
  let worker: BuiltWorker;
  beforeAll(async () => {
    worker = await buildWorker();
  });
  afterAll(() => worker.remove());

  it(
    `gives every key one channel: ${crowd.processes} processes, ${crowd.keysEach} keys each, some killed`,
    { timeout: isLong ? 45 * 60_000 : 240_000 },
    async (context) => {
      const stage = await openStage(await create(), worker.path);
      try {
        const found = await contend(stage, crowd);
        const { keys, kills, keyCollisions, numberCollisions } = found;
        reportFigures(context, {
          [`keys on ${kind}`]: keys,
          kills,
          'collisions over keys': keyCollisions,
          'collisions over numbers': numberCollisions,
        });
        expect(found.violations).toEqual([]);
        expect(found.unserved).toEqual([]);
        expect({ active: found.active, paid: found.paid }).toEqual({ active: keys, paid: keys });
        const requests = crowd.processes * crowd.keysEach;
        expect(kills).toBeGreaterThanOrEqual(requests * SHARE_OF_KILLS);
        expect(keyCollisions).toBeGreaterThanOrEqual(requests * LEAST_SHARE.ofKeyCollisions);
        expect(numberCollisions).toBeGreaterThanOrEqual(requests * LEAST_SHARE.ofNumberCollisions);
      } finally {
        await stage.close();
      }
    },
  );
});

describe('contention', () => {
  it('is seen to catch a store that does not keep keys apart', async () => {
    const worker = await buildWorker([
      {
        folder: 'packages/store-kysely/src',
        replace: '    idempotency_key: operation.idempotencyKey,',
        with: '    idempotency_key: operation.idempotencyKey + operation.id,',
      },
    ]);
    const stage = await openStage(await createSqliteCrashDatabase(), worker.path);
    try {
      const found = await contend(stage, { processes: 2, keysEach: 30, seed: 1 });
      expect(found.violations).toContainEqual(expect.stringMatching(/^S3: two channels were reported/));
      expect(found.paid).toBeGreaterThan(found.keys);
    } finally {
      await stage.close();
      worker.remove();
    }
  });
});

async function createOnTestServer(): Promise<CrashDatabase> {
  const { url, drop } = await createTestDatabase();
  const database = await createPostgresCrashDatabase(url);
  return {
    ...database,
    close: async () => {
      await database.close();
      await drop();
    },
  };
}
