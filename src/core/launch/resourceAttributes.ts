/**
 * A value of `OTEL_RESOURCE_ATTRIBUTES` (W3C Baggage: `key=value,key=value`, values percent-encoded) with attributes put
 * in place of those of the same key; an empty value takes the key out. What cannot be read of it stays as it is.
 */
export function withResourceAttributes(text: string, attributes: Readonly<Record<string, string>>): string {
  const kept = text.split(',').filter((pair) => {
    const key = pair.split('=', 1)[0]?.trim() ?? '';
    return pair.trim() !== '' && !Object.hasOwn(attributes, key);
  });
  const added = Object.entries(attributes)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return [...kept, ...added].join(',');
}
