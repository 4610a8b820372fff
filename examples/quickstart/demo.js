/**
 * `npm run demo`: gets a number, makes a stored channel of it, and shows both the channel and the table it is in.
 *
 * With a mock provider and an SQLite file unless told otherwise; `--help` lists what can be told.
 */
import { createMockProvider } from '@channelkit/adapter-mock';
import { createTwilioProvider, createTwilioProviderFromEnv } from '@channelkit/adapter-twilio';
import { ChannelError, provisionChannel, recoverOperations } from '@channelkit/core';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';
import { readArguments, UsageError } from './demo-arguments.js';
import { explainError } from './explain-error.js';
import { showTable } from './show-table.js';

try {
  const { help, request, useTwilio, filename } = readArguments(process.argv.slice(2));
  if (help === null) await runDemo(request, { useTwilio, filename });
  else console.log(help);
} catch (error) {
  console.error(ChannelError.isInstance(error) ? explainError(error) : error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function runDemo(request, { useTwilio, filename }) {
  const store = createSqliteStore({ filename });
  const { provider, title, close } = useTwilio ? await openTwilio() : openMock();
  try {
    console.log(`${title}. Channels are kept in ${filename}.`);
    await store.migrate();
    reportRecovery(await recoverOperations({ provider, store }));

    const channel = await provisionChannel({ provider, store, request });
    console.log(JSON.stringify(toResponse(channel), null, 2));
    showTable(filename);
  } finally {
    await store.close();
    await close();
  }
}

function openMock() {
  const title = 'A mock provider: the number is made up, costs nothing and reaches nobody';
  return { provider: createMockProvider(), title, close: () => Promise.resolve() };
}

/** Twilio as the environment says, or a simulator of it when there is no account. */
async function openTwilio() {
  const provider = createTwilioProviderFromEnv();
  if (provider !== null) {
    const place = process.env.TWILIO_BASE_URL || 'Twilio itself: the number is real and is paid for';
    const title = `Account ${provider.accountId} of the environment, at ${place}`;
    return { provider, title, close: () => Promise.resolve() };
  }
  const simulator = await startTwilioSimulator({ seed: Math.floor(Math.random() * 1_000_000) });
  const { accountSid, authToken, url } = simulator;
  return {
    provider: createTwilioProvider({ accountSid, authToken, baseUrl: url, simulator: true }),
    title: `No Twilio account in the environment, so a simulator of Twilio at ${url}: nothing is real or paid for`,
    close: () => simulator.close(),
  };
}

function reportRecovery({ adopted, released, failed, pending, refused }) {
  const counts = { adopted, released, failed, pending, refused };
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  if (found.length === 0) return;
  const list = found.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  console.log(`An earlier run had left something unfinished; recovery: ${list}.`);
}

/** A channel as the HTTP answer of the app that this flow comes from. */
function toResponse(channel) {
  const { id, name, phoneNumber, countryCode, isoCountry, type, status, capabilities, isMock } = channel;
  const { twilioSid, createdAt } = channel;
  const message = 'Phone number purchased and stored successfully';
  return {
    ...{ id, name, phoneNumber, countryCode, isoCountry, type, status, capabilities, isMock },
    ...{ twilioSid, createdAt, message },
  };
}
