import { describe, expect, it } from 'vitest';
import { search, start } from './simulator-fixture.js';

const NUMBER = '+14155550123';

describe('own', () => {
  it('seeds a number of a given age', async () => {
    const nowMs = Date.UTC(2026, 0, 1, 12);
    const simulator = await start({ now: () => nowMs });
    simulator.own(NUMBER, { friendlyName: 'old', ageSeconds: 3600 });

    expect(simulator.owned()[0]?.dateCreated).toEqual(new Date(nowMs - 3_600_000));
    expect(simulator.paidPurchases()).toBe(0);
    expect(() => simulator.own(NUMBER)).toThrow('already owns');
    expect(() => simulator.own('415')).toThrow('E.164');
    expect(() => simulator.sell(NUMBER)).toThrow('itself owns');
  });
});

describe('reset', () => {
  it('makes everything as it was', async () => {
    const simulator = await start();
    const before = (await search(simulator, 'US/Local')).numbers;
    simulator.setInventory([]);
    simulator.own(NUMBER);
    simulator.fault({ operation: 'any', kind: 'status', status: 500 });
    simulator.reset();

    expect(simulator.owned()).toEqual([]);
    expect(simulator.exchanges).toEqual([]);
    expect((await search(simulator, 'US/Local')).numbers).toEqual(before);
  });
});
