import type { TraceId } from '../model/ids.ts';
import { nanos } from '../model/time.ts';
import type { Nanos } from '../model/time.ts';
import type { TraceColumns } from '../store/storeReader.ts';
import { childLists, type ChildLists } from './childLists.ts';
import { clockSkew } from './clockSkew.ts';
import { linkParents, type Orphans } from './parentLinks.ts';

/** What layout found out about a span, or-ed in {@link DisplayTree.marks}. */
export const TREE_MARK = {
  /** Its parent is named but not here. */
  orphan: 1,
  /** The parent it names is one of its descendants, or itself: the cycle was cut above it. */
  cycle: 2,
  /** Its service's clock is behind its caller's: it is shown later than its sender said. */
  skewed: 4,
} as const;

/**
 * One revision of a trace as a forest in preorder. Two numberings: a span's *index* is its place in the columns (order
 * of arrival); its *position* is its place in preorder, children by start. Owns all its arrays, so it stays valid when
 * the store changes; 66 bytes a span.
 */
export interface DisplayTree {
  readonly traceId: TraceId;
  readonly revision: number;
  readonly count: number;
  /** Earliest start shown; offsets count from here. */
  readonly start: Nanos;
  /** From `start` to the latest end shown, nanoseconds. */
  readonly lengthNs: number;

  /** By index, copied from the columns. */
  readonly handle: Uint32Array;
  readonly idHi: Uint32Array;
  readonly idLo: Uint32Array;
  readonly offsetNs: Float64Array;
  readonly durationNs: Float64Array;
  readonly status: Uint8Array;
  readonly kind: Uint8Array;
  readonly service: Uint16Array;
  readonly bits: Uint16Array;
  /** By index: {@link TREE_MARK}s. */
  readonly marks: Uint8Array;
  /** By index, see `TraceColumns.alike`. */
  readonly alike: Uint32Array;
  readonly alikeCount: number;
  readonly orphans: Orphans;
  readonly services: readonly string[];
  /** By index: nanoseconds by which a span is shown later than sent; undefined when no clock is behind. */
  readonly skewNs: Float64Array | undefined;

  /** Position → index, and back. */
  readonly indexAt: Uint32Array;
  readonly positionOf: Uint32Array;
  /** By position: the parent's position, or -1 for a root, orphan or cut cycle. */
  readonly parentAt: Int32Array;
  /** By position: 0 for roots. */
  readonly depth: Uint32Array;
  /** By position: spans below, so that `position + descendants + 1` is the next one not below. */
  readonly descendants: Uint32Array;
  /** By position: duration without the stretches where at least one child runs, in `[0, duration]`. */
  readonly selfNs: Float64Array;

  readonly maxDepth: number;
  readonly cycleCount: number;
  readonly skewedCount: number;
}

/**
 * Lays a trace out: every span of `columns` has exactly one position, whatever its parent says. Parents that are not
 * here make orphans, which are roots; each cycle of parents is cut above its earliest span (the lowest id of several).
 * Linear but for ordering children, which is O(n log n); no recursion. `seed` guards the id lookup against made-up ids.
 */
export function buildDisplayTree(columns: TraceColumns, seed: number): DisplayTree {
  const count = columns.count;
  const { parent, orphans } = linkParents(columns, seed);
  const marks = new Uint8Array(count);
  for (const index of orphans.index) marks[index] = TREE_MARK.orphan;
  let cycleCount = 0;
  let lists = childLists(count, parent, columns.offsetNs);
  const order = new Preorder(count);
  if (order.walk(lists) < count) {
    cycleCount = cutCycles(columns, parent, marks, order.positionOf);
    lists = childLists(count, parent, columns.offsetNs);
    order.walk(lists);
  }
  const offsetNs = columns.offsetNs.slice(0, count);
  const durationNs = columns.durationNs.slice(0, count);
  const skewNs = clockSkew(columns, order);
  let start = columns.start;
  let skewedCount = 0;
  if (skewNs !== undefined) {
    skewedCount = shift(offsetNs, skewNs, marks);
    start = rebase(offsetNs, start);
    order.walk(childLists(count, parent, offsetNs));
  }
  const { descendants, selfNs, maxDepth } = measure(order, offsetNs, durationNs);
  return {
    traceId: columns.traceId,
    revision: columns.revision,
    count,
    start,
    lengthNs: lengthOf(offsetNs, durationNs),
    handle: columns.handle.slice(0, count),
    idHi: columns.idHi.slice(0, count),
    idLo: columns.idLo.slice(0, count),
    offsetNs,
    durationNs,
    status: columns.status.slice(0, count),
    kind: columns.kind.slice(0, count),
    service: columns.service.slice(0, count),
    bits: columns.bits.slice(0, count),
    marks,
    alike: columns.alike.slice(0, count),
    alikeCount: columns.alikeCount,
    orphans,
    services: [...columns.services],
    skewNs,
    indexAt: order.indexAt,
    positionOf: order.positionOf,
    parentAt: order.parentAt,
    depth: order.depth,
    descendants,
    selfNs,
    maxDepth,
    cycleCount,
    skewedCount,
  };
}

/** Moves the spans and marks those that moved; answers how many. */
function shift(offsetNs: Float64Array, skewNs: Float64Array, marks: Uint8Array): number {
  let moved = 0;
  for (let index = 0; index < skewNs.length; index++) {
    if (skewNs[index] === 0) continue;
    offsetNs[index]! += skewNs[index]!;
    marks[index]! |= TREE_MARK.skewed;
    moved++;
  }
  return moved;
}

/** Makes the offsets count from the earliest; answers the start they count from then. */
function rebase(offsetNs: Float64Array, start: Nanos): Nanos {
  let earliest = Infinity;
  for (const offset of offsetNs) if (offset < earliest) earliest = offset;
  if (earliest <= 0 || earliest === Infinity) return start;
  // Whole nanoseconds, so that adding the offset to the start gives the time again.
  const by = Math.floor(earliest);
  for (let index = 0; index < offsetNs.length; index++) offsetNs[index]! -= by;
  return nanos(start + BigInt(by));
}

function lengthOf(offsetNs: Float64Array, durationNs: Float64Array): number {
  let end = 0;
  for (let index = 0; index < offsetNs.length; index++) end = Math.max(end, offsetNs[index]! + durationNs[index]!);
  return end;
}

/** Preorder by an explicit stack; numbers in columns. Positions count from 1 while walking: 0 is "not reached". */
class Preorder {
  readonly count: number;
  readonly indexAt: Uint32Array;
  /** 0-based after a walk that reached every span. */
  readonly positionOf: Uint32Array;
  readonly parentAt: Int32Array;
  readonly depth: Uint32Array;

  constructor(count: number) {
    this.count = count;
    this.indexAt = new Uint32Array(count);
    this.positionOf = new Uint32Array(count);
    this.parentAt = new Int32Array(count);
    this.depth = new Uint32Array(count);
  }

  /**
   * Numbers all spans that hang under roots; answers how many. When some do not (they hang on cycles), `positionOf` is
   * left 1-based with 0 for those; walk again once they were cut.
   */
  walk(lists: ChildLists): number {
    const { count, indexAt, positionOf, parentAt, depth } = this;
    const { begin, children } = lists;
    positionOf.fill(0);
    // Next child to visit, and past the last one, of each span on the way down.
    const next = begin.slice(0, count + 1);
    let position = 0;
    let owner = count;
    let ownerPosition = -1;
    for (;;) {
      const at = next[owner]!;
      if (at < begin[owner + 1]!) {
        next[owner] = at + 1;
        const child = children[at]!;
        indexAt[position] = child;
        positionOf[child] = position + 1;
        parentAt[position] = ownerPosition;
        depth[position] = ownerPosition < 0 ? 0 : depth[ownerPosition]! + 1;
        if (begin[child]! < begin[child + 1]!) {
          owner = child;
          ownerPosition = position;
        }
        position++;
      } else if (ownerPosition < 0) {
        break;
      } else {
        ownerPosition = parentAt[ownerPosition]!;
        owner = ownerPosition < 0 ? count : indexAt[ownerPosition]!;
      }
    }
    if (position === count) for (let index = 0; index < count; index++) positionOf[index]!--;
    return position;
  }
}

/** Makes a root of one span of every cycle; answers how many. `reached[i]` is 0 for the spans that hang on cycles. */
function cutCycles(columns: TraceColumns, parent: Uint32Array, marks: Uint8Array, reached: Uint32Array): number {
  const { count } = columns;
  let cuts = 0;
  // Which walk passed here; walks never cross a span twice, so all of them together are linear.
  const passedBy = new Uint32Array(count);
  for (let first = 0; first < count; first++) {
    if (reached[first] !== 0 || passedBy[first] !== 0) continue;
    let at = first;
    while (at !== count && passedBy[at] === 0) {
      passedBy[at] = first + 1;
      at = parent[at]!;
    }
    if (at === count || passedBy[at] !== first + 1) continue;
    const cut = earliestOfCycle(columns, parent, at);
    parent[cut] = count;
    marks[cut]! |= TREE_MARK.cycle;
    cuts++;
  }
  return cuts;
}

function earliestOfCycle(columns: TraceColumns, parent: Uint32Array, member: number): number {
  let best = member;
  for (let at = parent[member]!; at !== member; at = parent[at]!) {
    if (isEarlier(columns, at, best)) best = at;
  }
  return best;
}

function isEarlier({ offsetNs, idHi, idLo }: TraceColumns, a: number, b: number): boolean {
  if (offsetNs[a] !== offsetNs[b]) return offsetNs[a]! < offsetNs[b]!;
  return idHi[a] === idHi[b] ? idLo[a]! < idLo[b]! : idHi[a]! < idHi[b]!;
}

function measure(
  order: Preorder,
  offsetNs: Float64Array,
  durationNs: Float64Array,
): { descendants: Uint32Array; selfNs: Float64Array; maxDepth: number } {
  const { count, indexAt, parentAt, depth } = order;
  const descendants = new Uint32Array(count);
  const selfNs = new Float64Array(count);
  // Per span: up to where its children were accounted for. Children come by start, so one sweep sees their union.
  const coveredTo = new Float64Array(count);
  const endNs = new Float64Array(count);
  let maxDepth = 0;
  for (let position = 0; position < count; position++) {
    const index = indexAt[position]!;
    const begin = offsetNs[index]!;
    const end = begin + durationNs[index]!;
    coveredTo[position] = begin;
    endNs[position] = end;
    selfNs[position] = durationNs[index]!;
    if (depth[position]! > maxDepth) maxDepth = depth[position]!;
    const parent = parentAt[position]!;
    if (parent < 0) continue;
    const from = Math.max(begin, coveredTo[parent]!);
    const to = Math.min(end, endNs[parent]!);
    if (to > from) {
      selfNs[parent]! -= to - from;
      coveredTo[parent] = to;
    }
  }
  for (let position = count - 1; position > 0; position--) {
    const parent = parentAt[position]!;
    if (parent >= 0) descendants[parent]! += descendants[position]! + 1;
    // Sums of floats beyond 2^53 ns may miss zero by a few.
    if (selfNs[position]! < 0) selfNs[position] = 0;
  }
  if (count > 0 && selfNs[0]! < 0) selfNs[0] = 0;
  return { descendants, selfNs, maxDepth };
}
