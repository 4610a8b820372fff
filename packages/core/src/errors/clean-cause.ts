/** The most errors deep that a chain of causes is followed. */
const MAX_DEPTH = 8;

/**
 * Makes a copy of an error that is safe to log: name, message, stack, a `code` that is text or a number, and the cause,
 * cleaned likewise. Everything else on it is left behind (an HTTP client's error carries the whole request, its
 * Authorization header included), and `secrets` and what looks like a credential are blotted out of the texts.
 */
export function cleanCause(error: unknown, secrets: readonly string[] = []): Error {
  return clean(error, secrets, MAX_DEPTH);
}

function clean(error: unknown, secrets: readonly string[], depth: number): Error {
  if (!(error instanceof Error)) return new Error(blot(describe(error), secrets));
  const copy = new Error(blot(error.message, secrets));
  Object.defineProperty(copy, 'name', { value: blot(error.name, secrets), configurable: true });
  Object.defineProperty(copy, 'stack', { value: blot(error.stack ?? '', secrets), configurable: true });
  if ('code' in error && (typeof error.code === 'string' || typeof error.code === 'number')) {
    const code = typeof error.code === 'string' ? blot(error.code, secrets) : error.code;
    Object.defineProperty(copy, 'code', { value: code, enumerable: true });
  }
  if (error.cause !== undefined && depth > 0) {
    Object.defineProperty(copy, 'cause', { value: clean(error.cause, secrets, depth - 1) });
  }
  return copy;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? value : `a thrown ${value === null ? 'null' : typeof value}`;
}

function blot(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  return known
    .replace(/\b(Basic|Bearer)\s+[\w+/=.~-]{8,}/gi, '$1 [redacted]')
    .replace(/(\/\/)[^\s/@]*:[^\s/@]*@/g, '$1[redacted]@');
}
