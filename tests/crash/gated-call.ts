import { type ChannelStore, type NumberProvider, StoreError } from '@channelkit/core';
import type { Gate, GatedCall, GatePoint } from './worker-orders.js';

/** What gates report to. */
export interface GateKeeper {
  /** Says that a place was reached, and resolves when the parent gives the word. */
  hold(point: GatePoint): Promise<void>;
  /** The same where nothing may be waited for: it never returns. */
  holdForGood(point: GatePoint): void;
  /** Told of every place that is passed. */
  passed(): void;
  /** Told whenever the store says that somebody else holds a number. */
  numberHeld(): void;
}

/** Puts gates around the calls of a store and a provider. */
export function gateCalls(
  { store, provider }: { readonly store: ChannelStore; readonly provider: NumberProvider },
  gates: readonly Gate[],
  keeper: GateKeeper,
): { readonly store: ChannelStore; readonly provider: NumberProvider } {
  const passings = new Map<GatePoint, number>();
  const gateAt = (point: GatePoint): Gate | undefined => {
    keeper.passed();
    const passing = (passings.get(point) ?? 0) + 1;
    passings.set(point, passing);
    return gates.find(
      ({ at, nth = 1, times = 1 }) => at === point && passing >= nth && passing < nth + times,
    );
  };
  const pass = async (point: GatePoint) => {
    const gate = gateAt(point);
    if (gate === undefined) return;
    if (gate.action === 'unavailable' || gate.action === 'rejected') throw failure(gate.action);
    await keeper.hold(point);
  };
  const passWriting = (maySend: () => boolean) => () => {
    if (gateAt('before write') !== undefined) keeper.holdForGood('before write');
    if (!maySend()) return false;
    if (gateAt('after write') !== undefined) keeper.holdForGood('after write');
    return true;
  };

  const gated = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (inner, key) => {
        const member: unknown = Reflect.get(inner, key);
        if (typeof member !== 'function' || typeof key !== 'string' || UNGATED.has(key)) return member;
        const call = key as GatedCall;
        return async (...parameters: unknown[]) => {
          await pass(`before ${call}`);
          const result = (await Reflect.apply(
            member,
            inner,
            withWriteGate(call, parameters, passWriting),
          )) as unknown;
          if (isNumberHeld(result)) keeper.numberHeld();
          await pass(`after ${call}`);
          return result;
        };
      },
    });
  return { store: gated(store), provider: gated(provider) };
}

const UNGATED: ReadonlySet<string> = new Set(['migrate', 'close', 'listNumbers']);

function withWriteGate(
  call: GatedCall,
  parameters: unknown[],
  passWriting: (maySend: () => boolean) => () => boolean,
): unknown[] {
  if (call !== 'purchaseNumber') return parameters;
  const [purchase, options] = parameters as Parameters<NumberProvider['purchaseNumber']>;
  const maySend = options?.maySend ?? (() => true);
  return [purchase, { ...options, maySend: passWriting(maySend) }];
}

/** What `beginOperation` and `switchCandidate` answer then. */
function isNumberHeld(result: unknown): boolean {
  const outcome =
    typeof result === 'object' && result !== null && 'outcome' in result ? result.outcome : result;
  return outcome === 'number_held';
}

function failure(action: 'unavailable' | 'rejected'): StoreError {
  return action === 'rejected'
    ? new StoreError({ code: 'store_rejected', message: 'The store refused, for the test.' })
    : new StoreError({ code: 'store_unavailable', message: 'The store is out of reach, for the test.' });
}
