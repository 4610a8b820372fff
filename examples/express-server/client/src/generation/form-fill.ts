import type { GenerateRequest } from '../api/channels.js';

/** One filling-in of the form: whatever happens to it, its key buys one number at most. */
export interface FormFill {
  readonly key: string;
  readonly request: GenerateRequest;
  /** Whether it was sent and its outcome is not known. */
  readonly isUnderWay: boolean;
  /** Whether it may have bought a number that no answer has told of; only an answer that knows the key ends the doubt. */
  readonly isInDoubt: boolean;
}

const STORAGE_KEY = 'channels.form-fill';

/** What this page saved last: all there is where the browser keeps nothing for it. */
let saved: string | null = null;

/** Reads the form fill of this tab, which survives a reload. */
export function loadFormFill(): FormFill | null {
  try {
    const value: unknown = JSON.parse(saved ?? sessionStorage.getItem(STORAGE_KEY) ?? 'null');
    return isStoredFill(value) ? { ...value, isInDoubt: value.isInDoubt ?? value.isUnderWay } : null;
  } catch {
    return null;
  }
}

/** Keeps the form fill, before anything is sent. */
export function saveFormFill(fill: FormFill): void {
  saved = JSON.stringify(fill);
  try {
    sessionStorage.setItem(STORAGE_KEY, saved);
  } catch {
    // Blocked or full: the fill then lasts until the page is reloaded.
  }
}

/** Forgets it: it has its number, or its key is of no more use. */
export function dropFormFill(): void {
  saved = null;
  try {
    sessionStorage.removeItem(STORAGE_KEY);
  } catch {
    // Blocked: there is nothing to remove.
  }
}

/** The key goes on while the form says the same; another form is another purchase. */
export function formFillFor(request: GenerateRequest): FormFill {
  const kept = loadFormFill();
  const isSame = kept !== null && JSON.stringify(kept.request) === JSON.stringify(request);
  return isSame
    ? { ...kept, isUnderWay: true }
    : { key: newKey(), request, isUnderWay: true, isInDoubt: false };
}

/** 128 random bits; `crypto.randomUUID` is missing on plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What the page saved; before it knew of doubt it left that out. */
type StoredFill = Omit<FormFill, 'isInDoubt'> & { readonly isInDoubt?: boolean };

function isStoredFill(value: unknown): value is StoredFill {
  if (typeof value !== 'object' || value === null) return false;
  const { key, request, isUnderWay, isInDoubt } = value as Partial<Record<keyof FormFill, unknown>>;
  return (
    typeof key === 'string' &&
    typeof request === 'object' &&
    request !== null &&
    typeof isUnderWay === 'boolean' &&
    (isInDoubt === undefined || typeof isInDoubt === 'boolean')
  );
}
