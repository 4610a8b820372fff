import { once } from 'node:events';
import { connect } from 'node:net';
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

  it('hangs up on who sends nothing, or half a request, once the purchases have settled', async () => {
    const provider = createMockProvider({ latencyMs: 100 });
    const server = await startTestServer({ provider, graceMs: 200 });
    const port = Number(new URL(server.url).port);
    const sockets = ['', 'GET /api/channels HTTP/1.1\r\nHost: loc', halfABody].map((text) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      return socket.on('error', () => undefined).resume();
    });
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const purchase = server.generate({ country: 'USA' });
    await expect.poll(() => server.log.some((line) => line.includes('purchase-sent')), patiently).toBe(true);
    const hungUp = Promise.all(sockets.map((socket) => once(socket, 'close')));
    await server.stop();
    await hungUp;
    expect((await purchase).status).toBe(200);
  });
});

const halfABody =
  'POST /api/channels/generate-phone-number HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
  'Content-Length: 100\r\n\r\n{"country":';
