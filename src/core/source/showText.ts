/** Span text fit to stand in a sentence: control and bidi characters gone, cut to 120 characters. */
export function showText(text: string): string {
  const clean = text.slice(0, 400).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD');
  // A surrogate pair is not cut in half.
  return clean.length > 120 ? `${clean.slice(0, 119).replace(/[\uD800-\uDBFF]$/, '')}…` : clean;
}
