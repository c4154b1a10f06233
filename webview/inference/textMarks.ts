/** Names of CSS highlights, see modelCall.css. */
const FOUND = 'spanline-call-find';
const CURRENT = 'spanline-call-current';

/** Ranges of every text that is drawn; highlights of a page are one set. */
const drawn = new Map<object, { readonly found: readonly Range[]; readonly current: Range | undefined }>();

function publish(): void {
  const found = [...drawn.values()].flatMap((each) => each.found);
  const current = [...drawn.values()].flatMap((each) => (each.current ? [each.current] : []));
  for (const [name, ranges] of [
    [FOUND, found],
    [CURRENT, current],
  ] as const) {
    if (ranges.length === 0) CSS.highlights.delete(name);
    else CSS.highlights.set(name, new Highlight(...ranges));
  }
}

/** Marks ranges on behalf of `owner`, in place of those it had; without ranges none. */
export function markRanges(owner: object, found: readonly Range[], current: Range | undefined): void {
  if (found.length === 0 && !current) drawn.delete(owner);
  else drawn.set(owner, { found, current });
  publish();
}

/** The range `[start, end)` of a text node, inside its bounds. */
export function rangeOf(node: Node, start: number, end: number): Range {
  const length = node.nodeValue?.length ?? 0;
  const range = new Range();
  range.setStart(node, Math.min(start, length));
  range.setEnd(node, Math.min(end, length));
  return range;
}
