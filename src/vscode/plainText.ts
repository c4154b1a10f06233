import { visibleLine } from '../core/text/visibleText.ts';

/**
 * Span text for one line of a native surface (tree, status bar, quick pick, notification): unseen and bidi characters
 * visible, line breaks as spaces, `$(icon)` and `[link](…)` syntax (notifications know the latter) broken by a
 * zero-width space, at most `maxLength` characters.
 */
export function plainLine(text: string, maxLength = 200): string {
  const beginning = text.slice(0, maxLength + 1).replace(/\r\n?|\n/g, ' ');
  const safe = visibleLine(beginning).replaceAll('$(', '$\u200b(').replaceAll('](', ']\u200b(');
  return text.length > maxLength ? `${safe.slice(0, maxLength)}…` : safe;
}

/**
 * Span text as Markdown that shows exactly that text. Every character besides letters, digits and spaces is a character
 * reference: `MarkdownString.appendText` leaves addresses as they are, and the renderer makes links of them.
 */
export function markdownText(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
