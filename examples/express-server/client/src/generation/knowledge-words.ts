import type { Explanation } from './explain-error.js';
import type { Knowledge } from './generation.js';

const SAFE = 'You will not be charged twice.';

/** What to say of a purchase under way; `null` while there is nothing out of the ordinary. */
export const knowledgeWords: Readonly<Record<Knowledge, Explanation | null>> = {
  sent: null,
  'in-progress': {
    title: 'Your number is being bought.',
    advice: `The request is still at work; we ask again in a moment. ${SAFE}`,
  },
  unknown: {
    title: 'We don’t know yet whether the number was bought; we are checking.',
    advice: `${SAFE} You can leave this page open, or come back to it.`,
  },
  'no-answer': {
    title: 'The server gives no answer, so we don’t know yet whether the number was bought.',
    advice: `We keep asking until it does. ${SAFE}`,
  },
  waiting: {
    title: 'The server is busy. Your request waits for its turn.',
    advice: `We ask again in a moment. ${SAFE}`,
  },
};
