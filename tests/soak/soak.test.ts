import { describe, expect, it } from 'vitest';
import { reportFigures } from '../harness/figures.js';
import { trendOf } from './flatness.js';
import { inMebibytes, runSoak, type SoakResult } from './run-soak.js';

const IS_LONG = process.env['CHANNELKIT_LONG'] === '1';
const MINUTES = Number(process.env['CHANNELKIT_SOAK_MINUTES'] ?? '30');
const MEBI = 1024 * 1024;

/** How much more the last quarter may have than the second. */
const SERIES = [
  { key: 'rss', mostRatio: 1.2, noise: 8 * MEBI, write: inMebibytes },
  { key: 'heapUsed', mostRatio: 1.15, noise: 2 * MEBI, write: inMebibytes },
  { key: 'descriptors', mostRatio: 1.25, noise: 8, write: String },
  { key: 'resources', mostRatio: 1.25, noise: 12, write: String },
  { key: 'walBytes', mostRatio: 1.25, noise: 4 * MEBI, write: inMebibytes },
] as const;

/** How many of the operations come to this at least, and how many kills and faults there are for them. */
const LEAST_SHARES = [
  { what: 'provision: channel', share: 0.3 },
  { what: 'provision: the same channel again', share: 0.02 },
  { what: 'release: channel', share: 0.15 },
  { what: 'kills', share: 0.006 },
  { what: 'faults', share: 0.05 },
];

describe('two processes under load, one of them killed over and over', () => {
  let soaked: SoakResult | undefined;
  if (!IS_LONG)
    it('lose, leak and buy nothing twice, for a few seconds', { timeout: 120_000 }, async (context) => {
      const result = await runSoak({
        operations: 160,
        operationsPerSecond: 20,
        killEvery: 31,
        sampleEvery: 17,
        seed: 1,
      });
      reportFigures(context, figuresOf(result));
      expect(result.violations).toEqual([]);
      expect(tooRare(result)).toEqual([]);
      expect(result.samples.length).toBeGreaterThanOrEqual(2);
    });

  if (IS_LONG)
    it(
      `stay as small as they were, for ${MINUTES} minutes`,
      { timeout: (MINUTES + 10) * 60_000 },
      async (context) => {
        const result = await runSoak({
          operations: MINUTES * 60 * 20,
          operationsPerSecond: 20,
          killEvery: 101,
          sampleEvery: Math.max(20, MINUTES * 10 + 1),
          seed: 1,
        });
        soaked = result;
        console.info(describeSoak(result));
        reportFigures(context, figuresOf(result));
        expect(result.violations).toEqual([]);
        expect(tooRare(result)).toEqual([]);
        expect(result.samples.length).toBeGreaterThanOrEqual(20);
        expect(notFlat(result).filter(({ key }) => key !== 'descriptors')).toEqual([]);
      },
    );

  if (IS_LONG)
    it('open no more descriptors than they had', (context) => {
      const isUntold = soaked?.samples.every(({ descriptors }) => descriptors === null) ?? false;
      context.skip(isUntold, 'This system does not say what a process has open: it has no /proc.');
      expect(soaked).toBeDefined();
      expect(soaked && notFlat(soaked).filter(({ key }) => key === 'descriptors')).toEqual([]);
    });
});

/** A soak in which next to nothing succeeds, dies or fails proves nothing: lists what was too rare, and how rare it was. */
function tooRare({ operations, kills, faults, outcomes }: SoakResult): string[] {
  const counts: Readonly<Record<string, number>> = { ...outcomes, kills, faults };
  return LEAST_SHARES.map(({ what, share }) => ({ what, share, happened: counts[what] ?? 0 }))
    .filter(({ share, happened }) => happened < Math.max(2, operations * share))
    .map(({ what, happened }) => `${what}: ${happened} in ${operations} operations`);
}

function notFlat({ samples }: SoakResult) {
  return SERIES.flatMap(({ key, mostRatio, noise, write }) => {
    const { early, late, isFlat } = trendOf({ values: valuesOf(samples, key), mostRatio, noise });
    return isFlat ? [] : [{ key, went: `from ${write(early)} to ${write(late)}` }];
  });
}

function valuesOf(samples: SoakResult['samples'], key: (typeof SERIES)[number]['key']): number[] {
  return samples.flatMap((sample) => sample[key] ?? []);
}

function figuresOf({ operations, kills, faults, samples }: SoakResult): Record<string, number> {
  return { operations, kills, faults, samples: samples.length };
}

function describeSoak({ operations, kills, faults, outcomes, samples, violations }: SoakResult): string {
  const trends = SERIES.map(({ key, write, ...bounds }) => {
    const values = valuesOf(samples, key);
    const { early, late } = trendOf({ values, ...bounds });
    return values.length === 0 ? `${key} not told` : `${key} ${write(early)} -> ${write(late)}`;
  });
  return (
    `Soak: ${operations} operations, ${kills} kills, ${faults} faults, ${violations.length} violations; ` +
    `${trends.join(', ')}; ${JSON.stringify(outcomes)}`
  );
}
