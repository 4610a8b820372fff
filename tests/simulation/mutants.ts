import type { Patch } from './run-simulation.js';

/** A version of the code that is wrong, and that the simulation must catch. */
export interface Mutant {
  readonly name: string;
  /** Where `protocol.md` forbids it: a variant that looks simpler, a rule marked †, or one more of ours. */
  readonly origin: 'variant' | 'rule' | 'hand-made';
  /** A seed that is known to catch it; others do too, later. */
  readonly caughtBy: number;
  /** What the oracle finds then, among other things: an invariant of `protocol.md`, or one of the oracle's own. */
  readonly says: string;
  /** What the oracle does not look at, so that it is caught by what it leads to, and not by how it is made. */
  readonly blindTo?: readonly string[];
  readonly patches: readonly Patch[];
}

const core = (file: string, replace: string, text: string): Patch => ({
  file: `packages/core/src/${file}`,
  replace,
  with: text,
});
const store = (file: 'operations' | 'channels', replace: string, text: string): Patch => ({
  file: `packages/core/src/testing/memory-store/${file}.ts`,
  replace,
  with: text,
});

/** All of them. */
export const mutants: readonly Mutant[] = [
  {
    name: 'buys, then inserts, then releases on error',
    origin: 'variant',
    caughtBy: 10,
    says: 'L1',
    blindTo: ['intent'],
    patches: [
      core(
        'provision-channel.ts',
        '  const begun = await begin(context, request, idempotencyKey, candidates, caller);',
        `  if (idempotencyKey === null) {
    const candidate = await candidates.next();
    if (candidate === null) throw nothingToBuy(request);
    const id = context.runtime.newId();
    const purchase = { phoneNumber: candidate.phoneNumber, reference: id, webhooks: {}, regulatory: {} };
    const number = await context.provider.purchaseNumber(purchase, () => true);
    try {
      const { name: provider, accountId } = context.provider;
      const operation = { id, idempotencyKey, fingerprint: '', request: writeRequest(request), provider, accountId, ...candidate, leaseOwner: id, leaseMs: 90_000, settleMs: 0 };
      await context.callStore((store) => store.beginOperation(operation));
      const row = { id, name: id, phoneNumber: number.phoneNumber, countryCode: '+1', isoCountry: 'US', type: 'sms' as const, capabilities: number.capabilities, isMock: true, provider, accountId, providerNumberId: number.providerNumberId, metadata: {} };
      const attached = await context.callStore((store) => store.attachChannel(row, { ambiguous: false }));
      if (attached.outcome === 'lost') throw new Error('lost');
      return attached.record.channel;
    } catch (error) {
      await context.provider.releaseNumber(number.providerNumberId);
      throw error;
    }
  }
  const begun = await begin(context, request, idempotencyKey, candidates, caller);`,
      ),
    ],
  },
  {
    name: 'releases on a store failure before recording it',
    origin: 'variant',
    caughtBy: 35,
    says: 'S1',
    patches: [
      core(
        'decide-number.ts',
        '    if (!StoreError.isInstance(error) || isUnavailable(error)) throw error;',
        `    if (!StoreError.isInstance(error)) throw error;
    await context.provider.releaseNumber(channel.providerNumberId);`,
      ),
    ],
  },
  {
    name: 'releases right after an ambiguous purchase was resolved',
    origin: 'variant',
    caughtBy: 235,
    says: 'S2',
    patches: [
      core(
        'give-back-number.ts',
        'if (record.releaseAfter !== null && record.releaseAfter > record.readAt)',
        'if (false)',
      ),
      store('channels', 'Math.max(row.releaseAfter ?? 0, row.nextReleaseAt)', 'row.nextReleaseAt'),
    ],
  },
  {
    name: 'declares failed without settling',
    origin: 'variant',
    caughtBy: 6,
    says: 'L1',
    patches: [
      core(
        'recover-operation.ts',
        'const isSettled = readAt >= settlesAt;',
        'const isSettled = readAt > 0 || settlesAt > 0;',
      ),
    ],
  },
  {
    name: 'tries another number after an ambiguous attempt',
    origin: 'variant',
    caughtBy: 14,
    says: 'S2',
    patches: [
      core(
        'purchase.ts',
        "    if (answer.kind === 'unknown')",
        `    if (answer.kind === 'unknown') {
      current = await switchCandidate(context, current, candidates, caller, answer.error);
      continue;
    }
    if (answer.kind === ('never' as string))`,
      ),
    ],
  },
  {
    name: 'buys by area code, and retries',
    origin: 'variant',
    caughtBy: 6,
    says: 'S2',
    blindTo: ['intent'],
    patches: [
      core(
        'send-purchase.ts',
        'provider.purchaseNumber({ phoneNumber, reference, webhooks, regulatory }, maySend)',
        `provider.purchaseNumber({ phoneNumber: phoneNumber.slice(0, -1) + String(Math.floor(runtime.random() * 6)), reference, webhooks, regulatory }, maySend)`,
      ),
      core('send-purchase.ts', 'if (number.phoneNumber !== phoneNumber)', 'if (number.phoneNumber === "")'),
    ],
  },
  {
    name: 'releases by phone number instead of by provider id',
    origin: 'variant',
    caughtBy: 162,
    says: 'foreign',
    patches: [
      core(
        'give-back-number.ts',
        '    const answer = await context.provider.releaseNumber(providerNumberId);',
        `    const { number } = await context.provider.findNumber({ phoneNumber: record.channel.phoneNumber });
    const answer = await context.provider.releaseNumber(number?.providerNumberId ?? providerNumberId);`,
      ),
    ],
  },
  {
    name: 'lets attach and dispose both win',
    origin: 'variant',
    caughtBy: 91,
    says: 'S1',
    patches: [
      store(
        'channels',
        `  const decided = tables.channels.get(channel.id);
  if (decided)`,
        `  const decided = tables.channels.get(channel.id);
  if (decided !== undefined && decided.status !== 'active') {
    const revived = update(tables.channels, decided, { status: 'active' });
    return { outcome: 'attached', record: toRecord(revived, tables.now()) };
  }
  if (decided)`,
      ),
    ],
  },
  {
    name: 'has no token on operation writes',
    origin: 'variant',
    caughtBy: 8188,
    says: 'L1',
    blindTo: ['A1', 'truth'],
    patches: [
      store(
        'operations',
        "row?.state === 'purchasing' && row.token === guard.token",
        "row?.state === 'purchasing'",
      ),
    ],
  },
  {
    name: 'keeps ambiguous in memory',
    origin: 'variant',
    caughtBy: 710,
    says: 'S2',
    patches: [
      store('operations', '    ambiguous: true,\n', ''),
      store('operations', 'ambiguous: row.ambiguous || deferral.ambiguous', 'ambiguous: false'),
      store(
        'channels',
        "  const ambiguous = operation.ambiguous || facts.ambiguous;\n  update(tables.operations, operation, { state: 'succeeded', ambiguous });",
        "  const ambiguous = operation.ambiguous;\n  update(tables.operations, operation, { state: 'succeeded', ambiguous });",
      ),
    ],
  },
  {
    name: 'does not set ambiguous when an operation is taken',
    origin: 'variant',
    caughtBy: 5316,
    says: 'S2',
    patches: [
      store('operations', '    ambiguous: true,\n', ''),
      core('recover-operation.ts', 'isAmbiguous: true', 'isAmbiguous: operation.ambiguous'),
      core(
        'settle-purchase.ts',
        'return { held, number: sighting.number, isAmbiguous: true };',
        'return { held, number: sighting.number, isAmbiguous: held.operation.ambiguous };',
      ),
    ],
  },
  {
    name: 'measures settling from creation',
    origin: 'variant',
    caughtBy: 559,
    says: 'L1',
    blindTo: ['A1'],
    patches: [
      core(
        'settle-purchase.ts',
        'if (!isTakenOver || hasBegun) return;',
        'if (isTakenOver || hasBegun) return;',
      ),
    ],
  },
  {
    name: "measures settling from recovery's own lease",
    origin: 'variant',
    caughtBy: 5,
    says: 'L2',
    patches: [
      store(
        'operations',
        '.map((row) => toOperation(update(tables.operations, row, taking(row, query, now)), now));',
        '.map((row) => toOperation(update(tables.operations, row, { ...taking(row, query, now), settlesAt: now + query.leaseMs + 1_200_000 }), now));',
      ),
    ],
  },
  {
    name: 'drops the claim at W2',
    origin: 'variant',
    caughtBy: 102,
    says: 'tag',
    blindTo: ['claim'],
    patches: [
      store(
        'channels',
        "{ state: 'succeeded', ambiguous }",
        "{ state: 'succeeded', ambiguous, claimedNumber: null }",
      ),
    ],
  },
  {
    name: 'recovers without looking at the account',
    origin: 'variant',
    caughtBy: 162,
    says: 'L1',
    patches: [
      store(
        'operations',
        `    .filter((row) => row.state === 'purchasing' && dueSince(row) <= now)
    .filter((row) => row.provider === query.provider && row.accountId === query.accountId)`,
        "    .filter((row) => row.state === 'purchasing' && dueSince(row) <= now)",
      ),
    ],
  },
  {
    name: 'claims no number',
    origin: 'rule',
    caughtBy: 44,
    says: 'tag',
    blindTo: ['claim'],
    patches: [
      store(
        'operations',
        '  return [...tables.operations.values()].some(',
        '  return [...tables.operations.values()].slice(tables.operations.size).some(',
      ),
    ],
  },
  {
    name: 'takes the lease without raising the token',
    origin: 'rule',
    caughtBy: 8188,
    says: 'L1',
    blindTo: ['A1', 'truth'],
    patches: [store('operations', '    token: row.token + 1,\n', '')],
  },
  {
    name: 'has no settling time',
    origin: 'rule',
    caughtBy: 6,
    says: 'L1',
    blindTo: ['A1'],
    patches: [store('operations', 'settlesAt: now + leaseMs + settleMs', 'settlesAt: now')],
  },
  {
    name: 'releases for a user without waiting for what is under way',
    origin: 'rule',
    caughtBy: 710,
    says: 'S2',
    patches: [
      store(
        'channels',
        'releaseAfter: operation?.ambiguous === true ? operation.settlesAt : now',
        'releaseAfter: now',
      ),
    ],
  },
  {
    name: 'leaves the tag out',
    origin: 'hand-made',
    caughtBy: 1,
    says: 'intent',
    patches: [
      core(
        'send-purchase.ts',
        '{ phoneNumber, reference, webhooks, regulatory }',
        "{ phoneNumber, reference: '', webhooks, regulatory }",
      ),
    ],
  },
  {
    name: 'believes the tag of a number that is older than its search',
    origin: 'hand-made',
    caughtBy: 58,
    says: 'foreign',
    patches: [
      core(
        'look-up.ts',
        'return createdAt !== null && vendorDate !== null && createdAt.getTime() < vendorDate;',
        'return createdAt === null && vendorDate === 0;',
      ),
    ],
  },
  {
    name: 'records the release before it is made',
    origin: 'hand-made',
    caughtBy: 2,
    says: 'L1',
    patches: [
      core(
        'give-back-number.ts',
        '    const answer = await context.provider.releaseNumber(providerNumberId);',
        `    await context.retryStore((store) => store.completeRelease(id));
    const answer = await context.provider.releaseNumber(providerNumberId);`,
      ),
    ],
  },
  {
    name: 'tells the caller of a failure that was not written',
    origin: 'hand-made',
    caughtBy: 433,
    says: 'truth',
    patches: [core('end-operation.ts', "if (ended === 'by another') throw new LeaseLostError();", '')],
  },
  {
    name: 'sends a purchase after its deadline',
    origin: 'hand-made',
    caughtBy: 22,
    says: 'A1',
    patches: [
      core(
        'send-purchase.ts',
        'if (caller.hasLeft() || isPastDeadline(held, policy, runtime)) return false;',
        'if (caller.hasLeft()) return false;',
      ),
    ],
  },
  {
    name: 'forgets the idempotency key',
    origin: 'hand-made',
    caughtBy: 12,
    says: 'S3',
    patches: [
      store(
        'operations',
        "row.idempotencyKey === key && row.state !== 'failed'",
        "row.idempotencyKey === key && row.state === 'purchasing'",
      ),
    ],
  },
  {
    name: 'lets a switch that arrives late undo the one after it',
    origin: 'hand-made',
    caughtBy: 17250,
    says: 'intent',
    patches: [
      store(
        'operations',
        "  if (row.phoneNumber !== from && row.phoneNumber !== phoneNumber) return 'lost';\n",
        '',
      ),
      store(
        'operations',
        'const { from, phoneNumber, vendorDate } = candidate;',
        'const { phoneNumber, vendorDate } = candidate;',
      ),
    ],
  },
  {
    name: 'reads the channel of an operation before the operation',
    origin: 'hand-made',
    caughtBy: 32,
    says: 'truth',
    patches: [
      core(
        'provision-channel.ts',
        `  const operation = await context.retryStore((store) => store.getOperation(id));
  if (operation?.state === 'purchasing') throw inProgress(operation);
  const record = await context.retryStore((store) => store.getChannel(id));`,
        `  const record = await context.retryStore((store) => store.getChannel(id));
  const operation = await context.retryStore((store) => store.getOperation(id));
  if (record === null && operation?.state === 'purchasing') throw inProgress(operation);`,
      ),
    ],
  },
  {
    name: 'buys the next candidate without committing it',
    origin: 'hand-made',
    caughtBy: 8,
    says: 'intent',
    patches: [
      core(
        'purchase.ts',
        'const outcome = await context.retryStore((store) => store.switchCandidate(held.operation, change));',
        "const outcome = 'switched' as 'switched' | 'lost' | 'number_held';",
      ),
    ],
  },
  {
    name: 'gives up a number bought when the store refuses it',
    origin: 'hand-made',
    caughtBy: 33,
    says: 'truth',
    patches: [
      core(
        'decide-number.ts',
        '    return dispose(context, purchase, channel, error);',
        `    await context.retryStore((store) => store.failOperation(held.operation, ''));
    return { kind: 'given_back', reason: error };`,
      ),
    ],
  },
  {
    name: 'takes no answer for a refusal',
    origin: 'hand-made',
    caughtBy: 56,
    says: 'L1',
    patches: [
      core(
        'send-purchase.ts',
        "if (error.outcome === 'unknown') return { kind: 'unknown', error };",
        "if (error.outcome === 'unknown') return { kind: 'refused', error };",
      ),
    ],
  },
  {
    name: 'takes an answer that never came for one that was never asked',
    origin: 'hand-made',
    caughtBy: 75,
    says: 'S2',
    patches: [
      core(
        'send-purchase.ts',
        "if (error.outcome === 'unknown') return { kind: 'unknown', error };",
        "if (error.outcome === 'unknown') return { kind: 'not_processed', error };",
      ),
    ],
  },
  {
    name: 'lets two hold one lease',
    origin: 'hand-made',
    caughtBy: 710,
    says: 'L1',
    blindTo: ['A1', 'truth'],
    patches: [
      core(
        'resume-by-key.ts',
        'if (operation.leaseExpiresAt > operation.readAt) throw inProgress(operation);',
        '',
      ),
      store('operations', 'if (!row || row.leaseExpiresAt > now) return null;', 'if (!row) return null;'),
      store(
        'operations',
        "row?.state === 'purchasing' && row.token === guard.token",
        "row?.state === 'purchasing'",
      ),
    ],
  },
  {
    name: 'keeps a channel whose number lacks what it needs',
    origin: 'hand-made',
    caughtBy: 14,
    says: 'capability',
    patches: [
      core(
        'attach-or-give-back.ts',
        'const isUsable = hasCapabilities(channel.capabilities, request.query);',
        'const isUsable = hasCapabilities(channel.capabilities, request.query) || true;',
      ),
    ],
  },
  {
    name: 'takes the lease of a takeover to begin with its answer',
    origin: 'hand-made',
    caughtBy: 68,
    says: 'A1',
    patches: [
      core('resume-by-key.ts', '  const leaseStart = startLease(context.runtime);\n', ''),
      core(
        'resume-by-key.ts',
        '  caller.hold({ ...taken, leaseStart });',
        '  const leaseStart = startLease(context.runtime);\n  caller.hold({ ...taken, leaseStart });',
      ),
    ],
  },
  {
    name: 'takes its lease to begin with the answer',
    origin: 'hand-made',
    caughtBy: 22,
    says: 'A1',
    patches: [
      core(
        'provision-channel.ts',
        'const leaseStart = startLease(runtime);',
        'let leaseStart = startLease(runtime);',
      ),
      core(
        'provision-channel.ts',
        '      caller.hold({ ...begun.operation, leaseStart });',
        '      leaseStart = startLease(runtime);\n      caller.hold({ ...begun.operation, leaseStart });',
      ),
    ],
  },
  {
    name: 'waits no longer for the requests of a takeover than for those before',
    origin: 'hand-made',
    caughtBy: 3,
    says: 'A1',
    patches: [
      core('settle-purchase.ts', 'operation.leaseExpiresAt + policy.settleMs', 'operation.settlesAt'),
    ],
  },
  {
    name: 'sends although it could not write down how long to wait',
    origin: 'hand-made',
    caughtBy: 10,
    says: 'A1',
    patches: [
      core(
        'settle-purchase.ts',
        `      if (!(await retryStore((store) => store.setSettlesAt(operation, settlesAt))))
        throw new LeaseLostError();`,
        '      await retryStore((store) => store.setSettlesAt(operation, settlesAt)).catch(() => false);',
      ),
    ],
  },
  {
    name: 'takes a vendor whose dates have whole seconds for exact',
    origin: 'hand-made',
    caughtBy: 43,
    says: 'L1',
    patches: [core('candidates.ts', 'Math.floor(date.getTime() / 1_000) * 1_000', 'date.getTime()')],
  },
  {
    name: 'says that nothing is owned of an operation that somebody may have taken over',
    origin: 'hand-made',
    caughtBy: 632,
    says: 'truth',
    patches: [
      core('provision-channel.ts', 'const channel = await findTaken(context, caller);', 'throw told;'),
    ],
  },
  {
    name: 'trusts the wall clock alone',
    origin: 'hand-made',
    caughtBy: 68,
    says: 'A1',
    patches: [
      core(
        'lease.ts',
        'Math.max(now() - start.wall, monotonicNow() - start.monotonic)',
        'monotonicNow() < 0 ? start.monotonic : now() - start.wall',
      ),
    ],
  },
  {
    name: 'trusts the monotonic clock alone',
    origin: 'hand-made',
    caughtBy: 22,
    says: 'A1',
    patches: [
      core(
        'lease.ts',
        'Math.max(now() - start.wall, monotonicNow() - start.monotonic)',
        'now() < 0 ? start.wall : monotonicNow() - start.monotonic',
      ),
    ],
  },
  {
    name: 'waits for the answer to a purchase without an end',
    origin: 'hand-made',
    caughtBy: 23,
    says: 'answer',
    patches: [
      core('patient-provider.ts', '{ timeoutMs: policy.purchaseTimeoutMs }', '{ timeoutMs: 2 ** 28 }'),
    ],
  },
  {
    name: 'puts the next look off beyond the settling time',
    origin: 'hand-made',
    caughtBy: 11,
    says: 'L2',
    patches: [
      store(
        'operations',
        'deferral.readAt < row.settlesAt ? row.settlesAt : Infinity',
        'row.settlesAt < 0 ? deferral.readAt : Infinity',
      ),
    ],
  },
  {
    name: 'looks ever more rarely for what is absent and has settled',
    origin: 'hand-made',
    caughtBy: 209,
    says: 'L2',
    patches: [
      core(
        'recover-operation.ts',
        'isAbsent && isSettled ? Math.ceil(policy.recheckMs) :',
        'isAbsent && isSettled && policy.recheckMs < 0 ? 0 :',
      ),
    ],
  },
  {
    name: 'keeps the claim on a number that was given back',
    origin: 'hand-made',
    caughtBy: 2,
    says: 'claim',
    patches: [
      store(
        'channels',
        '  if (operation) update(tables.operations, operation, { claimedNumber: null });\n',
        '  if (operation) update(tables.operations, operation, {});\n',
      ),
    ],
  },
  {
    name: 'asks only after the look whether the settling time is over',
    origin: 'hand-made',
    caughtBy: 454,
    says: 'L2',
    patches: [store('operations', 'deferral.readAt < row.settlesAt', 'now < row.settlesAt')],
  },
  {
    name: 'takes a number that does not show yet for gone',
    origin: 'hand-made',
    caughtBy: 113,
    says: 'L1',
    patches: [
      core(
        'give-back-number.ts',
        "    if (answer === 'gone' && (await mayNotShowYet(context, record))) return await tryLater(context, record);\n",
        '',
      ),
    ],
  },
  {
    name: 'takes a number that does not show yet for gone once the lease is over',
    origin: 'hand-made',
    caughtBy: 400,
    says: 'L1',
    patches: [
      core('give-back-number.ts', 'policy.leaseMs + policy.settleMs', 'policy.leaseMs'),
      core('give-back-number.ts', 'Math.max(operation.settlesAt, latest)', 'latest'),
    ],
  },
  {
    name: 'takes back the time in which a number that it bought may not show',
    origin: 'hand-made',
    caughtBy: 33064,
    says: 'L1',
    patches: [
      core(
        'settle-purchase.ts',
        "      if (answer.kind === 'bought') return",
        "      if (answer.kind === 'bought') await sending.end();\n      if (answer.kind === 'bought') return",
      ),
    ],
  },
  {
    name: 'takes the refusal of a second copy for leave to buy another number',
    origin: 'hand-made',
    caughtBy: 13,
    says: 'S2',
    patches: [
      core(
        'purchase.ts',
        "answer.kind === 'refused' ? await lookUp(context, current.operation) : null",
        'null as Awaited<ReturnType<typeof lookUp>> | null',
      ),
    ],
  },
  {
    name: "passes the caller's signal on to the purchase",
    origin: 'hand-made',
    caughtBy: 73,
    says: 'signal',
    patches: [
      core('send-purchase.ts', 'regulatory }, maySend),', 'regulatory }, maySend, caller.waitingSignal()),'),
      core(
        'patient-provider.ts',
        'purchaseNumber: (purchase, maySend) => {',
        'purchaseNumber: (purchase, maySend, outer) => {',
      ),
      core(
        'patient-provider.ts',
        '{ timeoutMs: policy.purchaseTimeoutMs },',
        '{ timeoutMs: policy.purchaseTimeoutMs, outer },',
      ),
    ],
  },
  {
    name: 'tells a caller who leaves early that nothing is owned, and goes on',
    origin: 'hand-made',
    caughtBy: 88,
    says: 'truth',
    patches: [
      core('caller.ts', 'if (!hasSent || isDetached) return;', 'if (isDetached) return;'),
      core(
        'caller.ts',
        'detach(detachedError(operation?.id ?? null));',
        'detach(hasSent ? detachedError(operation?.id ?? null) : abortedError());',
      ),
    ],
  },
  {
    name: 'gives back what it has just recovered',
    origin: 'hand-made',
    caughtBy: 200,
    says: 'S4',
    patches: [
      core(
        'recover-operation.ts',
        "      return 'adopted';",
        "      await context.retryStore((store) => store.startRelease(id));\n      return 'adopted';",
      ),
    ],
  },
  {
    name: 'undoes a channel that stands already',
    origin: 'hand-made',
    caughtBy: 1508,
    says: 'S4',
    patches: [
      store(
        'channels',
        "  const operation = guarded(tables, guard);\n  if (!operation) return { outcome: 'lost' };\n  if (rowOfNumber",
        `  const standing = tables.channels.get(channel.id);
  if (standing?.status === 'active') {
    const undone = update(tables.channels, standing, { status: 'releasing', releaseAfter: tables.now() });
    return { outcome: 'disposed', record: toRecord(undone, tables.now()) };
  }
  const operation = guarded(tables, guard);
  if (!operation) return { outcome: 'lost' };
  if (rowOfNumber`,
      ),
    ],
  },
];
