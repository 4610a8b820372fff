import { describe } from 'vitest';
import { loadTwilioDocument } from './load-twilio-document.js';
import type { OpenApiDocument } from './open-api-document.js';
import { createOpenApiJudge, type OpenApiJudge } from './open-api-judge.js';

/** The judge, or the reason why there is none. */
export type JudgeOrReason = { judge: OpenApiJudge; reason: null } | { judge: null; reason: string };

/** Makes the judge by the document that `load` gives; without one, rejects in CI and says why elsewhere. */
export async function makeJudge(parts: {
  load: () => Promise<OpenApiDocument>;
  isCi: boolean;
}): Promise<JudgeOrReason> {
  try {
    return { judge: createOpenApiJudge(await parts.load()), reason: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (parts.isCi) throw new Error(`Twilio's OpenAPI document cannot be had: ${reason}`, { cause: error });
    return { judge: null, reason };
  }
}

/** Loads the judge by Twilio's document, once a process; with `CI=true`, rejects when the document cannot be had. */
export function loadJudge(): Promise<JudgeOrReason> {
  loading ??= makeJudge({ load: () => loadTwilioDocument(), isCi: process.env['CI'] === 'true' });
  return loading;
}

/**
 * Describes tests that need Twilio's OpenAPI document. Without it they are skipped and the output says why; in
 * CI that is a failure instead.
 */
export async function describeJudged(name: string, body: (judge: OpenApiJudge) => void): Promise<void> {
  const { judge, reason } = await loadJudge();
  if (judge !== null) {
    describe(name, () => body(judge));
    return;
  }
  console.warn(`SKIPPED ${name}: ${reason}`);
  describe.skip(`${name} (skipped: ${reason})`, () => body(NO_JUDGE));
}

let loading: Promise<JudgeOrReason> | undefined;

/** Only handed to tests that are skipped. */
const NO_JUDGE: OpenApiJudge = { checkRequest: () => [], checkResponse: () => [] };
