import { parseArgs } from 'node:util';
import { REPURCHASES } from './simulator-options.js';
import { startTwilioSimulator } from './start-twilio-simulator.js';
import type { TwilioSimulatorOptions } from './simulator-options.js';

/** Where the command writes and what ends it. */
export interface CommandSurroundings {
  write: (text: string) => void;
  writeError: (text: string) => void;
  /** Ends the command once it runs. */
  signal: AbortSignal;
}

const HELP = `Usage: twilio-simulator [options]

Starts a server that speaks Twilio's number API, and prints its address and its credentials.

  --port <number>            where to listen (default 4010; 0 for any free port)
  --host <address>           default 127.0.0.1
  --seed <number>            makes the numbers on offer repeatable (default: another one each time)
  --inventory-size <number>  how many numbers are on offer (default 5000)
  --latency-ms <number>      how long each answer takes (default 0)
  --concurrency-limit <n>    refuse requests beyond this many at once with 429
  --repurchase <what>        updates | refuses: buying a number that is owned already (default updates)
  --help                     print this
`;

/**
 * Runs the command `twilio-simulator`; resolves to its exit code when it has ended: 0, 1 when it cannot listen,
 * 2 for arguments it cannot use.
 */
export async function runCommand(
  args: readonly string[],
  surroundings: CommandSurroundings,
): Promise<number> {
  let options: TwilioSimulatorOptions | 'help';
  try {
    options = readArguments(args);
    if (options === 'help') {
      surroundings.write(HELP);
      return 0;
    }
    return await serve(options, surroundings);
  } catch (error) {
    if (isListenError(error)) {
      surroundings.writeError(
        `Cannot listen: ${error.message}. Choose another place with --port or --host.\n`,
      );
      return 1;
    }
    surroundings.writeError(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

async function serve(options: TwilioSimulatorOptions, surroundings: CommandSurroundings): Promise<number> {
  const simulator = await startTwilioSimulator(options);
  surroundings.write(
    [
      `Twilio simulator on ${simulator.url} (seed ${options.seed ?? ''}); nothing here is real, nothing is paid.`,
      '',
      `TWILIO_BASE_URL=${simulator.url}`,
      `TWILIO_ACCOUNT_SID=${simulator.accountSid}`,
      `TWILIO_AUTH_TOKEN=${simulator.authToken}`,
      `TWILIO_API_KEY=${simulator.apiKeySid}`,
      `TWILIO_API_SECRET=${simulator.apiKeySecret}`,
      '',
      `Test credentials: ${simulator.testAccountSid} ${simulator.testAuthToken}`,
      '',
    ].join('\n'),
  );
  await aborted(surroundings.signal);
  await simulator.close();
  return 0;
}

function readArguments(args: readonly string[]): TwilioSimulatorOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      seed: { type: 'string' },
      'inventory-size': { type: 'string' },
      'latency-ms': { type: 'string' },
      'concurrency-limit': { type: 'string' },
      repurchase: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const repurchase = REPURCHASES.find((known) => known === (values.repurchase ?? 'updates'));
  if (repurchase === undefined) {
    throw new RangeError(`--repurchase takes ${REPURCHASES.join(' or ')}, not ${values.repurchase ?? ''}.`);
  }
  return {
    port: readNumber('--port', values.port) ?? 4010,
    seed: readNumber('--seed', values.seed) ?? Math.floor(Math.random() * 1_000_000),
    inventorySize: readNumber('--inventory-size', values['inventory-size']) ?? 5000,
    latencyMs: readNumber('--latency-ms', values['latency-ms']) ?? 0,
    concurrencyLimit: readNumber('--concurrency-limit', values['concurrency-limit']) ?? Infinity,
    repurchase,
    ...(values.host === undefined ? {} : { host: values.host }),
  };
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new RangeError(`${name} takes a whole number, not ${text}.`);
  return Number(text);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function isListenError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}
