import {
  type NumberProvider,
  type Policy,
  type ProvisionRequest,
  provisionChannel,
  type Runtime,
} from '@channelkit/core';
import { describe, expect, it } from 'vitest';
import { type CallWorld, createCallWorld } from '../nth-call/call-world.js';
import type { Way } from '../nth-call/ways.js';
import { leaveBehind } from '../nth-call/scenarios.js';

const request: ProvisionRequest = { country: 'USA', type: 'sms' };
const STOCK = ['+14155550100', '+14155550101', '+14155550102', '+14155550103'];

interface Asked {
  readonly purchases?: readonly Way[];
  readonly policy?: Partial<Policy>;
  readonly runtime?: Partial<Runtime>;
  readonly provider?: Partial<NumberProvider>;
}

/** Provisions, and tells what came of it and what was called. */
async function provision(
  world: CallWorld,
  { purchases = [], policy = {}, runtime = {}, provider = {} }: Asked = {},
) {
  const process = world.start({ at: new Map(), byName: { purchaseNumber: purchases } });
  const { options } = process;
  const work = provisionChannel({
    ...options,
    provider: { ...options.provider, ...provider },
    runtime: { ...options.runtime, ...runtime },
    policy,
    request,
  });
  const answer: unknown = await world.clock.run(work).catch((error: unknown) => error);
  const count = (name: string) => process.calls.filter((call) => call === name).length;
  return {
    answer,
    searches: count('searchNumbers'),
    purchases: count('purchaseNumber'),
    begins: count('beginOperation'),
  };
}

const withStock = (inventory: readonly string[]) => createCallWorld('memory', { mock: { inventory } });

describe('candidates', () => {
  it.each([
    [0, 0],
    [0.25, 1],
    [0.5, 2],
    [0.999, 3],
  ])('are picked at random within the page: %d picks number %i', async (random, index) => {
    const { answer } = await provision(await withStock(STOCK), { runtime: { random: () => random } });
    expect(answer).toMatchObject({ phoneNumber: STOCK[index] });
  });

  it('are tried once each, and no more than maxCandidates of them', async () => {
    for (const maxCandidates of [1, 2, 4]) {
      const world = await withStock(STOCK);
      const gone = Array.from<Way>({ length: 9 }).fill('rejected number_unavailable');
      const { answer, purchases } = await provision(world, { purchases: gone, policy: { maxCandidates } });
      expect(answer).toMatchObject({ code: 'number_unavailable', mayOwnNumber: 'no' });
      expect(purchases).toBe(maxCandidates);
    }
  });

  it('run out before maxCandidates when the vendor lists nothing new', async () => {
    const gone = Array.from<Way>({ length: 9 }).fill('rejected number_unavailable');
    const { answer, purchases } = await provision(await withStock(STOCK.slice(0, 2)), { purchases: gone });
    expect(answer).toMatchObject({ code: 'number_unavailable' });
    expect(purchases).toBe(2);
  });

  it.each<Way>(['rejected account_restricted', 'rejected provider_rejected', 'rejected regulatory_required'])(
    'are not changed for another refusal: %s',
    async (way) => {
      const { purchases, answer } = await provision(await withStock(STOCK), { purchases: [way] });
      expect(purchases).toBe(1);
      expect(answer).toMatchObject({ code: way.slice('rejected '.length), mayOwnNumber: 'no' });
    },
  );

  it('are not changed while it is unknown whether the first was bought', async () => {
    const world = await withStock(STOCK);
    const { answer, purchases } = await provision(world, {
      purchases: ['unknown before', 'rejected number_unavailable', 'rejected number_unavailable'],
    });
    expect(answer).toMatchObject({ code: 'purchase_unknown', mayOwnNumber: 'unknown' });
    expect(purchases).toBe(3);
    const { operations } = await world.rows();
    expect(operations).toHaveLength(1);
  });

  it('that others claim do not count against maxCandidates', async () => {
    const world = await withStock(STOCK.slice(0, 3));
    await leaveBehind(world, request, new Map([[3, 'crash before']]));
    await leaveBehind(world, request, new Map([[3, 'crash before']]));
    const { answer } = await provision(world, { policy: { maxCandidates: 1 } });
    expect(answer).toMatchObject({ status: 'active' });
  });

  it('are searched for again, a few times, when others claim all that is listed', async () => {
    const world = await withStock(STOCK.slice(0, 2));
    await leaveBehind(world, request, new Map([[3, 'crash before']]));
    await leaveBehind(world, request, new Map([[3, 'crash before']]));
    const { answer, searches, begins } = await provision(world, { policy: { attempts: 3 } });
    expect(answer).toMatchObject({ code: 'no_numbers_available', mayOwnNumber: 'no' });
    expect(begins).toBe(2);
    // The page that held both, and three more looks that found nothing new.
    expect(searches).toBe(4);
  });

  it('are searched for once when there are none at all', async () => {
    const { answer, searches, begins } = await provision(await withStock([]));
    expect(answer).toMatchObject({ code: 'no_numbers_available', operationId: null });
    expect([searches, begins]).toEqual([1, 0]);
  });

  it('are found by searching again when the stock is sampled', async () => {
    const world = await withStock(STOCK);
    await leaveBehind(world, request, new Map([[3, 'crash before']]));
    const [operation] = (await world.rows()).operations;
    const claimed = operation?.phone_number ?? '';
    const free = STOCK.find((number) => number !== claimed) ?? '';
    const { provider } = world.start().options;
    const pages = [[claimed], [claimed], [free]];
    const { answer } = await provision(world, {
      provider: {
        searchNumbers: async (query, options) => {
          const page = pages.shift() ?? [];
          const found = await provider.searchNumbers(query, options);
          return { ...found, numbers: found.numbers.filter(({ phoneNumber }) => page.includes(phoneNumber)) };
        },
      },
    });
    expect(answer).toMatchObject({ phoneNumber: free });
  });

  it('that a vendor lists against the query are left out', async () => {
    const world = await withStock(STOCK);
    const { provider } = world.start().options;
    const { answer } = await provision(world, {
      provider: {
        searchNumbers: async (query, options) => {
          const found = await provider.searchNumbers(query, options);
          const silent = { voice: true, sms: false, mms: false };
          return { ...found, numbers: found.numbers.map((number) => ({ ...number, capabilities: silent })) };
        },
      },
    });
    expect(answer).toMatchObject({ code: 'no_numbers_available' });
    expect([...world.purchases]).toEqual([]);
  });
});
