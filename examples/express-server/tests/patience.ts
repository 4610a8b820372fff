/** How long a test waits for what is sure to come; a busy machine takes its time. */
export const patiently = { timeout: 20_000 };
