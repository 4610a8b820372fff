import { cleanCause, ProviderError, type ProviderErrorOptions } from '@channelkit/core';
import { TransportFailure } from './transport-failure.js';
import { readObject, type TwilioAnswer, vendorDateOf } from './twilio-answer.js';
import { TWILIO_REFUSALS, type TwilioRefusal, UNAVAILABLE_NUMBER_CODES } from './twilio-refusals.js';

/** An answer that is not what was asked for. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly answer: TwilioAnswer;

  constructor(answer: TwilioAnswer, message = `HTTP ${answer.status}`) {
    super(message);
    this.answer = answer;
  }
}

/** What was being done when it failed. */
export interface FailedActivity {
  /** The beginning of a sentence: `Buying +14155550123`. */
  readonly activity: string;
  readonly isPurchase?: boolean;
  readonly secrets: readonly string[];
}

/**
 * Turns whatever a call failed with into a `ProviderError`. Its default is the outcome `unknown`: only what is known not to
 * have been written is `not_sent`, and only Twilio's own error body makes an answer a refusal.
 */
export function toProviderError(failure: unknown, context: FailedActivity): ProviderError {
  const cause = cleanCause(failure, context.secrets);
  const judged =
    failure instanceof UnexpectedAnswer
      ? judgeAnswer(failure, context)
      : judgeTransport(failure, context.activity);
  return new ProviderError({
    ...judged,
    // Twilio's own words are quoted: they go through the same cleaning as the cause.
    message: cleanCause(judged.message, context.secrets).message,
    cause,
    mayOwnNumber: context.isPurchase === true && judged.outcome === 'unknown' ? 'unknown' : 'no',
  });
}

/** Twilio's error body, version 2010-04-01. */
interface ErrorEnvelope {
  readonly code: number;
  readonly message: string;
}

/** Reads Twilio's error body; `null` when the answer has none, since then something else may have answered. */
export function readEnvelope(answer: TwilioAnswer): ErrorEnvelope | null {
  const body = readObject(answer);
  if (body === null || body['status'] !== answer.status) return null;
  const { code, message } = body;
  if (typeof code !== 'number' || !Number.isInteger(code) || typeof message !== 'string') return null;
  return { code, message };
}

/** Tells whether an answer says, in Twilio's own words, that there is no such thing. */
export function isNotFound(answer: TwilioAnswer): boolean {
  return answer.status === 404 && readEnvelope(answer)?.code === 20404;
}

function judgeTransport(failure: unknown, activity: string): ProviderErrorOptions {
  const reason = failure instanceof Error ? failure.message : 'something that is no error was thrown';
  return failure instanceof TransportFailure && !failure.written
    ? {
        code: 'provider_unavailable',
        outcome: 'not_sent',
        message: `${activity}: nothing was sent to Twilio, ${reason}.`,
      }
    : {
        code: 'provider_unavailable',
        outcome: 'unknown',
        message: `${activity}: it is not known whether it took effect, ${reason}.`,
      };
}

function judgeAnswer(
  { answer, message: problem }: UnexpectedAnswer,
  context: FailedActivity,
): ProviderErrorOptions {
  const { activity } = context;
  const envelope = readEnvelope(answer);
  const retryAfterMs = retryAfterMsOf(answer);
  if (envelope !== null && answer.status === 429) {
    return {
      code: 'rate_limited',
      outcome: 'throttled',
      providerCode: String(envelope.code),
      retryAfterMs,
      message: `${activity}: Twilio had too many requests and did not look at this one (${quote(envelope)}).`,
    };
  }
  if (envelope !== null && isDefinite(answer.status)) {
    const refusal = refusalOf(envelope.code, context);
    return {
      code: refusal.code,
      outcome: 'rejected',
      requirement: refusal.requirement ?? null,
      providerCode: String(envelope.code),
      message: [`${activity}: Twilio refused (${quote(envelope)}).`, refusal.advice]
        .filter((sentence) => sentence !== undefined)
        .join(' '),
    };
  }
  return {
    code: 'provider_unavailable',
    outcome: 'unknown',
    providerCode: envelope === null ? null : String(envelope.code),
    retryAfterMs,
    message: `${activity}: it is not known whether it took effect, the answer was ${problem}${
      envelope === null ? '' : ` (${quote(envelope)})`
    }.`,
  };
}

/** Client errors that say nothing about the effect: a time-out, a conflict, a lock, too early, too many. */
const INDEFINITE_STATUSES = new Set([408, 409, 423, 425, 429]);

function isDefinite(status: number): boolean {
  return status >= 400 && status < 500 && !INDEFINITE_STATUSES.has(status);
}

function refusalOf(code: number, { isPurchase }: FailedActivity): TwilioRefusal {
  if (isPurchase === true && UNAVAILABLE_NUMBER_CODES.has(code)) return { code: 'number_unavailable' };
  return TWILIO_REFUSALS[code] ?? { code: 'provider_rejected' };
}

function quote({ code, message }: ErrorEnvelope): string {
  return `${code}: ${message.replace(/[\s.]+$/, '')}`;
}

/** Seconds or a date; a date is measured against the vendor's clock where it tells. */
function retryAfterMsOf(answer: TwilioAnswer): number | null {
  const value = answer.headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const epochMs = Date.parse(value);
  if (value === '' || Number.isNaN(epochMs)) return null;
  return Math.max(0, epochMs - (vendorDateOf(answer)?.getTime() ?? Date.now()));
}
