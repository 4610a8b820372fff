import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, jsonAnswer, refusalAnswer, sendAnswer, withStandardHeaders } from './answer.js';
import { authenticate, type Caller, unauthenticated } from './credentials.js';
import type { Delays } from './delays.js';
import type { Exchange, RecordedAnswer, RecordedRequest } from './exchange.js';
import type { FaultQueue } from './fault-queue.js';
import { purchaseMagicNumber } from './purchase-route.js';
import { readRequest } from './read-request.js';
import { findRoute, type Route } from './routes.js';
import type { SimulatedAccount } from './simulated-account.js';
import type { SettledOptions } from './simulator-options.js';
import { type PostponedEffect, strike } from './strike.js';
import { notFound, TwilioError } from './twilio-error.js';

/** What the listener works with. */
export interface ListenerParts {
  options: SettledOptions;
  account: SimulatedAccount;
  faults: FaultQueue;
  delays: Delays;
  exchanges: Exchange[];
  postpone: (effect: PostponedEffect) => void;
}

/**
 * Creates the function that answers every request: read and record it, check who it comes from and how many others
 * are under way, take its time, and then do what it asks for, or what a fault makes of it.
 *
 * Once a request has been read its effect no longer depends on the client still being there.
 */
export function createRequestListener(
  parts: ListenerParts,
): (message: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { options, account, faults, delays, exchanges } = parts;
  let underWay = 0;

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message, options.now());
    if (request === null) {
      response.destroy();
      return;
    }
    const concurrentRequests = underWay;
    const exchange: Exchange = { request, answer: null, fault: null };
    exchanges.push(exchange);
    const finish = (made: Answer): Answer => withStandardHeaders(made, options.now(), concurrentRequests);
    const note = (sent: Answer): void => {
      exchange.answer = recordAnswer(sent, options.credentials.authToken);
    };
    const send = (made: Answer): void => {
      const whole = finish(made);
      note(whole);
      sendAnswer(response, whole);
    };

    const admitted = admit(request, message.headers.authorization, concurrentRequests);
    if ('status' in admitted) {
      send(admitted);
      return;
    }
    await delays.wait(options.latencyMs);
    const perform = (): Answer => orRefusal(() => admitted.perform(account, request));
    const fault = faults.take(request);
    if (fault === undefined) {
      send(perform());
      return;
    }
    exchange.fault = fault.kind;
    const { postpone } = parts;
    await strike(fault, { response, path: request.path, perform, finish, note, delays, postpone });
  }

  /** The route of a request that is let in, or the answer to one that is not. */
  function admit(
    request: RecordedRequest,
    authorization: string | undefined,
    concurrentRequests: number,
  ): Pick<Route, 'perform'> | Answer {
    const route = findRoute(request.method, request.path);
    if (route.accountSid === null) return refusalAnswer(notFound(request.path));
    const { accountSid } = route;
    try {
      const caller = authenticate(options.credentials, { authorization, accountSid });
      if (concurrentRequests > options.concurrencyLimit) return tooManyRequests(options.retryAfterSeconds);
      if (route.operation === null) throw noRoute(request, route.isKnownPath);
      return routeFor(caller, route, options.apiKeyType);
    } catch (error) {
      return refusalOf(error);
    }
  }

  return async (message, response) => {
    underWay += 1;
    try {
      await answer(message, response);
    } catch {
      // Only a stopped delay ends up here: the simulator is closing, and so are its connections.
      response.destroy();
    } finally {
      underWay -= 1;
    }
  };
}

function routeFor(caller: Caller, route: Route, apiKeyType: 'standard' | 'main'): Pick<Route, 'perform'> {
  if (caller.kind === 'api-key' && route.operation === 'account' && apiKeyType === 'standard') {
    throw unauthenticated('Authentication Error - invalid username');
  }
  if (caller.kind !== 'test') return route;
  if (route.operation !== 'purchase') {
    const message = 'Resource not accessible with Test Account Credentials';
    throw new TwilioError({ status: 403, code: 20008, message });
  }
  return {
    perform: (account, request) =>
      purchaseMagicNumber({ ...account, accountSid: caller.accountSid }, request.form),
  };
}

function noRoute(request: RecordedRequest, isKnownPath: boolean): TwilioError {
  if (!isKnownPath) return notFound(request.path);
  const message = `Method ${request.method} is not allowed on ${request.path}`;
  return new TwilioError({ status: 405, code: 20004, message });
}

function tooManyRequests(retryAfterSeconds: number | null): Answer {
  const refusal = refusalAnswer(new TwilioError({ status: 429, code: 20429, message: 'Too Many Requests' }));
  if (retryAfterSeconds === null) return refusal;
  return { ...refusal, headers: { ...refusal.headers, 'Retry-After': String(retryAfterSeconds) } };
}

function orRefusal(perform: () => Answer): Answer {
  try {
    return perform();
  } catch (error) {
    return refusalOf(error);
  }
}

/** A refusal as Twilio words it; anything else is a defect of the simulator, said as such. */
function refusalOf(error: unknown): Answer {
  if (error instanceof TwilioError) return refusalAnswer(error);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return jsonAnswer(500, { code: 20500, message: `The simulator is broken: ${text}`, status: 500 });
}

function recordAnswer(answer: Answer, authToken: string): RecordedAnswer {
  const text = answer.text.replaceAll(authToken, '[hidden]');
  const { status, headers } = answer;
  if (text === '') return { status, headers, body: null };
  try {
    return { status, headers, body: JSON.parse(text) as unknown };
  } catch {
    return { status, headers, body: text };
  }
}
