import type { DisplayTree } from './displayTree.ts';

/** Most pairs a row carries; a bar is some hundred pixels wide, more would not be seen. */
export const MAX_SELF_SEGMENTS = 32;

/**
 * Appends to `out` the stretches `[begin, end)` (ns from the trace's start) of the span at `position` where no child
 * runs, ascending and apart, at most {@link MAX_SELF_SEGMENTS} pairs: of more, those with the smallest gaps between
 * them are joined. A span of no length has none. Linear in the span's children.
 */
export function selfSegments(tree: DisplayTree, position: number, out: number[]): void {
  const index = tree.indexAt[position]!;
  const begin = tree.offsetNs[index]!;
  const end = begin + tree.durationNs[index]!;
  const segments = new BoundedSegments();
  let coveredTo = begin;
  const past = position + tree.descendants[position]! + 1;
  for (let child = position + 1; child < past && coveredTo < end; child += tree.descendants[child]! + 1) {
    const childIndex = tree.indexAt[child]!;
    const from = tree.offsetNs[childIndex]!;
    const to = from + tree.durationNs[childIndex]!;
    // Children come by start: from here on all of them begin after the end.
    if (from >= end) break;
    if (to <= coveredTo) continue;
    if (from > coveredTo) segments.add(coveredTo, from);
    coveredTo = to;
  }
  if (coveredTo < end) segments.add(coveredTo, end);
  segments.appendTo(out);
}

/** Segments added by their begin; those that touch are one; past the limit the pair with the smallest gap becomes one. */
export class BoundedSegments {
  readonly #begins: number[] = [];
  readonly #ends: number[] = [];

  add(begin: number, end: number): void {
    const last = this.#ends.length - 1;
    if (last >= 0 && this.#ends[last]! >= begin) {
      this.#ends[last] = Math.max(this.#ends[last]!, end);
      return;
    }
    this.#begins.push(begin);
    this.#ends.push(end);
    if (this.#begins.length > MAX_SELF_SEGMENTS) this.#joinClosest();
  }

  appendTo(out: number[]): void {
    for (const [index, begin] of this.#begins.entries()) out.push(begin, this.#ends[index]!);
  }

  #joinClosest(): void {
    let closest = 1;
    let smallest = Number.POSITIVE_INFINITY;
    for (let index = 1; index < this.#begins.length; index++) {
      const gap = this.#begins[index]! - this.#ends[index - 1]!;
      if (gap < smallest) {
        smallest = gap;
        closest = index;
      }
    }
    this.#ends.splice(closest - 1, 1);
    this.#begins.splice(closest, 1);
  }
}
