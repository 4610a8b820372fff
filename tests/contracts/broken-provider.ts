import { ProviderError, type ProviderErrorCode, type ProviderOutcome } from '@channelkit/core';
import type { ProviderChange } from './mock-subject.js';

/** A provider that breaks one promise, and the case of the kit that must say so. */
export interface BrokenProvider {
  /** What it does wrong, in the present tense. */
  readonly breaks: string;
  /** The name of a case that rejects it. */
  readonly caughtBy: string;
  readonly change: ProviderChange;
}

/** Makes a well-formed error. */
export function failure(code: ProviderErrorCode, outcome: ProviderOutcome): ProviderError {
  return new ProviderError({ code, outcome, message: 'broken on purpose' });
}

/** Throws, where a statement cannot stand. */
export function fail(error: unknown): never {
  throw error;
}

/** Tells whether an error is a provider's, with that code and that outcome. */
export function has(error: unknown, expected: Partial<Pick<ProviderError, 'code' | 'outcome'>>): boolean {
  return (
    ProviderError.isInstance(error) &&
    (expected.code ?? error.code) === error.code &&
    (expected.outcome ?? error.outcome) === error.outcome
  );
}

/** Copies options without one of them. */
export function without<Options extends object>(options: Options | undefined, key: keyof Options): Options {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([name]) => name !== key)) as Options;
}
