import { computed, ref, shallowRef } from 'vue';
import { ApiError, NoAnswerError } from '../api/api-error.js';
import { type GeneratedChannel, generatePhoneNumber, type GenerateRequest } from '../api/channels.js';
import { type Explanation, explainPurchaseError } from './explain-error.js';
import { dropFormFill, type FormFill, formFillFor, loadFormFill, saveFormFill } from './form-fill.js';

/** What is known of a purchase under way. */
export type Knowledge = 'sent' | 'in-progress' | 'unknown' | 'no-answer' | 'waiting';

/** Where the generation of a number stands. */
export type Generation =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly request: GenerateRequest; readonly knowledge: Knowledge }
  | { readonly kind: 'done'; readonly channel: GeneratedChannel }
  | {
      readonly kind: 'failed';
      readonly explanation: Explanation;
      /** What was given as a country, when it is none. */
      readonly unknownCountry: string | null;
    };

const SHORTEST_PAUSE_MS = 250;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
const PATIENCE_MS = 60_000;

const current = shallowRef<Generation>({ kind: 'idle' });
const isLong = ref(false);
let asking = new AbortController();

/** Of the whole app, not of a page: leaving the page does not end a purchase. */
export const generation = computed(() => current.value);

/** Whether it has taken so long that the user may want to do something else. */
export const canStopAsking = computed(() => current.value.kind === 'working' && isLong.value);

/** Buys a number for what the form says; while one is under way it does nothing, so that a second click buys nothing. */
export async function generateNumber(request: GenerateRequest): Promise<void> {
  if (current.value.kind === 'working') return;
  await follow(formFillFor(request));
}

/** Goes on with what a reload interrupted. Returns the request it was about, or `null` when there is none. */
export function resumeGeneration(): GenerateRequest | null {
  if (current.value.kind === 'working') return current.value.request;
  const fill = loadFormFill();
  if (fill?.isUnderWay !== true) return null;
  void follow({ ...fill, isInDoubt: true });
  return fill.request;
}

/** Leaves a purchase to the server. The form keeps its key, so that sending it again asks for the same number. */
export function stopAsking(): void {
  if (current.value.kind === 'working') asking.abort();
}

/** Ends a generation that was told of, so that the form is free for the next one. */
export function closeGeneration(): void {
  if (current.value.kind !== 'working') current.value = { kind: 'idle' };
}

/** Follows a purchase to its end, and lets the user leave it when that takes long. */
async function follow(fill: FormFill): Promise<void> {
  saveFormFill(fill);
  current.value = { kind: 'working', request: fill.request, knowledge: 'sent' };
  asking = new AbortController();
  isLong.value = false;
  const patience = setTimeout(() => (isLong.value = true), PATIENCE_MS);
  try {
    await askUntilKnown(fill, asking.signal);
  } finally {
    clearTimeout(patience);
  }
}

/** Asks, and asks again with the same key, until the outcome is known or the user has enough. */
async function askUntilKnown(begun: FormFill, signal: AbortSignal): Promise<void> {
  let fill = begun;
  let known: Knowledge = 'sent';
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    try {
      const channel = await generatePhoneNumber(fill.request, fill.key, signal);
      dropFormFill();
      current.value = { kind: 'done', channel };
      return;
    } catch (error) {
      const knowledge = signal.aborted ? null : knowledgeAfter(error, fill);
      if (knowledge === null) {
        fail(fill, signal.aborted ? null : error);
        return;
      }
      if (knowledge !== 'waiting') {
        fill = { ...fill, isInDoubt: true };
        saveFormFill(fill);
      }
      current.value = { kind: 'working', request: fill.request, knowledge };
      // Where nothing changes it is asked for less and less often, unless the server says when.
      pause = knowledge === known ? Math.min(pause * 2, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
      known = knowledge;
      await sleep(retryAfter(error) ?? pause, signal);
    }
  }
}

/** Whether to ask again, and what to say meanwhile; `null` when the answer is final. */
function knowledgeAfter(error: unknown, { isInDoubt }: FormFill): Knowledge | null {
  if (error instanceof NoAnswerError) return 'no-answer';
  if (!(error instanceof ApiError)) return null;
  const { code, mayOwnNumber } = error.body;
  if (code === 'operation_in_progress') return 'in-progress';
  if (code === 'too_many_requests' || code === 'stopping') return isInDoubt ? 'unknown' : 'waiting';
  if (isInDoubt && isBlind(error)) return 'unknown';
  if (code === 'compensation_pending') return null;
  return mayOwnNumber === 'no' ? null : 'unknown';
}

/** Whether the database was away before the key could be looked up: such an answer says nothing of an earlier request. */
function isBlind({ body }: ApiError): boolean {
  return body.operationId === null && body.code.startsWith('store_');
}

function retryAfter(error: unknown): number | null {
  const given = error instanceof ApiError ? error.body.retryAfterMs : undefined;
  return given === undefined ? null : Math.max(given, SHORTEST_PAUSE_MS);
}

const STOPPED: Explanation = {
  title: 'We stopped asking, and don’t know whether the number was bought.',
  advice:
    'If it was bought, it will appear under Channels. Sending the same form again asks for the same number, not for another.',
};

const USED_UP = ['channel_released', 'idempotency_mismatch'];

/**
 * Ends with an error, or with `null` when the user stopped it. The form keeps its key, unless that is used up: the same request
 * sent again is the same purchase.
 */
function fail(fill: FormFill, error: unknown): void {
  const code = error instanceof ApiError ? error.body.code : '';
  const isInDoubt = error === null || (fill.isInDoubt && !(error instanceof ApiError));
  if (USED_UP.includes(code)) dropFormFill();
  else saveFormFill({ ...fill, isUnderWay: false, isInDoubt });
  current.value = {
    kind: 'failed',
    explanation: error === null ? STOPPED : explainPurchaseError(error),
    unknownCountry: code === 'unknown_country' ? fill.request.country : null,
  };
}

/** Ends early when nobody waits any more. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
