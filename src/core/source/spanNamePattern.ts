/**
 * A span name as written in code: static texts with something unknown between each two of them. One part is a plain
 * literal; `['model ', '']` is `` `model ${x}` ``.
 */
export type SpanNameParts = readonly string[];

/** Least number of letters and digits a pattern must fix; below that it matches names of anything. */
const MIN_STATIC = 3;

/** Whether a span of this name can come from the pattern. Linear in the name for each part. */
export function matchesSpanName(parts: SpanNameParts, name: string): boolean {
  const first = parts[0] ?? '';
  if (parts.length <= 1) return name === first;
  const last = parts[parts.length - 1] ?? '';
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (let i = 1; i < parts.length - 1; i++) {
    const part = parts[i] ?? '';
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Letters and digits the pattern fixes: how telling a match is. */
export function staticLength(parts: SpanNameParts): number {
  let count = 0;
  for (const part of parts) count += part.replace(/[^\p{L}\p{N}]/gu, '').length;
  return count;
}

/** Whether a pattern with unknown parts fixes enough text to be looked for at all. */
export function isTelling(parts: SpanNameParts): boolean {
  return staticLength(parts) >= MIN_STATIC;
}

/** The pattern as text, unknown parts as `…`. */
export function showParts(parts: SpanNameParts): string {
  return parts.join('…');
}
