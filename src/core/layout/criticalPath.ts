import { resized } from '../store/resized.ts';
import { SPAN_BIT } from '../store/storeReader.ts';
import { ListSorter } from './childLists.ts';
import type { DisplayTree } from './displayTree.ts';

/** A child may end this share of its parent's length, and this much, after it and still count as waited for. */
const LATE_SHARE = 0.01;
const LATE_NS = 1e6;
/** A child may overlap the next one by this share of its own length, and at most this, and still have held it up. */
const OVERLAP_SHARE = 0.01;
const OVERLAP_NS = 1e6;
/** Of so many children the next on the path is looked for one by one; more are put into buckets by their end. */
const FEW = 24;
const KIND_CONSUMER = 5;
const NOT_WAITED_FOR = -1;

/**
 * The spans that decided how long their root took: had one of them been shorter, the root could have ended earlier.
 * By position; the stretches of a path lie inside each other as the spans do.
 */
export interface CriticalPath {
  /** Until when (ns from the trace's start) the path runs through the span or below it; -1 when it does not. */
  readonly untilNs: Float64Array;
  /** From when; of a span that begins before the one above it, only from there. */
  readonly fromNs: Float64Array;
  /** Spans on a path. */
  readonly count: number;
}

/**
 * Finds the critical path of every root (the algorithm of CRISP, which Jaeger uses as well): walk back from the root's
 * end; time belongs to the child that finished last, is the span's own before that back to the end of the child that
 * finished last before this one began, and so on to the span's start; the same inside each child on the way.
 *
 * - A child that was running when the next one on the path began did not hold it up: only children that had ended count.
 *   What overlaps by a little (1 % of the child, at most 1 ms) counts as ended: a client's span often ends after what
 *   waited for its answer began.
 * - A child that outlives its parent was not waited for when it is of the same service, or consumes a message: it and what
 *   is below it are off the path. When it is of another service, or only a little late (1 % of the parent, 1 ms), clocks
 *   and network explain it, and it is cut at the parent's end.
 * - A span without an end is taken to run to the end of what it is in.
 * - Times are those shown, after clock skew was taken out.
 *
 * Linear in the children of the spans on the path but for buckets of many that end together; no recursion.
 */
export function criticalPath(tree: DisplayTree): CriticalPath {
  const untilNs = new Float64Array(tree.count).fill(NOT_WAITED_FOR);
  const fromNs = new Float64Array(tree.count);
  const walk = new PathWalk(tree, untilNs, fromNs);
  let count = 0;
  for (let root = 0; root < tree.count; root += tree.descendants[root]! + 1) count += walk.from(root);
  return { untilNs, fromNs, count };
}

/**
 * Appends to `out` the stretches `[begin, end)` where the path runs through the span itself, not through a child, and
 * answers their sum, ns. With `whole`, the one stretch where it runs through the span or anything below it.
 */
export function criticalStretches(
  tree: DisplayTree,
  path: CriticalPath,
  position: number,
  whole: boolean,
  out: (begin: number, end: number) => void,
): number {
  const { descendants } = tree;
  const end = path.untilNs[position]!;
  if (end < 0) return 0;
  let at = path.fromNs[position]!;
  let sum = 0;
  const add = (from: number, to: number): void => {
    if (to <= from) return;
    sum += to - from;
    out(from, to);
  };
  if (!whole) {
    const past = position + descendants[position]! + 1;
    for (let child = position + 1; child < past; child += descendants[child]! + 1) {
      const until = path.untilNs[child]!;
      if (until < 0) continue;
      // Children on the path come one after the other, by start.
      add(at, path.fromNs[child]!);
      at = until;
    }
  }
  add(at, end);
  return sum;
}

/** What of each span's own time lies on the critical path, ns, by position. */
export function criticalSelfNs(tree: DisplayTree): Float64Array {
  const path = criticalPath(tree);
  const selfNs = new Float64Array(tree.count);
  for (let position = 0; position < tree.count; position++) {
    selfNs[position] = criticalStretches(tree, path, position, false, nowhere);
  }
  return selfNs;
}

function nowhere(): void {
  // Only the sum is wanted.
}

class PathWalk {
  readonly #tree: DisplayTree;
  readonly #untilNs: Float64Array;
  readonly #fromNs: Float64Array;
  /** Spans whose children are still to be looked at. */
  readonly #stack: number[] = [];
  /** By position: when a child of the span being looked at ends, cut at its parent's. */
  readonly #endNs: Float64Array;
  #candidates = new Uint32Array(64);
  #buckets = new Uint32Array(0);
  #sorted = new Uint32Array(0);
  #found = 0;

  constructor(tree: DisplayTree, untilNs: Float64Array, fromNs: Float64Array) {
    this.#tree = tree;
    this.#untilNs = untilNs;
    this.#fromNs = fromNs;
    this.#endNs = new Float64Array(tree.count);
  }

  from(root: number): number {
    this.#found = 0;
    this.#take(root, -Infinity, this.#realEnd(root));
    for (let position = this.#stack.pop(); position !== undefined; position = this.#stack.pop()) this.#inside(position);
    return this.#found;
  }

  #startOf(position: number): number {
    return this.#tree.offsetNs[this.#tree.indexAt[position]!]!;
  }

  #realEnd(position: number): number {
    const { tree, index } = { tree: this.#tree, index: this.#tree.indexAt[position]! };
    if ((tree.bits[index]! & SPAN_BIT.unfinished) !== 0) return Math.max(tree.lengthNs, tree.offsetNs[index]!);
    return tree.offsetNs[index]! + tree.durationNs[index]!;
  }

  /** Answers from when the path runs there. */
  #take(position: number, begin: number, until: number): number {
    const from = Math.max(begin, this.#startOf(position));
    this.#untilNs[position] = until;
    this.#fromNs[position] = from;
    this.#found++;
    if (this.#tree.descendants[position] !== 0) this.#stack.push(position);
    return from;
  }

  #inside(parent: number): void {
    const until = this.#untilNs[parent]!;
    const count = this.#gather(parent, until);
    if (count === 0) return;
    if (count <= FEW) this.#pickFew(count, this.#fromNs[parent]!, until);
    else this.#pickMany(count, this.#fromNs[parent]!, until);
  }

  /** Children that were waited for, with their ends. */
  #gather(parent: number, until: number): number {
    const { descendants, bits, indexAt } = this.#tree;
    const begin = this.#fromNs[parent]!;
    const past = parent + descendants[parent]! + 1;
    const parentEnd = this.#realEnd(parent);
    const late = parentEnd + Math.max(LATE_NS, LATE_SHARE * (parentEnd - this.#startOf(parent)));
    let count = 0;
    for (let child = parent + 1; child < past; child += descendants[child]! + 1) {
      const start = this.#startOf(child);
      if (start >= until) break;
      const end = this.#realEnd(child);
      const isUnfinished = (bits[indexAt[child]!]! & SPAN_BIT.unfinished) !== 0;
      if (end > parentEnd && !isUnfinished && this.#isAsynchronous(parent, child, end, late)) continue;
      const cut = Math.min(end, until);
      // Of no length, or over before the span began.
      if (cut <= start || cut <= begin) continue;
      this.#endNs[child] = cut;
      if (count === this.#candidates.length) this.#candidates = resized(this.#candidates, count * 2);
      this.#candidates[count++] = child;
    }
    this.#endBeforeNext(count);
    return count;
  }

  /** A child that overlaps a later one by a little is taken to end where that one begins. */
  #endBeforeNext(count: number): void {
    for (let at = 0; at < count - 1; at++) {
      const child = this.#candidates[at]!;
      const end = this.#endNs[child]!;
      const least = end - Math.min(OVERLAP_NS, OVERLAP_SHARE * (end - this.#startOf(child)));
      const next = this.#firstFrom(at + 1, count, least);
      if (next < count) this.#endNs[child] = Math.min(end, this.#startOf(this.#candidates[next]!));
    }
  }

  /** The first candidate from `from` on that begins at `time` or later; they are in the order of their starts. */
  #firstFrom(from: number, count: number, time: number): number {
    let [low, step] = [from, 1];
    // Most often it is one of the next: what goes on for long is looked for in steps that double.
    while (low + step <= count && this.#startOf(this.#candidates[low + step - 1]!) < time) {
      low += step;
      step *= 2;
    }
    let high = Math.min(count, low + step);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#startOf(this.#candidates[middle]!) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isAsynchronous(parent: number, child: number, end: number, late: number): boolean {
    const { service, kind, indexAt } = this.#tree;
    if (kind[indexAt[child]!] === KIND_CONSUMER) return true;
    return end > late && service[indexAt[child]!] === service[indexAt[parent]!];
  }

  #pickFew(count: number, begin: number, until: number): void {
    let time = until;
    // Every round ends earlier than the one before: a child on the path has a length.
    while (time > begin) {
      let last = -1;
      for (let at = 0; at < count; at++) {
        const child = this.#candidates[at]!;
        if (this.#endNs[child]! <= time && (last < 0 || this.#endsLater(child, last))) last = child;
      }
      if (last < 0) return;
      time = this.#take(last, begin, this.#endNs[last]!);
    }
  }

  /** The one that really ends later, of children cut at the same time; else the one that began first. */
  #endsLater(a: number, b: number): boolean {
    if (this.#endNs[a] !== this.#endNs[b]) return this.#endNs[a]! > this.#endNs[b]!;
    const [endA, endB] = [this.#realEnd(a), this.#realEnd(b)];
    // Positions of siblings are in the order of their starts.
    return endA !== endB ? endA > endB : a < b;
  }

  /**
   * The same with children in buckets by their end, as many as children. Only buckets on the way are looked into, and one
   * that holds many is put in order.
   */
  #pickMany(count: number, begin: number, until: number): void {
    if (this.#sorted.length < count) {
      this.#sorted = new Uint32Array(count);
      this.#buckets = new Uint32Array(count + 2);
    }
    const sorted = this.#sorted;
    const buckets = this.#buckets.fill(0, 0, count + 2);
    const perNs = count / (until - begin);
    const bucketOf = (time: number): number => Math.min(count - 1, Math.max(0, Math.floor((time - begin) * perNs)));
    for (let at = 0; at < count; at++) buckets[bucketOf(this.#endNs[this.#candidates[at]!]!) + 2]!++;
    for (let bucket = 2; bucket < count + 2; bucket++) buckets[bucket]! += buckets[bucket - 1]!;
    for (let at = 0; at < count; at++) {
      const child = this.#candidates[at]!;
      sorted[buckets[bucketOf(this.#endNs[child]!) + 1]!++] = child;
    }
    const sorter = new ListSorter(sorted, this.#endNs);
    let time = until;
    let bucket = bucketOf(time);
    let isOpened = false;
    let at = 0;
    while (bucket >= 0 && time > begin) {
      const from = buckets[bucket]!;
      if (!isOpened) {
        at = buckets[bucket + 1]! - 1;
        if (at > from) sorter.sort(from, at + 1);
        isOpened = true;
      }
      while (at >= from && this.#endNs[sorted[at]!]! > time) at--;
      if (at < from) {
        bucket--;
        isOpened = false;
        continue;
      }
      // Of those that end at the same time, as with few.
      let last = sorted[at]!;
      for (at--; at >= from && this.#endNs[sorted[at]!] === this.#endNs[last]; at--) {
        if (this.#endsLater(sorted[at]!, last)) last = sorted[at]!;
      }
      time = this.#take(last, begin, this.#endNs[last]!);
    }
  }
}
