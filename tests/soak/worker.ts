import { readdirSync } from 'node:fs';
import { createTwilioProvider } from '@channelkit/adapter-twilio';
import { type Channel, ChannelError, type Channels, createChannels } from '@channelkit/core';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { outcomeOf } from '../crash/outcome-of.js';
import type { Outcome } from '../crash/worker-orders.js';
import type { Sample, SoakJob, SoakOrder, SoakReport, SoakWorld } from './worker-messages.js';

/** A process as an app would have it: one store, one provider, recovery in the background, and requests that come in. */
function start({ filename, policy, recoveryIntervalMs, ...account }: SoakWorld): void {
  const channels = createChannels({
    store: createSqliteStore({ filename }),
    provider: createTwilioProvider(account),
    policy,
  });
  channels.startRecovery({
    intervalMs: recoveryIntervalMs,
    onError: (error) => {
      if (!ChannelError.isInstance(error)) say({ bug: `recovery failed: ${String(error)}` });
    },
  });
  process.on('message', ({ run, job }: SoakOrder) => {
    if (job.kind === 'sample') say({ run, sample: takeSample() });
    else void outcomeOf(() => perform(channels, job)).then((outcome) => say({ run, outcome }));
  });
}

async function perform(channels: Channels, job: Exclude<SoakJob, { kind: 'sample' }>): Promise<Outcome> {
  switch (job.kind) {
    case 'provision':
      return toOutcome(await channels.provision(job.request));
    case 'release':
      return toOutcome(await channels.release(job.id));
    case 'recover': {
      const { adopted, released, failed, pending, refused } = await channels.recover();
      return { kind: 'recovered', counts: { adopted, released, failed, pending, refused } };
    }
  }
}

function toOutcome({ id, status, phoneNumber }: Channel): Outcome {
  return { kind: 'channel', id, status, phoneNumber };
}

function takeSample(): Sample {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    rss,
    heapUsed,
    descriptors: countDescriptors(),
    resources: process.getActiveResourcesInfo().length,
  };
}

function countDescriptors(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

function say(report: SoakReport): void {
  process.send?.(report);
}

process.on('disconnect', () => process.exit(1));
void import('twilio').then(() => {
  const [world = ''] = process.argv.slice(2);
  // The build runs it once without a world, to keep the compiled code.
  if (world === 'compile') {
    process.emit('compiled' as 'exit', 0);
    return;
  }
  start(JSON.parse(world) as SoakWorld);
  say({ ready: true });
});
