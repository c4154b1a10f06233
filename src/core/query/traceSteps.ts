import { TREE_MARK } from '../layout/displayTree.ts';
import type { DisplayTree } from '../layout/displayTree.ts';
import type { FilterStep } from './filterStep.ts';
import type { SpanBatch, TraceFacts } from './spanBatch.ts';

/** Spans of one trace asked before it is seen whether one fits. */
const STRETCH = 16_384;
const NO = 1;
const YES = 2;

/** Number of the trace that entry `at` belongs to. */
export function traceAt({ begin }: SpanBatch, at: number): number {
  let low = 0;
  let high = begin.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (begin[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Calls `visit` with each trace that has an entry in `from .. to` left in the mask. */
function* tracesLeft(
  batch: SpanBatch,
  mask: Uint8Array,
  from: number,
  to: number,
): Generator<{ readonly trace: number; readonly from: number; readonly to: number }> {
  const { begin } = batch;
  for (let trace = traceAt(batch, from); trace < begin.length - 1 && begin[trace]! < to; trace++) {
    const first = Math.max(from, begin[trace]!);
    const past = Math.min(to, begin[trace + 1]!);
    for (let at = first; at < past; at++) {
      if (mask[at] === 0) continue;
      yield { trace, from: first, to: past };
      break;
    }
  }
}

/** What holds of the trace as a whole; each is asked once. */
abstract class WholeTraceStep implements FilterStep {
  abstract readonly cost: number;

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    let known = batch.known.get(this);
    if (known === undefined) {
      known = new Uint8Array(batch.begin.length - 1);
      batch.known.set(this, known);
    }
    const asked: number[] = [];
    for (const { trace } of tracesLeft(batch, mask, from, to)) if (known[trace] === 0) asked.push(trace);
    if (asked.length > 0) yield* this.decide(batch, asked, known);
    for (const left of tracesLeft(batch, mask, from, to)) {
      if (known[left.trace] !== YES) mask.fill(0, left.from, left.to);
    }
  }

  /** Sets `known` of each trace in `traces` to {@link NO} or {@link YES}. */
  protected abstract decide(batch: SpanBatch, traces: readonly number[], known: Uint8Array): Generator<undefined, void>;
}

/** Duration, counts, id and name of the trace. */
export class FactStep extends WholeTraceStep {
  readonly cost = 1;
  readonly #fits: (facts: TraceFacts) => boolean;

  constructor(fits: (facts: TraceFacts) => boolean) {
    super();
    this.#fits = fits;
  }

  protected *decide(batch: SpanBatch, traces: readonly number[], known: Uint8Array): Generator<undefined, void> {
    yield;
    for (const trace of traces) known[trace] = this.#fits(batch.facts(trace)) ? YES : NO;
  }
}

/** `any`, `none`, `all`: how many spans of the trace fit. */
export class QuantifierStep extends WholeTraceStep {
  readonly cost: number;
  readonly #part: FilterStep;
  readonly #scope: 'any' | 'none' | 'all';

  /** @param part For `all`: what no span may fit, so the opposite of what is asked. */
  constructor(scope: 'any' | 'none' | 'all', part: FilterStep) {
    super();
    this.#scope = scope;
    this.#part = part;
    this.cost = part.cost * 4;
  }

  protected *decide(batch: SpanBatch, traces: readonly number[], known: Uint8Array): Generator<undefined, void> {
    const mask = new Uint8Array(batch.count);
    const found = this.#scope === 'any' ? YES : NO;
    const missed = this.#scope === 'any' ? NO : YES;
    // Neighbours are asked in one go; a long trace in stretches, until one fits.
    for (let first = 0; first < traces.length;) {
      let last = first;
      while (last + 1 < traces.length && traces[last + 1] === traces[last]! + 1) last++;
      const from = batch.begin[traces[first]!]!;
      const to = batch.begin[traces[last]! + 1]!;
      for (let at = from; at < to; at += STRETCH) {
        const stop = first === last ? Math.min(to, at + STRETCH) : to;
        mask.fill(1, at, stop);
        yield* this.#part.narrow(batch, mask, at, stop);
        if (first !== last || mask.subarray(at, stop).includes(1)) break;
      }
      for (let place = first; place <= last; place++) {
        const trace = traces[place]!;
        const has = mask.subarray(batch.begin[trace], batch.begin[trace + 1]).includes(1);
        known[trace] = has ? found : missed;
      }
      mask.fill(0, from, to);
      first = last + 1;
    }
  }
}

/** The trace's root. */
export class RootStep extends WholeTraceStep {
  readonly cost: number;
  readonly #part: FilterStep;

  constructor(part: FilterStep) {
    super();
    this.#part = part;
    this.cost = part.cost;
  }

  protected *decide(batch: SpanBatch, traces: readonly number[], known: Uint8Array): Generator<undefined, void> {
    const mask = new Uint8Array(batch.count);
    let from = batch.count;
    let to = 0;
    for (const trace of traces) {
      const root = batch.rootOf(trace);
      if (root < 0) continue;
      mask[root] = 1;
      from = Math.min(from, root);
      to = Math.max(to, root + 1);
    }
    if (from < to) yield* this.#part.narrow(batch, mask, from, to);
    for (const trace of traces) {
      const root = batch.rootOf(trace);
      known[trace] = root >= 0 && mask[root] === 1 ? YES : NO;
    }
  }
}

/** The span's parent. */
export class ParentStep implements FilterStep {
  readonly cost: number;
  readonly #part: FilterStep;

  constructor(part: FilterStep) {
    this.#part = part;
    this.cost = 5 + part.cost;
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    const asked = new Uint8Array(batch.count);
    const parents = new Int32Array(to - from).fill(-1);
    for (let at = from; at < to; at++) {
      if (mask[at] === 0) continue;
      const parent = batch.parentOf(at);
      parents[at - from] = parent;
      if (parent >= 0) asked[parent] = 1;
    }
    yield* this.#part.narrow(batch, asked, 0, batch.count);
    for (let at = from; at < to; at++) {
      const parent = parents[at - from]!;
      if (mask[at] === 1 && (parent < 0 || asked[parent] === 0)) mask[at] = 0;
    }
  }
}

/** One of the span's children. */
export class ChildStep implements FilterStep {
  readonly cost: number;
  readonly #part: FilterStep;

  constructor(part: FilterStep) {
    this.#part = part;
    this.cost = 10 + part.cost * 4;
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    let parents = batch.known.get(this);
    if (parents === undefined) {
      const asked = new Uint8Array(batch.count).fill(1);
      yield* this.#part.narrow(batch, asked, 0, batch.count);
      parents = new Uint8Array(batch.count);
      for (let at = 0; at < batch.count; at++) {
        if (asked[at] === 0) continue;
        const parent = batch.parentOf(at);
        if (parent >= 0) parents[parent] = 1;
      }
      batch.known.set(this, parents);
    }
    for (let at = from; at < to; at++) if (parents[at] === 0) mask[at] = 0;
  }
}

/** What only the laid out trace knows of a span: depth, self time, start, children. */
export class TreeStep implements FilterStep {
  readonly cost = 15;
  readonly #fits: (tree: DisplayTree, index: number) => boolean;

  constructor(fits: (tree: DisplayTree, index: number) => boolean) {
    this.#fits = fits;
  }

  *narrow(batch: SpanBatch, mask: Uint8Array, from: number, to: number): Generator<undefined, void> {
    for (const left of tracesLeft(batch, mask, from, to)) {
      const tree = batch.treeOf(left.trace);
      const begin = batch.begin[left.trace]!;
      for (let at = left.from; at < left.to; at++) {
        if (mask[at] === 1 && !(at - begin < tree.count && this.#fits(tree, at - begin))) mask[at] = 0;
      }
      yield;
    }
  }
}

/** Index of a tree's root: the earliest that is neither an orphan nor a cut cycle, else the earliest. */
export function rootIndex(tree: DisplayTree): number {
  for (let position = 0; position < tree.count; position += tree.descendants[position]! + 1) {
    const index = tree.indexAt[position]!;
    if ((tree.marks[index]! & (TREE_MARK.orphan | TREE_MARK.cycle)) === 0) return index;
  }
  return tree.count === 0 ? -1 : tree.indexAt[0]!;
}
