/** A full answer, whatever it says. */
export interface TwilioAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Reads the body as a JSON object; `null` when it is anything else. */
export function readObject(answer: TwilioAnswer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(answer.body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Tells whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the vendor's own clock off its `Date` header; `null` without a readable one. */
export function vendorDateOf(answer: TwilioAnswer): Date | null {
  const epochMs = Date.parse(answer.headers['date'] ?? '');
  return Number.isNaN(epochMs) ? null : new Date(epochMs);
}
