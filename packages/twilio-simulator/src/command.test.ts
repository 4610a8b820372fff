import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runCommand } from './command.js';

function start(args: readonly string[]) {
  const stop = new AbortController();
  const output: string[] = [];
  const errors: string[] = [];
  let announce: (text: string) => void;
  const written = new Promise<string>((resolve) => (announce = resolve));
  const ended = runCommand(args, {
    write: (text) => {
      output.push(text);
      announce(text);
    },
    writeError: (text) => errors.push(text),
    signal: stop.signal,
  });
  return { stop, output, errors, written, ended };
}

describe('runCommand', () => {
  it('serves at the address and with the credentials it prints until it is told to stop', async () => {
    const command = start(['--port', '0', '--seed', '5', '--inventory-size', '50']);
    const text = await command.written;
    const value = (name: string) => new RegExp(`^${name}=(.+)$`, 'm').exec(text)?.[1] ?? '';
    const url = `${value('TWILIO_BASE_URL')}/2010-04-01/Accounts/${value('TWILIO_ACCOUNT_SID')}.json`;
    const basic = (name: string, secret: string) =>
      `Basic ${Buffer.from(`${value(name)}:${value(secret)}`).toString('base64')}`;
    const headers = { authorization: basic('TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN') };

    expect((await fetch(url, { headers })).status).toBe(200);
    const list = url.replace('.json', '/IncomingPhoneNumbers.json');
    const keyHeaders = { authorization: basic('TWILIO_API_KEY', 'TWILIO_API_SECRET') };
    expect((await fetch(list, { headers: keyHeaders })).status).toBe(200);

    command.stop.abort();
    expect(await command.ended).toBe(0);
    await expect(fetch(url, { headers })).rejects.toThrow();
  });

  it('prints its options for --help', async () => {
    const command = start(['--help']);

    expect(await command.ended).toBe(0);
    expect(command.output.join('')).toContain('--port <number>');
  });

  it.each([
    [['--port', 'abc'], '--port takes a whole number, not abc.'],
    [['--port', '99999'], "The simulator's port must be a whole number from 0 to 65535."],
    [['--repurchase', 'maybe'], '--repurchase takes updates or refuses, not maybe.'],
    [['--bogus'], "Unknown option '--bogus'"],
    [['extra'], "Unexpected argument 'extra'"],
  ])('refuses %j with a sentence and 2', async (args, sentence) => {
    const command = start(args);

    expect(await command.ended).toBe(2);
    expect(command.errors.join('')).toContain(sentence);
    expect(command.errors.join('')).not.toContain('    at ');
    expect(command.output).toEqual([]);
  });

  it('says so and ends with 1 when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const command = start(['--port', String(port)]);

    expect(await command.ended).toBe(1);
    expect(command.errors.join('')).toContain('Cannot listen');
    await new Promise((resolve) => other.close(resolve));
  });
});
