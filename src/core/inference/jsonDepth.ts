/**
 * Walks the brackets of a text as JSON has them, strings passed over. `visit` is told the depth behind each bracket and may end
 * the walk by true. Answers the depth where it ended.
 */
export function walkBrackets(text: string, visit: (depth: number) => boolean): number {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x5b || c === 0x7b) {
      if (visit(++depth)) return depth;
    } else if (c === 0x5d || c === 0x7d) {
      if (visit(--depth)) return depth;
    }
  }
  return depth;
}
