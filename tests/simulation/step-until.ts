import type { App } from './app.js';

/** What lands late without end keeps recovery busy for days. */
const MOST_STEPS = { usually: 20_000, withoutA1: 200_000 };

/** Steps until all is over, or something is found; `trouble` comes after each step. Answers how many steps it took. */
export async function stepUntil(
  app: App,
  isOver: () => boolean,
  trouble?: (app: App) => void,
): Promise<number> {
  const { scheduler, oracle } = app;
  let steps = 0;
  while (!isOver() && oracle.violations.length === 0) {
    if ((steps += 1) > (app.breaksA1 ? MOST_STEPS.withoutA1 : MOST_STEPS.usually)) {
      oracle.report('L2: the history did not end');
      break;
    }
    if (!(await scheduler.step())) break;
    trouble?.(app);
  }
  return steps;
}
