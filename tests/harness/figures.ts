import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    figures?: Readonly<Record<string, number>>;
  }
}

/** Says how much a test did: `npm run test:long` adds it up for each layer, and shows it in its table. */
export function reportFigures(
  { task }: Pick<TestContext, 'task'>,
  figures: Readonly<Record<string, number>>,
): void {
  task.meta.figures = figures;
}
