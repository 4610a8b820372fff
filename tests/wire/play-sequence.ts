import { expect, type TestContext } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { loadJudge } from '../openapi/judged.js';
import { judgeExchanges } from '../openapi/judge-exchanges.js';
import type { OpenApiJudge } from '../openapi/open-api-judge.js';
import { createWireWorld, type WireWorld, type WireWorldOptions } from './wire-world.js';

/** What came of playing sequences. */
export interface Played {
  sequences: number;
  requests: number;
  /** What Twilio's own document was asked about: every request, and the answers that no fault had its hand in. */
  readonly judged: { requests: number; answers: number };
  /** One sentence for each thing that was wrong, with the name of its sequence. */
  readonly violations: string[];
}

/** Counts what has been played. */
export function createTally(): Played {
  return { sequences: 0, requests: 0, judged: { requests: 0, answers: 0 }, violations: [] };
}

/** Plays one sequence in a world of its own, lets it settle, and judges it: by the protocol, and by Twilio's document. */
export async function playSequence(
  played: Played,
  name: string,
  options: WireWorldOptions,
  play: (world: WireWorld) => Promise<void>,
): Promise<void> {
  const { judge } = await loadJudge();
  const world = await createWireWorld(options);
  try {
    await play(world);
    await world.settle();
    const { exchanges } = world.simulator;
    const misspelt = judge === null ? [] : judgeExchanges(counting(judge, played), exchanges);
    played.sequences += 1;
    played.requests += exchanges.length;
    played.violations.push(
      ...[...world.violations, ...new Set(misspelt)].map((violation) => `${name}: ${violation}`),
    );
  } finally {
    await world.close();
  }
}

/** Expects every request to have been held against Twilio's document, and says how many were; without it, the test is skipped and says why. */
export async function expectJudged(played: Played, context: TestContext): Promise<void> {
  const { judge, reason } = await loadJudge();
  context.skip(judge === null, reason ?? undefined);
  const { requests, answers } = played.judged;
  reportFigures(context, { 'requests judged': requests, 'answers judged': answers });
  expect(requests).toBe(played.requests);
  expect(answers).toBeGreaterThan(0);
}

function counting(judge: OpenApiJudge, { judged }: Played): OpenApiJudge {
  return {
    checkRequest: (request) => {
      judged.requests += 1;
      return judge.checkRequest(request);
    },
    checkResponse: (response) => {
      judged.answers += 1;
      return judge.checkResponse(response);
    },
  };
}
