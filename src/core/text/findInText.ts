import type { Steps } from '../statistics/steps.ts';

/** UTF-16 units looked through between two yields. */
const STEP_UNITS = 512 * 1024;

/**
 * Where a text is in another, without overlaps, ascending; told to `onFound` one by one. Letters are compared by simple
 * case folding unless `matchCase`. Time is linear in the text: `wanted` is never read as an expression.
 */
export function* findInText(
  text: string,
  wanted: string,
  matchCase: boolean,
  onFound: (start: number) => void,
): Steps<void> {
  if (wanted === '') return;
  const expression = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), matchCase ? 'gu' : 'giu');
  // A match that begins in one piece may end in the next.
  const overlap = 2 * wanted.length;
  let from = 0;
  for (let piece = 0; piece < text.length || piece === 0; piece += STEP_UNITS) {
    const end = Math.min(piece + STEP_UNITS, text.length);
    const part = text.slice(piece, Math.min(end + overlap, text.length));
    expression.lastIndex = Math.max(0, from - piece);
    for (let match = expression.exec(part); match !== null; match = expression.exec(part)) {
      const start = piece + match.index;
      if (start >= end) break;
      onFound(start);
      from = start + match[0].length;
    }
    yield;
  }
}
