type Value = string | number | boolean | null | undefined;

/**
 * Writes parameters as the SDK's default HTTP client does: RFC 3986 (a space is `%20`, a plus `%2B`), arrays repeated,
 * keys in the order given, `undefined` left out.
 */
export function encodeForm(parameters: object): string {
  return Object.entries(parameters as Record<string, Value | Value[]>)
    .flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value])
        .filter((single) => single !== undefined)
        .map((single) => `${encode(key)}=${encode(String(single ?? ''))}`),
    )
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
