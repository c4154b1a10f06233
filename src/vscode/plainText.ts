import { visibleLine } from '../core/text/visibleText.ts';

/**
 * Span text for one line of a native surface (tree, status bar, quick pick, notification): unseen and bidi characters
 * visible, line breaks as spaces, `$(icon)` syntax broken by a zero-width space, at most `maxLength` characters.
 */
export function plainLine(text: string, maxLength = 200): string {
  const beginning = text.slice(0, maxLength + 1).replace(/\r\n?|\n/g, ' ');
  const safe = visibleLine(beginning).replaceAll('$(', '$\u200b(');
  return text.length > maxLength ? `${safe.slice(0, maxLength)}…` : safe;
}
