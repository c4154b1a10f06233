import type { DisplayTree } from '../layout/displayTree.ts';
import type { StoreState } from '../store/storeState.ts';
import { compileFilter } from './compileFilter.ts';
import type { Filter } from './filterExpression.ts';
import type { FilterStep } from './filterStep.ts';
import type { RegexEngine } from './linearRegex.ts';
import type { SpanBatch } from './spanBatch.ts';
import { rootIndex } from './traceSteps.ts';

/** Asks a filter of the spans of laid out traces. */
export interface SpanFilter {
  /** A matcher over one revision of a trace. It keeps what it found out of the trace as a whole (`any(…)`). */
  over(tree: DisplayTree): SpanMatcher;
}

export interface SpanMatcher {
  /**
   * Asks the spans with the indexes `from .. to` (order of arrival, as in the tree's columns): byte i of the answer is 1
   * when span `from + i` fits. Yields every few milliseconds at most, so that the caller can pause, or stop by not going
   * on; filters on columns alone run through at once. A span that left the store meanwhile does not fit.
   */
  scan(from: number, to: number): Generator<undefined, Uint8Array>;
}

/**
 * Compiles a filter for the spans of a trace.
 * @throws FilterError for a regular expression that is none.
 */
export function compileSpanFilter(filter: Filter, state: StoreState, regex: RegexEngine): SpanFilter {
  const step = compileFilter(filter, { state, regex });
  return { over: (tree) => new TreeMatcher(step, batchOf(tree, state)) };
}

/** Runs a scan to its end. */
export function runScan<T>(scan: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = scan.next();
    if (done === true) return value;
  }
}

class TreeMatcher implements SpanMatcher {
  readonly #step: FilterStep | undefined;
  readonly #batch: SpanBatch;

  constructor(step: FilterStep | undefined, batch: SpanBatch) {
    this.#step = step;
    this.#batch = batch;
  }

  *scan(from: number, to: number): Generator<undefined, Uint8Array> {
    const past = Math.min(to, this.#batch.count);
    if (past <= from) return new Uint8Array(0);
    const mask = new Uint8Array(this.#batch.count);
    mask.fill(1, from, past);
    if (this.#step) yield* this.#step.narrow(this.#batch, mask, from, past);
    return mask.subarray(from, past);
  }
}

/** One trace as a batch of its own. */
function batchOf(tree: DisplayTree, state: StoreState): SpanBatch {
  return {
    count: tree.count,
    handle: tree.handle,
    durationNs: tree.durationNs,
    status: tree.status,
    kind: tree.kind,
    bits: tree.bits,
    begin: Uint32Array.of(0, tree.count),
    facts: () => {
      let errorCount = 0;
      for (const status of tree.status) if (status === 2) errorCount++;
      const root = rootIndex(tree);
      const name = root < 0 ? '' : state.nameOf(tree.handle[root]!);
      return { traceId: tree.traceId, durationNs: tree.lengthNs, spanCount: tree.count, errorCount, name };
    },
    rootOf: () => rootIndex(tree),
    parentOf: (entry) => {
      const parent = tree.parentAt[tree.positionOf[entry]!]!;
      return parent < 0 ? -1 : tree.indexAt[parent]!;
    },
    treeOf: () => tree,
    known: new Map(),
  };
}
