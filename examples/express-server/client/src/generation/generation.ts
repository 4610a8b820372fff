import { computed, shallowRef } from 'vue';
import { ApiError, NoAnswerError } from '../api/api-error.js';
import { type GeneratedChannel, generatePhoneNumber, type GenerateRequest } from '../api/channels.js';
import { type Explanation, explainError } from './explain-error.js';
import { dropFormFill, type FormFill, formFillFor, loadFormFill, saveFormFill } from './form-fill.js';

/** What is known of a purchase under way. */
export type Knowledge = 'sent' | 'in-progress' | 'unknown' | 'no-answer' | 'waiting';

/** Where the generation of a number stands. */
export type Generation =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly request: GenerateRequest; readonly knowledge: Knowledge }
  | { readonly kind: 'done'; readonly channel: GeneratedChannel }
  | { readonly kind: 'failed'; readonly explanation: Explanation };

const ASK_AGAIN_MS = 2_000;

const current = shallowRef<Generation>({ kind: 'idle' });

/** Of the whole app, not of a page: leaving the page does not end a purchase. */
export const generation = computed(() => current.value);

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
  void follow(fill);
  return fill.request;
}

/** Ends a generation that was told of, so that the form is free for the next one. */
export function closeGeneration(): void {
  if (current.value.kind !== 'working') current.value = { kind: 'idle' };
}

/** Asks, and asks again with the same key, until the outcome is known. */
async function follow(fill: FormFill): Promise<void> {
  const { key, request } = fill;
  saveFormFill(fill);
  current.value = { kind: 'working', request, knowledge: 'sent' };
  for (;;) {
    try {
      const channel = await generatePhoneNumber(request, key);
      dropFormFill();
      current.value = { kind: 'done', channel };
      return;
    } catch (error) {
      const knowledge = knowledgeAfter(error);
      if (knowledge === null) {
        fail(fill, error);
        return;
      }
      current.value = { kind: 'working', request, knowledge };
      await sleep(retryAfter(error));
    }
  }
}

/** Whether to ask again, and what to say meanwhile; `null` when the answer is final. */
function knowledgeAfter(error: unknown): Knowledge | null {
  if (error instanceof NoAnswerError) return 'no-answer';
  if (!(error instanceof ApiError)) return null;
  const { code, mayOwnNumber } = error.body;
  if (code === 'operation_in_progress') return 'in-progress';
  if (code === 'too_many_requests' || code === 'stopping') return 'waiting';
  if (code === 'compensation_pending') return null;
  return mayOwnNumber === 'no' ? null : 'unknown';
}

function retryAfter(error: unknown): number {
  const asked = error instanceof ApiError ? error.body.retryAfterMs : undefined;
  return Math.max(asked ?? ASK_AGAIN_MS, 250);
}

/** The form keeps its key: the same request sent again is the same purchase. */
function fail(fill: FormFill, error: unknown): void {
  const isKeyOfUse = !(
    error instanceof ApiError && ['channel_released', 'idempotency_mismatch'].includes(error.body.code)
  );
  if (isKeyOfUse) saveFormFill({ ...fill, isUnderWay: false });
  else dropFormFill();
  current.value = { kind: 'failed', explanation: explainError(error) };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
