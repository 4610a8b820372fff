import { afterEach } from 'vitest';
import type { TwilioSimulatorOptions } from './simulator-options.js';
import { startTwilioSimulator } from './start-twilio-simulator.js';
import type { TwilioSimulator } from './twilio-simulator.js';

/** A JSON object. */
export type Body = Record<string, unknown>;

const running: TwilioSimulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

/** Starts a simulator that is closed after the test. */
export async function start(options: TwilioSimulatorOptions = {}): Promise<TwilioSimulator> {
  const simulator = await startTwilioSimulator({ seed: 3, ...options });
  running.push(simulator);
  return simulator;
}

/** Calls a path of the account, with its auth token unless told otherwise. */
export async function call(
  simulator: TwilioSimulator,
  path: string,
  init: { method?: string; form?: Record<string, string>; as?: [string, string]; account?: string } = {},
): Promise<{ status: number; body: Body; headers: Headers }> {
  const [username, password] = init.as ?? [simulator.accountSid, simulator.authToken];
  const account = init.account ?? simulator.accountSid;
  const response = await fetch(`${simulator.url}/2010-04-01/Accounts/${account}${path}`, {
    method: init.method ?? (init.form === undefined ? 'GET' : 'POST'),
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    ...(init.form === undefined ? {} : { body: new URLSearchParams(init.form) }),
  });
  const text = await response.text();
  const body = text === '' ? {} : (JSON.parse(text) as Body);
  return { status: response.status, body, headers: response.headers };
}

/** Searches `US/Local` or the like. */
export async function search(simulator: TwilioSimulator, place: string, query: Record<string, string> = {}) {
  const path = `/AvailablePhoneNumbers/${place}.json?${new URLSearchParams(query).toString()}`;
  const { status, body } = await call(simulator, path);
  return { status, body, numbers: (body['available_phone_numbers'] ?? []) as Body[] };
}

/** Posts a purchase. */
export const buy = (simulator: TwilioSimulator, form: Record<string, string>) =>
  call(simulator, '/IncomingPhoneNumbers.json', { form });
