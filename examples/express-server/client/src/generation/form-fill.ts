import type { GenerateRequest } from '../api/channels.js';

/** One filling-in of the form: whatever happens to it, its key buys one number at most. */
export interface FormFill {
  readonly key: string;
  readonly request: GenerateRequest;
  /** Whether it was sent and its outcome is not known. */
  readonly isUnderWay: boolean;
}

const STORAGE_KEY = 'channels.form-fill';

/** Reads the form fill of this tab, which survives a reload. */
export function loadFormFill(): FormFill | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null');
    return isFormFill(value) ? value : null;
  } catch {
    return null;
  }
}

/** Keeps the form fill, before anything is sent. */
export function saveFormFill(fill: FormFill): void {
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(fill));
}

/** Forgets it: it has its number, or its key is of no more use. */
export function dropFormFill(): void {
  sessionStorage.removeItem(STORAGE_KEY);
}

/** The key goes on while the form says the same; another form is another purchase. */
export function formFillFor(request: GenerateRequest): FormFill {
  const kept = loadFormFill();
  const isSame = kept !== null && JSON.stringify(kept.request) === JSON.stringify(request);
  return { key: isSame ? kept.key : newKey(), request, isUnderWay: true };
}

/** 128 random bits; `crypto.randomUUID` is missing on plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isFormFill(value: unknown): value is FormFill {
  if (typeof value !== 'object' || value === null) return false;
  const { key, request, isUnderWay } = value as Partial<Record<keyof FormFill, unknown>>;
  return (
    typeof key === 'string' &&
    typeof request === 'object' &&
    request !== null &&
    typeof isUnderWay === 'boolean'
  );
}
