/** What is measured over and over. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
  /** How many times as much the end may be as the second quarter. */
  readonly mostRatio: number;
  /** Growth below this is noise, whatever the ratio. */
  readonly noise: number;
}

/** How a series went: the medians of its second and of its last quarter. The first is the warming up. */
export interface Trend {
  readonly early: number;
  readonly late: number;
  readonly isFlat: boolean;
}

/** Compares the end of a series with its second quarter. */
export function trendOf({ values, mostRatio, noise }: Omit<Series, 'name'>): Trend {
  const quarter = values.length / 4;
  const early = median(values.slice(Math.floor(quarter), Math.floor(2 * quarter)));
  const late = median(values.slice(Math.floor(3 * quarter)));
  return { early, late, isFlat: late <= Math.max(early * mostRatio, early + noise) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
