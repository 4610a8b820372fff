import { shallowRef } from 'vue';

const SHOWN_MS = 6_000;

/** What the app says in passing, read out by screen readers; `null` when it has nothing to say. */
export const notification = shallowRef<{ readonly text: string } | null>(null);

let timer: ReturnType<typeof setTimeout> | undefined;

/** Says something in passing. */
export function notify(text: string): void {
  clearTimeout(timer);
  notification.value = { text };
  timer = setTimeout(() => (notification.value = null), SHOWN_MS);
}
