/** Writes a moment as the API does in `date_created`: RFC 2822, UTC, whole seconds (`Thu, 30 Jul 2015 23:19:04 +0000`). */
export function formatTwilioDate(epochMs: number): string {
  return new Date(epochMs).toUTCString().replace('GMT', '+0000');
}
