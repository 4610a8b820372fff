import { describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { mutants } from './mutants.js';
import { buildSimulation } from './run-simulation.js';

/** How many histories a mutant may survive. */
const MOST_HISTORIES = 20_000;

describe('the oracles of the simulation', () => {
  it.for(mutants)(
    'catch a version that $name',
    { timeout: 600_000 },
    async ({ patches, caughtBy, says, blindTo = [] }, context) => {
      const simulation = await buildSimulation(patches);
      try {
        const known = await simulation.run({
          firstSeed: caughtBy,
          count: 1,
          stopAtViolation: true,
          blindTo,
        });
        const { failures } =
          known.failures.length > 0
            ? known
            : await simulation.run({ firstSeed: 1, count: MOST_HISTORIES, stopAtViolation: true, blindTo });
        // What is said first is what it is caught for; the rest may follow from it.
        expect(failures[0]?.violations[0]).toMatch(new RegExp(`^${says}:`));
        reportFigures(context, { 'mutants caught': 1 });
      } finally {
        simulation.close();
      }
    },
  );
});
