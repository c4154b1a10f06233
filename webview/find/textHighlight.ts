import type { FindQuery } from '../../src/protocol/findApi.ts';

/** Names of CSS highlights, see find.css. */
const HIGHLIGHT = 'spanline-find';
/** Texts looked at on the page, and ranges marked; more is not read by anybody. */
const MOST_TEXTS = 2000;
const MOST_RANGES = 5000;
/** Longer texts are marked up to here. */
const MOST_CHARACTERS = 200_000;

/** Where `query` is in a text; expressions are matched by the engine only, whose time is linear. */
export function rangesIn(text: string, query: FindQuery): readonly (readonly [number, number])[] {
  if (query.text === '' || query.regex) return [];
  // Literal text: nothing in it can take long.
  const expression = new RegExp(query.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), query.matchCase ? 'gu' : 'giu');
  const ranges: (readonly [number, number])[] = [];
  for (const match of text.slice(0, MOST_CHARACTERS).matchAll(expression)) {
    const [start, end] = [match.index, match.index + match[0].length];
    if (query.wholeWord && (isWithin(text, start) || isWithin(text, end))) continue;
    ranges.push([start, end]);
    if (ranges.length >= MOST_RANGES) break;
  }
  return ranges;
}

/** Letters, digits or underscores on both sides of a place. */
function isWithin(text: string, at: number): boolean {
  return /[\p{L}\p{N}_]/u.test(text[at - 1] ?? '') && /[\p{L}\p{N}_]/u.test(text[at] ?? '');
}

/** Marks what is looked for in the texts of the elements, without touching them; replaces what was marked before. */
export function highlightText(roots: Iterable<Element>, query: FindQuery): void {
  const ranges: Range[] = [];
  let left = MOST_TEXTS;
  for (const root of roots) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null && left > 0; node = walker.nextNode(), left--) {
      for (const [start, end] of rangesIn(node.nodeValue ?? '', query)) {
        if (ranges.length >= MOST_RANGES) break;
        const range = new Range();
        range.setStart(node, start);
        range.setEnd(node, end);
        ranges.push(range);
      }
    }
  }
  if (ranges.length === 0) CSS.highlights.delete(HIGHLIGHT);
  else CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges));
}

export function clearHighlights(): void {
  CSS.highlights.delete(HIGHLIGHT);
}
