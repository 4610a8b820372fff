/**
 * `provisionChannel` beside the same two calls written by hand with `twilio` and one unsafe INSERT (search, buy, insert:
 * steps 3 and 4 of the flow this SDK replaces), against the simulator at 50 ms a call, into SQLite files on disk.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTwilioProvider } from '@channelkit/adapter-twilio';
import { provisionChannel } from '@channelkit/core';
import { createSqliteStore } from '@channelkit/store-sqlite';
import Database from 'better-sqlite3';
import twilio from 'twilio';
import { inMs, interleave, median, printHeading, printTable, printVerdict } from './measure.js';
import { startSimulatorProcess } from './simulator-process.js';

const LATENCY_MS = 50;
const TARGET = 1.05;
const RUNS = { warmUps: 10, rounds: 100 };

const folder = mkdtempSync(path.join(tmpdir(), 'channelkit-bench-'));
const simulator = await startSimulatorProcess({ latencyMs: LATENCY_MS, inventorySize: 50_000 });
const store = createSqliteStore({ filename: path.join(folder, 'channelkit.db') });
await store.migrate();

try {
  const provider = createTwilioProvider({ ...simulator.credentials, baseUrl: simulator.url });
  const byHand = createByHand(simulator, path.join(folder, 'by-hand.db'));

  printHeading(
    `provision: one channel, at ${LATENCY_MS} ms a call of the provider, ${RUNS.rounds} runs each`,
  );
  const before = await simulator.requestCount();
  await provisionChannel({ provider, store, request: { country: 'USA' } });
  const calls = (await simulator.requestCount()) - before;

  const times = await interleave(
    { byHand, provisionChannel: () => provisionChannel({ provider, store, request: { country: 'USA' } }) },
    RUNS,
  );
  const medians = { byHand: median(times.byHand), provisionChannel: median(times.provisionChannel) };
  const ratio = medians.provisionChannel / medians.byHand;
  printTable([
    ['', 'median', 'fastest', 'slowest', 'ratio'],
    ['by hand, unsafe', ...summary(times.byHand), '1.000'],
    ['provisionChannel', ...summary(times.provisionChannel), ratio.toFixed(3)],
  ]);
  const { rss, heapUsed } = process.memoryUsage();
  console.log(
    `\n${calls} provider calls a channel; the process ended at ${inMb(rss)} (heap ${inMb(heapUsed)})`,
  );
  printVerdict('ratio', ratio, TARGET, (value) => value.toFixed(3));
} finally {
  await store.close();
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
}

/** What one writes without an SDK: the first number listed, bought, and put into the document's own table. */
function createByHand({ credentials: { accountSid, authToken }, url }, filename) {
  const client = twilio(accountSid, authToken);
  client.api.baseUrl = url;
  const database = new Database(filename);
  database.exec(`CREATE TABLE channels (id TEXT PRIMARY KEY, name TEXT NOT NULL, phone_number TEXT NOT NULL,
    country_code TEXT NOT NULL, type TEXT NOT NULL, status TEXT DEFAULT 'active', twilio_sid TEXT,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP)`);
  const insert = database.prepare(`INSERT INTO channels (id, name, phone_number, country_code, type, status,
    twilio_sid) VALUES (?, ?, ?, ?, ?, ?, ?)`);

  return async () => {
    const [listed] = await client.availablePhoneNumbers('US').local.list({ limit: 1 });
    const { phoneNumber, sid } = await client.incomingPhoneNumbers.create({
      phoneNumber: listed.phoneNumber,
    });
    insert.run(randomUUID(), `USA - ${phoneNumber}`, phoneNumber, '+1', 'whatsapp', 'active', sid);
  };
}

function summary(times) {
  return [median(times), Math.min(...times), Math.max(...times)].map(inMs);
}

function inMb(bytes) {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
