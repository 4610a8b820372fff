import { loadJudge } from '../openapi/judged.js';
import { judgeExchanges } from '../openapi/judge-exchanges.js';
import { createWireWorld, type WireWorld, type WireWorldOptions } from './wire-world.js';

/** What came of playing sequences. */
export interface Played {
  sequences: number;
  requests: number;
  /** Requests and answers that Twilio's own document was asked about. */
  judged: number;
  /** One sentence for each thing that was wrong, with the name of its sequence. */
  readonly violations: string[];
}

/** Counts what has been played. */
export function createTally(): Played {
  return { sequences: 0, requests: 0, judged: 0, violations: [] };
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
    const misspelt = judge === null ? [] : judgeExchanges(judge, exchanges);
    played.sequences += 1;
    played.requests += exchanges.length;
    played.judged += judge === null ? 0 : exchanges.length;
    played.violations.push(
      ...[...world.violations, ...new Set(misspelt)].map((violation) => `${name}: ${violation}`),
    );
  } finally {
    await world.close();
  }
}
