import { defaultPolicy } from '@channelkit/core';
import { RECOVERER, startRecoverer } from './actors.js';
import { type App, latestEffect } from './app.js';
import type { OpenCall } from './scheduler.js';

const { leaseMs, settleMs } = defaultPolicy;

/** A call that is so rare that hardly anybody would be killed under it. */
const RARE = /^findChannelByNumber/;

/** Kills, pauses and confuses processes, in the moments that matter. */
export function trouble(app: App): void {
  const { random, faults, isDuel, scheduler, reach, processes, databaseClock } = app;
  const busy = processes.filter(({ isAlive, openCalls }) => isAlive && openCalls.size > 0);
  if (busy.length === 0) return;
  // Trouble likes the moments that change something.
  const changing = busy.filter(({ openCalls }) => [...openCalls].some(isChange));
  const pick = () => random.pick(changing.length > 0 && random.chance(0.5) ? changing : busy);
  const rare = busy.filter(({ openCalls }) => [...openCalls].some(({ point }) => RARE.test(point)));
  const isRare = rare.length > 0;
  if (faults.strikes('crash', isRare ? 0.6 : isDuel ? 0.04 : 0.02)) {
    const victim = isRare ? random.pick(rare) : pick();
    for (const { point } of victim.openCalls) reach(`crash: ${nameOf(point)}`);
    scheduler.kill(victim);
    if (victim.name === RECOVERER) startRecoverer(app);
  }
  if (faults.strikes('pause', isDuel ? 0.05 : 0.01)) {
    const longest = random.pick([leaseMs, leaseMs * 3, leaseMs + latestEffect(app) * 2]);
    scheduler.pause(pick(), scheduler.now() + random.between(1_000, longest));
  }
  if (faults.strikes('clock-jump', 0.03)) pick().clockOffset += random.between(-2 * leaseMs, 2 * leaseMs);
  if (faults.strikes('suspend', 0.01)) {
    const sleeper = pick();
    const sleepMs = random.between(1_000, leaseMs * 3);
    scheduler.pause(sleeper, Math.max(sleeper.pausedUntil, scheduler.now()) + sleepMs);
    sleeper.suspendedMs += sleepMs;
  }
  if (app.breaksA1 && faults.strikes('database-clock-jump', 0.003))
    databaseClock.offsetMs += random.between(0, settleMs * 2);
}

/** Which call it is, and how far it got, whatever number it is about. */
function nameOf(point: string): string {
  return point.replace(/ [+\d]{4,}| PN\S+/g, '');
}

function isChange({ point }: OpenCall): boolean {
  return !/^(search|find|get|takeDue)/.test(point);
}
