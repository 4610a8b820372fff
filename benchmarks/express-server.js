/**
 * The example's server, built, under 200 requests for a number at once, against the simulator at 50 ms a call, into a SQLite
 * file on disk; and a thousand reads of its list. What it bought is then held against what the account owns.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createTwilioProvider } from '@channelkit/adapter-twilio';
import autocannon from 'autocannon';
import Database from 'better-sqlite3';
import { printHeading, printTable } from './measure.js';
import { startSimulatorProcess } from './simulator-process.js';

const LATENCY_MS = 50;
const AT_ONCE = 200;
const READS = { connections: 20, amount: 1_000 };
const API_TOKEN = 'a-token-for-the-benchmark';

const folder = mkdtempSync(path.join(tmpdir(), 'channelkit-bench-'));
const databaseFile = path.join(folder, 'channels.db');
const simulator = await startSimulatorProcess({ latencyMs: LATENCY_MS });
const server = await startServer();

try {
  printHeading(
    `express-server: ${AT_ONCE} requests for a number at once, at ${LATENCY_MS} ms a call of the provider`,
  );
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${API_TOKEN}` };
  const purchases = await autocannon({
    url: `${server.url}/api/channels/generate-phone-number`,
    method: 'POST',
    connections: AT_ONCE,
    amount: AT_ONCE,
    timeout: 90,
    headers,
    body: JSON.stringify({ country: 'USA', type: 'sms' }),
  });
  const reads = await autocannon({ url: `${server.url}/api/channels?limit=20`, headers, ...READS });
  printTable([
    ['', 'p50', 'p99', 'slowest', 'answered 200', 'otherwise'],
    ['generate-phone-number', ...summary(purchases)],
    ['list of channels', ...summary(reads)],
  ]);
  await compare();
} finally {
  server.child.kill('SIGTERM');
  await once(server.child, 'exit');
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
}

function summary({ latency, '2xx': good, non2xx, errors }) {
  return [latency.p50, latency.p99, latency.max]
    .map((milliseconds) => `${milliseconds} ms`)
    .concat(String(good), String(non2xx + errors));
}

/** Every number owned is one active channel, and the other way round. */
async function compare() {
  const provider = createTwilioProvider({ ...simulator.credentials, baseUrl: simulator.url });
  const owned = [];
  for await (const { providerNumberId } of provider.listNumbers()) owned.push(providerNumberId);
  const database = new Database(databaseFile, { readonly: true });
  const stored = database.prepare(`SELECT twilio_sid FROM channels WHERE status = 'active'`).pluck().all();
  database.close();
  const isSame = owned.length === AT_ONCE && String(owned.sort()) === String(stored.sort());
  console.log(
    `\n${isSame ? 'PASS' : 'MISS'}: ${stored.length} active channels, ${owned.length} numbers owned, ${AT_ONCE} asked for`,
  );
  if (!isSame) process.exitCode = 1;
}

async function startServer() {
  const main = fileURLToPath(new URL('../examples/express-server/dist/server/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATABASE_FILE: databaseFile,
      API_TOKEN,
      TWILIO_ACCOUNT_SID: simulator.credentials.accountSid,
      TWILIO_AUTH_TOKEN: simulator.credentials.authToken,
      TWILIO_BASE_URL: simulator.url,
      RATE_LIMIT_PER_MINUTE: '1000000',
      PURCHASE_LIMIT_PER_MINUTE: '1000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
    // Read to the end, so that the log never fills the pipe.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { url } = JSON.parse(line);
      if (url !== undefined) resolve({ child, url });
    });
  });
}
