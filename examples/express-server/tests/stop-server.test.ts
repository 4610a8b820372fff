import { createMockProvider } from '@channelkit/adapter-mock';
import { expect, describe, it } from 'vitest';
import { patiently } from './patience.js';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { startTestServer } from './test-server.js';

describe('RunningServer.stop', () => {
  it('settles every purchase under way, and answers it, before the store is closed', async () => {
    const provider = createMockProvider({ latencyMs: 200 });
    const closed: number[] = [];
    const server = await startTestServer({
      provider,
      wrapStore: (store) => ({
        ...store,
        close: async () => {
          closed.push((await store.listChannels()).channels.length);
          await store.close();
        },
      }),
    });
    const one = server.generate({ country: 'USA' });
    const other = server.generate({ country: 'Canada' });
    await expect
      .poll(() => server.log.filter((line) => line.includes('purchase-sent')).length, patiently)
      .toBe(2);
    await server.stop();
    expect((await one).status).toBe(200);
    expect((await other).status).toBe(200);
    expect(closed).toEqual([2]);
    expect(provider.owned()).toHaveLength(2);
  });

  it('waits for a purchase whose caller has left', async () => {
    const provider = createMockProvider({ latencyMs: 200 });
    const store = createSqliteStore({ filename: ':memory:' });
    let channelsAtClose = -1;
    const server = await startTestServer({
      provider,
      wrapStore: () => ({
        ...store,
        close: async () => {
          channelsAtClose = (await store.listChannels()).channels.length;
          await store.close();
        },
      }),
    });
    const leaving = new AbortController();
    const request = fetch(`${server.url}/api/channels/generate-phone-number`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ country: 'USA' }),
      signal: leaving.signal,
    });
    await expect.poll(() => server.log.some((line) => line.includes('purchase-sent')), patiently).toBe(true);
    leaving.abort();
    await expect(request).rejects.toThrow();
    await server.stop();
    expect(channelsAtClose).toBe(1);
  });
});
