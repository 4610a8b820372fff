const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Makes the tag that is written on a number, its `FriendlyName` at Twilio: at most 64 characters with a namespace of at most 27. */
export function formatReferenceTag(namespace: string, reference: string): string {
  return `${namespace}/${reference}`;
}

/** Reads the reference from a tag; `null` unless it is exactly one this namespace writes. */
export function parseReferenceTag(namespace: string, tag: unknown): string | null {
  if (typeof tag !== 'string' || !tag.startsWith(`${namespace}/`)) return null;
  const reference = tag.slice(namespace.length + 1);
  return UUID.test(reference) ? reference : null;
}
