/** Control characters, bidi controls, zero-width characters and line separators, shown as their code point. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function shown(character: string): string {
  if (character === '\n' || character === '\r' || character === '\t') return ' ';
  return `‹U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`;
}

/**
 * Span text for one line of a native surface (tree, status bar, quick pick, notification): control and bidi characters
 * visible, `$(icon)` syntax broken by a zero-width space, at most `maxLength` characters.
 */
export function plainLine(text: string, maxLength = 200): string {
  const safe = text
    .slice(0, maxLength + 1)
    .replace(UNSAFE, shown)
    .replaceAll('$(', '$\u200b(');
  return safe.length > maxLength ? `${safe.slice(0, maxLength)}…` : safe;
}
