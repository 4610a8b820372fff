import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NumberProvider } from '@channelkit/core';
import type {
  FaultTarget,
  LaidFault,
  Operation,
  RecordedRequest,
  TwilioSimulator,
} from '@channelkit/twilio-simulator';
import type { VirtualClock } from '../harness/virtual-clock.js';
import type { Landing, WireFault } from './wire-faults.js';

/** Keeps the clock still while an answer is on its way, and lets it run while there is none to come. */
export interface Watch {
  /** The same provider, each call of which the clock waits for unless its request is met by silence. */
  over(provider: NumberProvider): NumberProvider;
  lay(fault: WireFault, target: FaultTarget): LaidFault;
  onRequest(listener: (request: RecordedRequest) => void): void;
  /** Resolves when the simulator has done whatever it still had to do by itself. */
  quiet(): Promise<void>;
}

interface Call {
  readonly operations: readonly Operation[];
  isMetBySilence: boolean;
  /** Set while the clock waits for it. */
  leaveWaiting: (() => void) | null;
}

/** Far more turns of the event loop than a request needs from one end of a local connection to the other. */
const TURNS_TO_ARRIVE = 200;

/** Makes a watch over what passes between a provider and a simulator. */
export function createWatch(simulator: TwilioSimulator, clock: VirtualClock): Watch {
  const calls = new Set<Call>();
  const listeners: ((request: RecordedRequest) => void)[] = [];
  const landings: { readonly when: Landing; readonly seen: number }[] = [];
  let heard = 0;
  let isListeningForOthers = false;

  const wait = (call: Call) => {
    if (call.isMetBySilence || call.leaveWaiting !== null) return;
    void clock.track(() => new Promise<void>((resolve) => (call.leaveWaiting = resolve)));
  };
  const leave = (call: Call) => {
    call.leaveWaiting?.();
    call.leaveWaiting = null;
  };
  const hear = () => {
    heard += 1;
    for (const call of calls) wait(call);
  };
  const track = <Result>(operations: readonly Operation[], result: Promise<Result>): Promise<Result> => {
    const call: Call = { operations, isMetBySilence: false, leaveWaiting: null };
    const end = () => {
      calls.delete(call);
      leave(call);
      hear();
    };
    calls.add(call);
    hear();
    result.then(end, end);
    return result;
  };
  const isAnswering = () =>
    simulator.exchanges.some(({ fault, answer }) => fault === 'slow' && answer === null);
  // The adapter may have but one slot left, and the call that nobody answers holds it until time has passed:
  // waiting for those that queue behind it, the clock would stand still for ever.
  const listenForOthers = async () => {
    if (isListeningForOthers) return;
    isListeningForOthers = true;
    while ([...calls].some(({ isMetBySilence }) => isMetBySilence)) {
      const before = heard;
      for (let turn = 0; turn < TURNS_TO_ARRIVE && heard === before; turn += 1) await nextTurn();
      if (heard === before && !isAnswering()) for (const call of calls) leave(call);
    }
    isListeningForOthers = false;
  };
  // Of several calls nobody can tell whose request it was, so that each of them may be the one.
  const beSilentTo = ({ operation }: RecordedRequest) => {
    for (const call of calls) {
      if (operation === null || !call.operations.includes(operation)) continue;
      call.isMetBySilence = true;
      leave(call);
    }
    void listenForOthers();
  };
  const land = () => {
    const isDue = landings.some(
      ({ when, seen }) =>
        (when === 'before the next request' && simulator.requests.length > seen) ||
        (when === 'after a look-up' && simulator.requests.length > seen + 1),
    );
    if (isDue) simulator.landLate();
  };
  const listen = (request: RecordedRequest) => {
    hear();
    land();
    for (const listener of listeners) listener(request);
    return false;
  };
  // A fault that strikes nothing is asked about every request before it is served.
  const keepListening = () => simulator.fault({ operation: 'any', kind: 'reset', match: listen });
  keepListening();

  return {
    over: (provider) => ({
      ...provider,
      searchNumbers: (...given) => track(['search'], provider.searchNumbers(...given)),
      purchaseNumber: (...given) => track(['purchase'], provider.purchaseNumber(...given)),
      findNumber: (...given) => track(['list', 'fetch', 'account'], provider.findNumber(...given)),
      releaseNumber: (...given) => track(['release', 'list', 'account'], provider.releaseNumber(...given)),
    }),
    lay: ({ action, isSilent, landing }, target) => {
      const { match = () => true, skip = 0, ...rest } = target;
      let passes = skip;
      const strikes = (request: RecordedRequest) => {
        if (!match(request)) return false;
        passes -= 1;
        if (passes >= 0) return false;
        if (isSilent === true) beSilentTo(request);
        if (landing !== undefined) landings.push({ when: landing, seen: simulator.requests.length });
        return true;
      };
      return simulator.fault({ ...rest, ...action, match: strikes });
    },
    onRequest: (listener) => void listeners.push(listener),
    quiet: async () => {
      while (isAnswering()) await nextTurn();
    },
  };
}
