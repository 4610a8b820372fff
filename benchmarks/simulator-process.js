import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';

/** Starts a simulator in a process of its own, so that its work is not measured. */
export async function startSimulatorProcess(options) {
  const child = fork(new URL(import.meta.url), ['serve', JSON.stringify(options)]);
  const [started] = await once(child, 'message');
  return {
    ...started,
    /** How many requests it has had. */
    requestCount: async () => {
      child.send('count');
      const [count] = await once(child, 'message');
      return count;
    },
    close: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

if (process.argv[2] === 'serve' && process.send !== undefined) {
  const simulator = await startTwilioSimulator(JSON.parse(process.argv[3]));
  const { accountSid, authToken, url } = simulator;
  process.on('message', () => process.send(simulator.requests.length));
  process.on('disconnect', () => void simulator.close().then(() => process.exit()));
  process.send({ credentials: { accountSid, authToken }, url });
}
