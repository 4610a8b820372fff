import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { httpAnswer, type RawServer, type Reaction, startRawServer } from './raw-server.js';
import { offeredRow, ownedRow, phoneNumber, providerAt, purchase, query } from './twilio-fixtures.js';

let server: RawServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function start(react: (request: string, index: number) => Reaction): Promise<RawServer> {
  server = await startRawServer(react);
  return server;
}

const sold = () => httpAnswer(201, ownedRow());
const silence = () => () => undefined;
const found = httpAnswer(200, { available_phone_numbers: [offeredRow()] });

const notSent = expect.objectContaining({
  name: 'ProviderError',
  code: 'provider_unavailable',
  outcome: 'not_sent',
  mayOwnNumber: 'no',
}) as Error;

describe('purchaseNumber', () => {
  it('writes nothing when it may not send, though the connection stands', async () => {
    const { url, bytes, connections, requests } = await start(sold);
    const asked: number[] = [];
    const maySend = () => asked.push(connections()) < 0;
    await expect(providerAt(url).purchaseNumber(purchase, { maySend })).rejects.toEqual(notSent);
    expect(asked).toHaveLength(1);
    expect([bytes(), requests.length]).toEqual([0, 0]);
  });

  it('asks once, and asks again for another purchase over the same connection', async () => {
    const { url, requests, connections } = await start(sold);
    const provider = providerAt(url);
    let asked = 0;
    const maySend = () => (asked += 1) > 0;
    await provider.purchaseNumber(purchase, { maySend });
    await provider.purchaseNumber(purchase, { maySend });
    expect([asked, requests.length, connections()]).toEqual([2, 2, 1]);
    await expect(provider.purchaseNumber(purchase, { maySend: () => false })).rejects.toEqual(notSent);
    expect(requests).toHaveLength(2);
  });

  it('writes nothing when the question itself fails', async () => {
    const { url, bytes } = await start(sold);
    const maySend = () => {
      throw new Error('no clock');
    };
    await expect(providerAt(url).purchaseNumber(purchase, { maySend })).rejects.toEqual(notSent);
    expect(bytes()).toBe(0);
  });

  it('asks only after it has waited for its turn', async () => {
    const release: (() => void)[] = [];
    const { url, arrived, requests } = await start((_request, index) =>
      index === 0 ? (socket) => void release.push(() => socket.write(found)) : sold(),
    );
    const provider = providerAt(url, { maxConcurrency: 1 });
    let asked = 0;
    const searching = provider.searchNumbers(query);
    const buying = provider.purchaseNumber(purchase, { maySend: () => (asked += 1) > 0 });
    await arrived(1);
    expect([asked, requests.length]).toEqual([0, 1]);
    release[0]?.();
    await searching;
    await buying;
    expect([asked, requests.length]).toEqual([1, 2]);
  });

  it('is not sent when its signal aborts while it waits for its turn', async () => {
    const { url, arrived, requests } = await start(silence);
    const provider = providerAt(url, { maxConcurrency: 1 });
    const first = new AbortController();
    const searching = provider.searchNumbers(query, { signal: first.signal });
    searching.catch(() => undefined);
    await arrived(1);
    const second = new AbortController();
    const buying = provider.purchaseNumber(purchase, { signal: second.signal });
    second.abort();
    await expect(buying).rejects.toEqual(notSent);
    expect(requests).toHaveLength(1);
    first.abort();
    await expect(searching).rejects.toMatchObject({ outcome: 'unknown' });
  });

  it('is not sent when its signal has been aborted', async () => {
    const { url, connections } = await start(sold);
    const signal = AbortSignal.abort();
    await expect(providerAt(url).purchaseNumber(purchase, { signal })).rejects.toEqual(notSent);
    expect(connections()).toBe(0);
  });

  it('is not sent when the connection is refused', async () => {
    const { url, close } = await startRawServer(sold);
    await close();
    await expect(providerAt(url).purchaseNumber(purchase)).rejects.toEqual(notSent);
  });

  it('is not sent when TLS cannot be had, without asking whether it may be', async () => {
    const { port, requests } = await start(sold);
    let asked = 0;
    const maySend = () => (asked += 1) > 0;
    const buying = providerAt(`https://127.0.0.1:${port}`).purchaseNumber(purchase, { maySend });
    // What the server reads is no request, so that it says nothing: the handshake is ended from here.
    server?.connected(1).then(
      () => server?.close(),
      () => undefined,
    );
    await expect(buying).rejects.toEqual(notSent);
    server = null;
    expect([asked, requests.length]).toEqual([0, 0]);
  });

  it('is not sent when its signal aborts during the TLS handshake', async () => {
    const { port, connected } = await start(sold);
    const controller = new AbortController();
    const buying = providerAt(`https://127.0.0.1:${port}`).purchaseNumber(purchase, {
      signal: controller.signal,
    });
    await connected(1);
    controller.abort();
    await expect(buying).rejects.toEqual(notSent);
  });

  it('is unknown when its signal aborts after it was written, and the connection is not used again', async () => {
    const { url, arrived, connections, requests } = await start((_request, index) =>
      index === 0 ? () => undefined : sold(),
    );
    const provider = providerAt(url);
    const controller = new AbortController();
    const buying = provider.purchaseNumber(purchase, { signal: controller.signal });
    await arrived(1);
    controller.abort(new Error('too slow'));
    await expect(buying).rejects.toMatchObject({ outcome: 'unknown', mayOwnNumber: 'unknown' });
    await server?.disconnected(1);
    await expect(provider.purchaseNumber(purchase)).resolves.toMatchObject({ phoneNumber });
    expect([connections(), requests.length]).toEqual([2, 2]);
  });

  it('is not sent over a connection that ends before it was written', async () => {
    const plain = createServer((socket) => socket.resetAndDestroy());
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const address = plain.address();
    const port = typeof address === 'object' ? address?.port : 0;
    let asked = 0;
    const buying = providerAt(`https://127.0.0.1:${port}`).purchaseNumber(purchase, {
      maySend: () => (asked += 1) > 0,
    });
    await expect(buying).rejects.toEqual(notSent);
    expect(asked).toBe(0);
    plain.close();
    await once(plain, 'close');
  });
});
