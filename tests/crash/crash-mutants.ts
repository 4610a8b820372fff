import type { Patch } from './build-worker.js';
import type { Ending } from './crash-matrix.js';

/** A version of the code that is wrong, and the row of the matrix that must catch it. */
export interface CrashMutant {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** The name of the row or the story. */
  readonly caughtBy: string;
  readonly ending?: Ending;
  /** What the sentence begins with that says it. */
  readonly says: RegExp;
}

const patch = (name: string, replace: string, text: string): Patch => ({
  folder: `packages/${name}/src`,
  replace,
  with: text,
});

/** All of them, on the real store and the real adapter. */
export const crashMutants: readonly CrashMutant[] = [
  {
    name: 'releases before its record',
    patches: [
      patch(
        'core',
        '    if (!StoreError.isInstance(error) || isUnavailable(error)) throw error;',
        '    await context.provider.releaseNumber(channel.providerNumberId);\n    if (!StoreError.isInstance(error) || isUnavailable(error)) throw error;',
      ),
    ],
    caughtBy: 'W2 committed, and the database then down for good',
    ending: 'recovered',
    says: /^S1/,
  },
  {
    name: 'declares failed without settling',
    patches: [patch('core', 'return isSettled && isSeenTwice', 'return isSettled || true || isSeenTwice')],
    caughtBy: 'P2 written, no answer: lands after somebody looked',
    ending: 'recovered',
    says: /^L1/,
  },
  {
    name: 'takes an operation over without setting ambiguous',
    patches: [
      patch('store-kysely', '    ambiguous: sql.lit(true),\n', ''),
      patch(
        'core',
        'const { held, isAmbiguous } = purchase;\n  const facts = { ambiguous: isAmbiguous };',
        'const { held } = purchase;\n  const facts = { ambiguous: false };',
      ),
    ],
    caughtBy: 'user release while an earlier request is in flight',
    says: /given back at once/,
  },
  {
    name: 'guards nothing by the token',
    patches: [
      patch(
        'store-kysely',
        "    update().where('id', '=', id).where('state', '=', sql.lit('purchasing')).where('token', '=', token);",
        "    update().where('id', '=', id).where('state', '=', sql.lit('purchasing')).where('token', '>', token - 1000);",
      ),
      patch('store-kysely', "      .where('ambiguous', '=', sql.lit(false))\n", ''),
    ],
    caughtBy: 'stale holder switching candidates while the one who took over is buying',
    says: /^L1/,
  },
  {
    name: 'ends the operation and inserts the channel in two transactions',
    patches: [
      patch('store-sqlite', "  database.prepare('begin immediate').run();\n", ''),
      patch('store-sqlite', "    database.prepare('commit').run();\n", ''),
    ],
    caughtBy: 'W2 uncommitted',
    ending: 'recovered',
    says: /^decision|^L1/,
  },
  {
    name: 'leaves the tag out',
    patches: [
      patch('adapter-twilio', '    friendlyName: tag,\n', ''),
      patch('core', 'number.reference === id && ', ''),
      patch('core', 'if (number.reference !== id)', 'if (number.reference === id)'),
    ],
    caughtBy: 'P2 answered, before W2',
    ending: 'recovered',
    says: /^claim/,
  },
  {
    name: 'sends the purchase before the operation is written',
    patches: [
      patch(
        'core',
        '    const begun = await beginDurably(context, operation);',
        `    await context.provider.purchaseNumber({ phoneNumber: operation.phoneNumber, reference: operation.id, webhooks: {}, regulatory: {} }, () => true);
    const begun = await beginDurably(context, operation);`,
      ),
    ],
    caughtBy: 'W1 uncommitted',
    ending: 'recovered',
    says: /^L1/,
  },
];
