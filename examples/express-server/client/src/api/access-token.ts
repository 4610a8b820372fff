import { ref } from 'vue';

const STORAGE_KEY = 'channels.access-token';

/** What was typed, where the browser would not keep it. */
let typed: string | null = null;

/** Whether the page has to ask for the token, and whether the one it had was refused. */
export const tokenPrompt = ref<'closed' | 'missing' | 'refused'>('closed');

let waiting: Promise<void> | null = null;
let resolveWaiting: () => void = () => undefined;

/** Whether a text can be a token at all: a header carries no other characters. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** The token the server asks for, once somebody has given it. */
export function accessToken(): string | null {
  const token = typed ?? keptToken();
  return token !== null && isToken(token) ? token : null;
}

/** Has the page ask for the token; resolves once somebody has given it. However many calls wait, it asks once. */
export function askForToken(refused: string | null): Promise<void> {
  // Another call may have got a new one meanwhile.
  if (accessToken() !== refused) return Promise.resolve();
  waiting ??= new Promise((resolve) => {
    tokenPrompt.value = refused === null ? 'missing' : 'refused';
    resolveWaiting = resolve;
  });
  return waiting;
}

/** Keeps a token that somebody typed, and lets the calls that wait for it go on. */
export function giveToken(token: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, token);
    typed = null;
  } catch {
    typed = token;
  }
  tokenPrompt.value = 'closed';
  waiting = null;
  resolveWaiting();
}

function keptToken(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
