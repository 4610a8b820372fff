import type { RecordedRequest } from './exchange.js';
import { FAULT_KINDS, type FaultAction, type LaidFault, type SimulatorFault } from './fault.js';
import { OPERATIONS } from './operations.js';

/** The faults that wait for their requests, in the order in which they were laid. */
export interface FaultQueue {
  lay(fault: SimulatorFault): LaidFault;
  /** Takes the fault that strikes this request: of those that match it, the one laid first. */
  take(request: RecordedRequest): FaultAction | undefined;
  clear(): void;
}

interface WaitingFault {
  fault: SimulatorFault;
  skip: number;
  times: number;
  struck: number;
}

/** Creates an empty queue of faults. */
export function createFaultQueue(): FaultQueue {
  let waiting: WaitingFault[] = [];

  return {
    lay(fault) {
      checkFault(fault);
      const entry = { fault, skip: fault.skip ?? 0, times: fault.times ?? 1, struck: 0 };
      waiting.push(entry);
      return {
        struck: () => entry.struck,
        cancel: () => {
          waiting = waiting.filter((other) => other !== entry);
        },
      };
    },
    take(request) {
      const entry = waiting.find(({ fault }) => strikes(fault, request));
      if (entry === undefined) return undefined;
      if (entry.skip > 0) {
        entry.skip -= 1;
        return undefined;
      }
      entry.struck += 1;
      if (entry.struck >= entry.times) waiting = waiting.filter((other) => other !== entry);
      return entry.fault;
    },
    clear() {
      waiting = [];
    },
  };
}

function strikes(fault: SimulatorFault, request: RecordedRequest): boolean {
  return (
    (fault.operation === 'any' || fault.operation === request.operation) && (fault.match?.(request) ?? true)
  );
}

function checkFault(fault: SimulatorFault): void {
  if (fault.operation !== 'any' && !OPERATIONS.includes(fault.operation)) {
    throw new RangeError(`A fault's operation is one of any, ${OPERATIONS.join(', ')}.`);
  }
  if (!FAULT_KINDS.includes(fault.kind)) {
    throw new RangeError(`A fault's kind is one of ${FAULT_KINDS.join(', ')}.`);
  }
  checkCount('times', fault.times, 1);
  checkCount('skip', fault.skip, 0);
  if (fault.kind === 'status' && !(fault.status >= 200 && fault.status <= 599)) {
    throw new RangeError(`A fault's status is between 200 and 599, not ${fault.status}.`);
  }
  if (
    (fault.kind === 'slow' || fault.kind === 'late') &&
    fault.delayMs !== undefined &&
    !(fault.delayMs >= 0)
  ) {
    throw new RangeError(`A fault's delayMs is 0 or more, not ${fault.delayMs}.`);
  }
}

function checkCount(name: string, value: number | undefined, least: number): void {
  if (value === undefined || value === Infinity) return;
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`A fault's ${name} is a whole number of at least ${least}, not ${value}.`);
  }
}
