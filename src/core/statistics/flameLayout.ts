import { childListSteps } from '../layout/childLists.ts';
import type { DisplayTree } from '../layout/displayTree.ts';
import type { PathTree } from './pathTree.ts';
import { SPANS_PER_STEP, type Steps } from './steps.ts';

/**
 * Boxes in rows: each row's stand in order of x and do not overlap. Slots number the boxes row by row; row r has those at
 * `rowBegin[r] .. rowBegin[r + 1]`. x in nanoseconds, of time or of summed self time.
 */
export interface FlameLayout {
  readonly rowCount: number;
  readonly count: number;
  /** From 0 to the end of the last box. */
  readonly lengthNs: number;
  readonly rowBegin: Uint32Array;
  /** By slot: what the box stands for (a node of a path tree, or a span's index). */
  readonly item: Uint32Array;
  readonly begin: Float64Array;
  readonly end: Float64Array;
  /** By item: its slot. */
  readonly slotOf: Uint32Array;
}

/** Rows of spans in time order; spans that run at the same time go below each other as far as this. */
export const MOST_LANES = 400;

/**
 * The merged flame graph: a node's box is as wide as the self time in it and below, children side by side, the widest
 * first; what is left at the right is the node's own.
 */
export function* mergedFlame(paths: PathTree): Steps<FlameLayout> {
  const { count } = paths;
  const owner = new Uint32Array(count);
  const order = new Float64Array(count);
  for (let node = 0; node < count; node++) {
    if (node % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    owner[node] = paths.parent[node]! < 0 ? count : paths.parent[node]!;
    order[node] = -paths.weightNs[node]!;
  }
  const { begin: listBegin, children } = yield* childListSteps(count, owner, order);
  const item = new Uint32Array(count);
  const begin = new Float64Array(count);
  const end = new Float64Array(count);
  const slotOf = new Uint32Array(count);
  const rowBegin: number[] = [];
  let filled = 0;
  let lengthNs = 0;
  // Slot -1 is what all roots are below; the boxes below one row's are the next row.
  for (let slot = -1; slot < filled;) {
    const rowEnd = filled;
    rowBegin.push(rowEnd);
    for (; slot < rowEnd; slot++) {
      if (slot % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
      const parent = slot < 0 ? count : item[slot]!;
      let x = slot < 0 ? 0 : begin[slot]!;
      for (let at = listBegin[parent]!; at < listBegin[parent + 1]!; at++) {
        if (filled % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
        const node = children[at]!;
        slotOf[node] = filled;
        item[filled] = node;
        begin[filled] = x;
        x += paths.weightNs[node]!;
        end[filled++] = x;
      }
      if (slot < 0) lengthNs = x;
    }
  }
  const rows = new Uint32Array(rowBegin);
  return { rowCount: rows.length - 1, count, lengthNs, rowBegin: rows, item, begin, end, slotOf };
}

/**
 * Spans at their times: each in the first row below its parent's that is free from its start on, so that none hides
 * another. From row {@link MOST_LANES} on there is no more room: there only what is not covered by others is shown.
 */
export function* timeFlame(tree: DisplayTree): Steps<FlameLayout> {
  const { count, indexAt, parentAt } = tree;
  const startAt = new Float64Array(count);
  for (let position = 0; position < count; position++) {
    if (position % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    startAt[position] = tree.offsetNs[indexAt[position]!]!;
  }
  // By start, and parents before children: equal starts stay in preorder.
  const { children: byStart } = yield* childListSteps(count, new Uint32Array(count).fill(count), startAt);
  const laneOf = new Uint16Array(count);
  const laneEnd = new Float64Array(MOST_LANES).fill(-Infinity);
  const laneSize = new Uint32Array(MOST_LANES);
  const placed = new Uint8Array(count);
  const begins = new Float64Array(count);
  const ends = new Float64Array(count);
  let rowCount = 0;
  for (let at = 0; at < count; at++) {
    if (at % (SPANS_PER_STEP / 16) === 0) yield;
    const position = byStart[at]!;
    const parent = parentAt[position]!;
    const begin = startAt[position]!;
    // A child that starts before its parent is placed first: it stands in the top row then.
    let lane = parent < 0 || placed[parent] === 0 ? 0 : Math.min(laneOf[parent]! + 1, MOST_LANES - 1);
    while (lane < MOST_LANES - 1 && laneEnd[lane]! > begin) lane++;
    begins[position] = Math.max(begin, laneEnd[lane]!);
    ends[position] = Math.max(begins[position], begin + tree.durationNs[indexAt[position]!]!);
    laneEnd[lane] = ends[position]!;
    laneOf[position] = lane;
    placed[position] = 1;
    laneSize[lane]!++;
    if (lane >= rowCount) rowCount = lane + 1;
  }
  const rowBegin = new Uint32Array(rowCount + 1);
  for (let lane = 0; lane < rowCount; lane++) rowBegin[lane + 1] = rowBegin[lane]! + laneSize[lane]!;
  const next = rowBegin.slice();
  const item = new Uint32Array(count);
  const begin = new Float64Array(count);
  const end = new Float64Array(count);
  const slotOf = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    if (at % SPANS_PER_STEP === SPANS_PER_STEP - 1) yield;
    const position = byStart[at]!;
    const slot = next[laneOf[position]!]!++;
    item[slot] = indexAt[position]!;
    slotOf[indexAt[position]!] = slot;
    begin[slot] = begins[position]!;
    end[slot] = ends[position]!;
  }
  return { rowCount, count, lengthNs: tree.lengthNs, rowBegin, item, begin, end, slotOf };
}
