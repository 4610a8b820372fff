import type { ServerResponse } from 'node:http';
import { type Answer, jsonAnswer, sendAnswer, sendBrokenAnswer } from './answer.js';
import type { Delays } from './delays.js';
import type { FaultAction, StatusFault } from './fault.js';
import { errorBody } from './twilio-error.js';

/** What a fault needs to know of the request it strikes. */
export interface Struck {
  response: ServerResponse;
  path: string;
  /** Does what the request asks for and makes the true answer. Called at most once. */
  perform: () => Answer;
  /** Adds the headers every answer has. */
  finish: (answer: Answer) => Answer;
  /** Notes the answer that is being sent. */
  note: (answer: Answer) => void;
  delays: Delays;
  /** Keeps an effect for `landLate()`. */
  postpone: (effect: PostponedEffect) => void;
}

/** An effect that waits for its moment; tells whether this call was what made it happen. */
export type PostponedEffect = () => boolean;

/** Lets a fault strike a request. Resolves when nothing more will be sent. */
export async function strike(fault: FaultAction, struck: Struck): Promise<void> {
  if (fault.kind === 'late') return strikeLate(fault, struck);
  if (fault.kind === 'slow') return strikeSlow(fault, struck);
  const when = fault.when ?? (fault.kind === 'truncated' ? 'after-effect' : 'before-effect');
  const answer = when === 'after-effect' ? struck.perform() : null;

  if (fault.kind === 'reset') {
    resetConnection(struck.response);
    return;
  }
  if (fault.kind === 'hang') return hang(struck.response);
  if (fault.kind === 'truncated') {
    const whole = struck.finish(answer ?? jsonAnswer(500, defaultError(500)));
    struck.note(whole);
    sendBrokenAnswer(struck.response, whole, fault.framing ?? 'cut');
    return;
  }
  const other = struck.finish(otherAnswer(fault, struck.path));
  struck.note(other);
  sendAnswer(struck.response, other);
}

async function strikeLate(fault: FaultAction & { kind: 'late' }, struck: Struck): Promise<void> {
  let isDone = false;
  const effect = (): boolean => {
    if (isDone) return false;
    isDone = true;
    struck.perform();
    return true;
  };
  struck.postpone(effect);
  if (fault.delayMs !== undefined) void struck.delays.wait(fault.delayMs).then(effect, ignoreStop);
  if (fault.client === 'hang') await hang(struck.response);
  else resetConnection(struck.response);
}

async function strikeSlow(fault: FaultAction & { kind: 'slow' }, struck: Struck): Promise<void> {
  const early = fault.when === 'after-effect' ? struck.perform() : null;
  await struck.delays.wait(fault.delayMs);
  const answer = struck.finish(early ?? struck.perform());
  struck.note(answer);
  sendAnswer(struck.response, answer);
}

function otherAnswer(fault: FaultAction & { kind: 'status' | 'html' | 'redirect' }, path: string): Answer {
  if (fault.kind === 'html') {
    const status = fault.status ?? 502;
    const text = `<html><head><title>${status} Bad Gateway</title></head><body><h1>${status} Bad Gateway</h1></body></html>\n`;
    return { status, headers: { 'Content-Type': 'text/html' }, text };
  }
  if (fault.kind === 'redirect') {
    return {
      status: fault.status ?? 307,
      headers: { Location: fault.location ?? `/moved${path}` },
      text: '',
    };
  }
  const answer = statusAnswer(fault);
  return { ...answer, headers: { ...answer.headers, ...fault.headers } };
}

function statusAnswer(fault: StatusFault): Answer {
  if (typeof fault.body === 'string') {
    return { status: fault.status, headers: { 'Content-Type': 'text/plain' }, text: fault.body };
  }
  return jsonAnswer(fault.status, fault.body ?? defaultError(fault.status, fault.code, fault.message));
}

function defaultError(
  status: number,
  code = status === 401 ? 20003 : 20000 + status,
  message = DEFAULT_MESSAGES[status] ?? 'The request was refused',
): Record<string, unknown> {
  return errorBody({ status, code, message });
}

const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  401: 'Authenticate',
  429: 'Too Many Requests',
  500: 'An internal server error has occurred',
  503: 'Service Unavailable',
};

function resetConnection(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function hang(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => response.once('close', resolve));
}

function ignoreStop(): void {
  // The simulator was closed before the effect was due.
}
