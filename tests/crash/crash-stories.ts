import { setTimeout as sleep } from 'node:timers/promises';
import { startTwilioSimulator } from '@channelkit/twilio-simulator';
import { A_WHILE_MS, keyed, provision, type Scene } from './scene.js';
import type { GatePoint, Job, Outcome } from './worker-orders.js';

/** A crash point that takes several processes, or another call than provisioning, to reach. */
export interface CrashStory {
  /** As `protocol.md` names it. */
  readonly name: string;
  /** Plays it; what is wrong besides the invariants is thrown. */
  readonly play: (scene: Scene) => Promise<void>;
  /** How many channels are active in the end. */
  readonly active: number;
}

const KEY = 'key';
const purchase = { operation: 'purchase' } as const;
const recover: Job = { kind: 'recover' };

/** All of them but those that a gate in recovery or release alone makes. */
const stories: readonly CrashStory[] = [
  {
    name: 'crash after P2 written, takeover with the flag clear',
    active: 1,
    play: async (scene) => {
      await dieWithPurchaseUnderWay(scene);
      // The first request has not landed: a refusal of the second one proves nothing about it.
      const refusal = scene.simulator.fault({
        ...purchase,
        kind: 'status',
        status: 400,
        code: 21422,
        times: Infinity,
      });
      await scene.letTimePass(A_WHILE_MS);
      await tell(scene.survive(provision(KEY), { policy: { deadlineMs: 400 } }), 'purchase_unknown');
      refusal.cancel();
      scene.simulator.landLate();
    },
  },
  {
    name: 'lease expired while P2 was slow and recovery attached first',
    active: 1,
    play: async (scene) => {
      const { run } = scene.begin(provision(KEY), { gates: [{ at: 'after purchaseNumber' }] });
      await run.at('after purchaseNumber');
      await scene.letTimePass(A_WHILE_MS);
      await scene.survive(recover);
      await scene.judge();
      run.go();
      await tell(run.outcome, 'channel');
    },
  },
  {
    name: 'lease expired while P2 was slow and recovery gave the number back first',
    active: 0,
    play: async (scene) => {
      const { run } = scene.begin(provision(null), { gates: [{ at: 'after purchaseNumber' }] });
      await run.at('after purchaseNumber');
      await scene.letTimePass(A_WHILE_MS);
      await scene.survive(recover);
      await scene.judge();
      run.go();
      await tell(run.outcome, 'compensation_pending');
    },
  },
  ...(['adopt', 'release'] as const).map((abandoned) => ({
    name: `recovery's lease expired between its look-up and its write while a caller took over (${abandoned})`,
    active: 1,
    play: async (scene: Scene) => {
      await dieAfterPurchase(scene);
      await scene.letTimePass(A_WHILE_MS);
      const { run } = scene.begin(recover, { gates: [{ at: 'after findNumber' }], policy: { abandoned } });
      await run.at('after findNumber');
      await scene.letTimePass(A_WHILE_MS);
      await tell(scene.survive(provision(KEY)), 'channel');
      run.go();
      await tell(run.outcome, 'recovered');
    },
  })),
  {
    name: 'a process paused past its lease that wakes and sends',
    active: 1,
    play: async (scene) => {
      // Real time, since it is by its own clocks that the process must see that it is too late.
      const { run, process } = scene.begin(provision(KEY), {
        gates: [{ at: 'before purchaseNumber' }],
        policy: { deadlineMs: 300 },
      });
      await run.at('before purchaseNumber');
      process.pause();
      run.go();
      await sleep(350);
      await scene.letTimePass(A_WHILE_MS);
      await tell(scene.survive(provision(KEY)), 'channel');
      process.resume();
      await tell(run.outcome, 'channel');
      const purchases = scene.simulator.requests.filter(({ operation }) => operation === 'purchase');
      if (purchases.length !== 1) throw new Error(`It sent ${purchases.length - 1} purchases too late.`);
    },
  },
  {
    name: 'a process paused past its lease while recovery ended its operation',
    active: 0,
    play: async (scene) => {
      const { run, process } = scene.begin(provision(KEY), {
        gates: [{ at: 'before purchaseNumber' }],
        policy: { deadlineMs: 300 },
      });
      await run.at('before purchaseNumber');
      process.pause();
      run.go();
      await sleep(350);
      await scene.settle();
      process.resume();
      await tell(run.outcome, 'operation_abandoned');
    },
  },
  {
    name: 'a purchase sent after everything was settled (A1 broken: only S1, S3 and S4 hold)',
    active: 1,
    play: async (scene) => {
      await scene.judge({ isA1Broken: true });
      scene.simulator.fault({ ...purchase, kind: 'late', client: 'hang' });
      const { run, process } = scene.begin(provision(KEY));
      await untilRequested(scene, 'purchase');
      await scene.settle();
      await tell(scene.survive(provision(KEY)), 'channel');
      scene.simulator.landLate();
      await scene.kill(process);
      await tell(run.outcome, 'killed');
    },
  },
  {
    name: 'stale holder switching candidates after a takeover',
    active: 1,
    play: async (scene) => {
      scene.simulator.fault({ ...purchase, kind: 'status', status: 400, code: 21422 });
      const { run } = scene.begin(provision(KEY), { gates: [{ at: 'before switchCandidate' }] });
      await run.at('before switchCandidate');
      await scene.letTimePass(A_WHILE_MS);
      await tell(scene.survive(provision(KEY)), 'channel');
      run.go();
      await tell(run.outcome, 'channel');
    },
  },
  {
    name: 'stale holder switching candidates while the one who took over is buying',
    active: 1,
    play: async (scene) => {
      scene.simulator.fault({ ...purchase, kind: 'status', status: 400, code: 21422 });
      const stale = scene.begin(provision(KEY), { gates: [{ at: 'before switchCandidate' }] });
      await stale.run.at('before switchCandidate');
      await scene.letTimePass(A_WHILE_MS);
      const taker = scene.begin(provision(KEY), { gates: [{ at: 'after purchaseNumber' }] });
      await taker.run.at('after purchaseNumber');
      stale.run.go();
      await tell(stale.run.outcome, 'operation_in_progress');
      await scene.judge();
      taker.run.go();
      await tell(taker.run.outcome, 'channel');
    },
  },
  {
    name: 'user release while an earlier request is in flight',
    active: 0,
    play: async (scene) => {
      await dieWithPurchaseUnderWay(scene);
      await scene.letTimePass(A_WHILE_MS);
      const channel = await tell(scene.survive(provision(KEY)), 'channel');
      if (channel.kind !== 'channel') return;
      const released = await tell(scene.survive({ kind: 'release', id: channel.id }), 'channel');
      if (released.kind !== 'channel' || released.status !== 'releasing') {
        throw new Error(`It was given back at once: ${JSON.stringify(released)}`);
      }
      scene.simulator.landLate();
    },
  },
  {
    name: 'abort before P2',
    active: 0,
    play: async (scene) => {
      const { run, process } = scene.begin(provision(KEY), { gates: [{ at: 'before purchaseNumber' }] });
      await run.at('before purchaseNumber');
      run.abort();
      run.go();
      await tell(run.outcome, 'aborted', 'no');
      await scene.kill(process);
    },
  },
  {
    name: 'abort after P2 was written',
    active: 1,
    play: async (scene) => {
      scene.simulator.fault({ ...purchase, kind: 'hang', when: 'after-effect' });
      const { run, process } = scene.begin(provision(KEY));
      await untilRequested(scene, 'purchase');
      run.abort();
      await tell(run.outcome, 'aborted', 'unknown');
      await scene.kill(process);
    },
  },
  {
    name: 'abort after P2 was answered, and the process lives',
    active: 1,
    play: async (scene) => {
      const { run } = scene.begin(provision(KEY), { gates: [{ at: 'before attachChannel' }] });
      await run.at('before attachChannel');
      run.abort();
      await tell(run.outcome, 'aborted', 'unknown');
      run.go();
      for (;;) {
        const { channels } = await scene.evidence();
        if (channels.length > 0) return;
        await sleep(2);
      }
    },
  },
  {
    name: 'retry of a key after failed',
    active: 1,
    play: async (scene) => {
      scene.simulator.fault({ ...purchase, kind: 'status', status: 403, code: 20003 });
      const { run, process } = scene.begin(provision(KEY), { gates: [{ at: 'after failOperation' }] });
      await run.at('after failOperation');
      await scene.kill(process);
      await tell(scene.survive(provision(KEY)), 'channel');
      const { operations } = await scene.evidence();
      if (operations.length !== 2) throw new Error('A retry after a failure is another operation.');
    },
  },
  {
    name: 'retry of a key after released',
    active: 0,
    play: async (scene) => {
      const channel = await tell(scene.survive(provision(KEY)), 'channel');
      if (channel.kind !== 'channel') return;
      const release: Job = { kind: 'release', id: channel.id };
      const { run, process } = scene.begin(release, { gates: [{ at: 'after startRelease' }] });
      await run.at('after startRelease');
      await scene.kill(process);
      await tell(scene.survive(provision(KEY)), 'channel_released');
      await scene.survive(release);
      await tell(scene.survive(provision(KEY)), 'channel_released');
    },
  },
  {
    name: "recovery run with another account's credentials",
    active: 1,
    play: async (scene) => {
      await dieAfterPurchase(scene);
      await scene.letTimePass(A_WHILE_MS);
      const other = await startTwilioSimulator({
        inventorySize: 1,
        credentials: { accountSid: `AC${'f'.repeat(32)}` },
      });
      try {
        const { url: baseUrl, accountSid, authToken } = other;
        const world = { store: scene.database.place, baseUrl, accountSid, authToken };
        const before = await scene.database.facts();
        for (let pass = 0; pass < 3; pass += 1) {
          await scene.survive(recover, { world });
          await scene.letTimePass(A_WHILE_MS);
        }
        const after = await scene.database.facts();
        if (JSON.stringify(before) !== JSON.stringify(after))
          throw new Error('It touched what is not its own.');
        await tell(
          scene.survive({ kind: 'provision', request: keyed(KEY) }, { world }),
          'idempotency_mismatch',
        );
      } finally {
        await other.close();
      }
    },
  },
  {
    name: 'recovery run with a wrong token',
    active: 1,
    play: async (scene) => {
      await dieAfterPurchase(scene);
      await scene.letTimePass(A_WHILE_MS);
      const { url: baseUrl, accountSid } = scene.simulator;
      const world = { store: scene.database.place, baseUrl, accountSid, authToken: 'wrong' };
      for (let pass = 0; pass < 3; pass += 1) {
        await tell(scene.survive(recover, { world }), 'recovered');
        await scene.letTimePass(60 * A_WHILE_MS);
        await scene.judge();
      }
    },
  },
];

/** What the killed recovery finds: a number bought with a key, one without, or nothing bought. */
type Find = 'a number with a key' | 'a number without' | 'nothing';

const recoveryGates: readonly (readonly [Find, GatePoint, nth?: number])[] = [
  ['a number with a key', 'after takeDueOperations'],
  ['a number with a key', 'before findNumber'],
  ['a number with a key', 'after findNumber'],
  ['a number with a key', 'before attachChannel'],
  ['a number with a key', 'after attachChannel'],
  ['a number without', 'before disposeNumber'],
  ['a number without', 'after disposeNumber'],
  ['a number without', 'after takeDueReleases'],
  ['a number without', 'before releaseNumber'],
  ['a number without', 'after releaseNumber'],
  ['a number without', 'before completeRelease'],
  ['a number without', 'after completeRelease'],
  ['nothing', 'before deferOperation'],
  ['nothing', 'after deferOperation'],
  ['nothing', 'before failOperation'],
  ['nothing', 'after failOperation'],
];

const recoveryStories = recoveryGates.map(([find, at]): CrashStory => ({
  name: `crash inside recovery of ${find}, ${at}`,
  active: find === 'a number with a key' ? 1 : 0,
  play: async (scene) => {
    const key = find === 'a number without' ? null : KEY;
    await dieAt(scene, key, find === 'nothing' ? 'before purchaseNumber' : 'before attachChannel');
    // Passes that come and go, until one of them gets to the place.
    for (let pass = 0; ; pass += 1) {
      await scene.letTimePass(60 * A_WHILE_MS);
      const { run, process } = scene.begin(recover, { gates: [{ at }] });
      const isThere = await run.at(at).then(
        () => true,
        () => false,
      );
      await scene.kill(process);
      await scene.judge();
      if (isThere) return;
      if (pass === 3) throw new Error(`Recovery never came ${at}.`);
    }
  },
}));

const releaseGates: readonly GatePoint[] = [
  'before startRelease',
  'after startRelease',
  'before releaseNumber',
  'after releaseNumber',
  'before completeRelease',
  'after completeRelease',
];

const releaseStories = releaseGates.map((at): CrashStory => ({
  name: `crash inside a user's release, ${at}`,
  active: at === 'before startRelease' ? 1 : 0,
  play: async (scene) => {
    const channel = await tell(scene.survive(provision(KEY)), 'channel');
    if (channel.kind !== 'channel') return;
    const { run, process } = scene.begin({ kind: 'release', id: channel.id }, { gates: [{ at }] });
    await run.at(at);
    await tell(scene.survive(provision(KEY)), at === 'before startRelease' ? 'channel' : 'channel_released');
    await scene.kill(process);
  },
}));

/** Every story. */
export const crashStories: readonly CrashStory[] = [...stories, ...recoveryStories, ...releaseStories];

/** Leaves an operation behind whose request is written and has not landed yet. */
async function dieWithPurchaseUnderWay(scene: Scene): Promise<void> {
  const fault = scene.simulator.fault({ ...purchase, kind: 'late', client: 'hang' });
  const { process } = scene.begin(provision(KEY));
  while (fault.struck() === 0) await sleep(1);
  await scene.kill(process);
}

function dieAfterPurchase(scene: Scene): Promise<void> {
  return dieAt(scene, KEY, 'before attachChannel');
}

async function dieAt(scene: Scene, key: string | null, at: GatePoint): Promise<void> {
  const { run, process } = scene.begin(provision(key), { gates: [{ at }] });
  await run.at(at);
  await scene.kill(process);
}

async function untilRequested({ simulator }: Scene, operation: string): Promise<void> {
  while (!simulator.requests.some((request) => request.operation === operation)) await sleep(1);
}

/** Waits for what is told, and wants it to be that: a kind of outcome, or the code of an error. */
async function tell(outcome: Promise<Outcome>, wanted: string, mayOwnNumber?: string): Promise<Outcome> {
  const told = await outcome;
  const isIt =
    told.kind === 'error'
      ? told.code === wanted && (mayOwnNumber === undefined || told.mayOwnNumber === mayOwnNumber)
      : told.kind === wanted;
  if (!isIt) throw new Error(`told ${JSON.stringify(told)}, not ${wanted}`);
  return told;
}
