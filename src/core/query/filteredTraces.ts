import { buildDisplayTree, type DisplayTree } from '../layout/displayTree.ts';
import { NONE } from '../store/spanColumns.ts';
import type { StoreState } from '../store/storeState.ts';
import { durationOf, topmostKnown } from '../store/traceSummaries.ts';
import { compileFilter } from './compileFilter.ts';
import type { Filter } from './filterExpression.ts';
import type { FilterStep } from './filterStep.ts';
import type { RegexEngine } from './linearRegex.ts';
import type { SpanBatch } from './spanBatch.ts';
import { runScan } from './spanMatcher.ts';
import { asTraceFilter } from './traceFilter.ts';

/** Spans asked together; a longer trace is asked alone. */
const BATCH_SPANS = 8192;

/** What is known of one state of the store. Slots are numbered anew when it is compacted. */
interface Known {
  readonly state: StoreState;
  readonly numbering: number;
  readonly step: FilterStep;
  /** By slot: the trace's revision when it was asked, and whether it matched. */
  revision: Float64Array;
  matches: Uint8Array;
}

/**
 * Which traces a filter lets through. Each trace is asked once and again when it changed, so asking a second time costs
 * one comparison a trace.
 */
export class FilteredTraces {
  readonly #filter: Filter;
  readonly #regex: RegexEngine;
  #known: Known;

  /** @throws FilterError for a regular expression that is none. */
  constructor(filter: Filter, state: StoreState, regex: RegexEngine) {
    this.#filter = filter;
    this.#regex = regex;
    this.#known = this.#begin(state);
  }

  /**
   * Asks the traces that were not asked since they changed, newest first. Yields every few milliseconds, between which the
   * store may change; yields the number of traces left.
   */
  *bring(state: StoreState): Generator<number, void> {
    const stale = this.#stale(state);
    const { traces } = state;
    // By arrival, as they lie in the segments: what is compressed is then opened once.
    if (stale.length > 1) stale.sort((a, b) => traces.born[b]! - traces.born[a]!);
    for (let from = 0; from < stale.length;) {
      const slots: number[] = [];
      for (let spans = 0; from < stale.length; from++) {
        const slot = stale[from]!;
        if (!traces.isHeld(slot)) continue;
        spans += traces.spans[slot]!;
        if (spans > BATCH_SPANS && slots.length > 0) break;
        slots.push(slot);
      }
      const known = this.#known;
      const asking = this.#ask(known, slots);
      while (asking.next().done !== true) {
        yield stale.length - from + slots.length;
        // Slots name other traces now, or nothing: whoever asks begins again.
        if (!isPresent(known, state)) return;
      }
      yield stale.length - from;
      if (!isPresent(known, state)) return;
    }
  }

  /** Traces that {@link bring} has not asked yet, or not since they changed. */
  countStale(state: StoreState): number {
    return this.#stale(state).length;
  }

  /**
   * Whether the trace in a slot matches now. One that changed since {@link bring} is asked at once, so bring first: this is
   * for the few that change meanwhile.
   */
  matches(state: StoreState, slot: number): boolean {
    const known = this.#present(state);
    if (known.revision[slot] !== state.traces.revision[slot]) runScan(this.#ask(known, [slot]));
    return known.matches[slot] === 1;
  }

  #begin(state: StoreState): Known {
    const expression = this.#filter.expression && asTraceFilter(this.#filter.expression);
    const step = compileFilter({ ...this.#filter, expression }, { state, regex: this.#regex });
    const size = Math.max(256, state.traces.end);
    return {
      state,
      numbering: state.traces.numbering,
      step: step ?? {
        cost: 0,
        *narrow() {
          yield;
        },
      },
      revision: new Float64Array(size).fill(-1),
      matches: new Uint8Array(size),
    };
  }

  /** With room for every slot. */
  #present(state: StoreState): Known {
    if (!isPresent(this.#known, state)) this.#known = this.#begin(state);
    const known = this.#known;
    const { traces } = state;
    if (traces.end > known.revision.length) {
      const revision = new Float64Array(Math.max(traces.end, known.revision.length * 2)).fill(-1);
      revision.set(known.revision);
      const matches = new Uint8Array(revision.length);
      matches.set(known.matches);
      Object.assign(known, { revision, matches });
    }
    return known;
  }

  #stale(state: StoreState): number[] {
    const known = this.#present(state);
    const { traces } = state;
    const stale: number[] = [];
    for (let slot = 0; slot < traces.end; slot++) {
      if (traces.isHeld(slot) && traces.hiddenBy[slot] === 0 && known.revision[slot] !== traces.revision[slot]) {
        stale.push(slot);
      }
    }
    return stale;
  }

  /** Asks whole traces together and remembers the answers under the revision they had before. */
  *#ask(known: Known, slots: readonly number[]): Generator<undefined, void> {
    const { traces } = known.state;
    const revisions = slots.map((slot) => traces.revision[slot]!);
    const batch = batchOf(known.state, slots);
    const mask = new Uint8Array(batch.count);
    // What the step asks is one thing for the whole trace: one span stands for all.
    for (let trace = 0; trace < slots.length; trace++) mask[batch.begin[trace]!] = 1;
    yield* known.step.narrow(batch, mask, 0, batch.count);
    if (!isPresent(known, known.state)) return;
    for (const [trace, slot] of slots.entries()) {
      known.revision[slot] = revisions[trace]!;
      known.matches[slot] = mask[batch.begin[trace]!]!;
    }
  }
}

function isPresent(known: Known, state: StoreState): boolean {
  return known.state === state && known.numbering === state.traces.numbering;
}

function batchOf(state: StoreState, slots: readonly number[]): SpanBatch {
  const { traces } = state;
  const begin = new Uint32Array(slots.length + 1);
  for (const [trace, slot] of slots.entries()) begin[trace + 1] = begin[trace]! + traces.spans[slot]!;
  const count = begin[slots.length]!;
  const handle = new Uint32Array(count);
  for (const [trace, slot] of slots.entries()) {
    const from = traces.list[slot]!;
    handle.set(traces.lists.handles.subarray(from, from + traces.spans[slot]!), begin[trace]);
  }
  const traceOf = new Map(slots.map((slot, trace) => [slot, trace]));
  const ids = slots.map((slot) => traces.idOf(slot));
  const trees = new Map<number, DisplayTree>();
  /** Entry of a span of a trace; -1 when it is not in the batch. */
  const entryOf = (trace: number, spanHandle: number): number => {
    const segment = spanHandle === NONE || trace < 0 ? undefined : state.segmentOf(spanHandle);
    if (segment === undefined) return -1;
    const entry = begin[trace]! + segment.spans.position[spanHandle - segment.base]!;
    return entry < begin[trace + 1]! && handle[entry] === spanHandle ? entry : -1;
  };
  return {
    count,
    handle,
    begin,
    facts: (trace) => {
      const slot = slots[trace]!;
      return {
        traceId: ids[trace]!,
        durationNs: durationOf(traces, slot),
        spanCount: traces.spans[slot]!,
        errorCount: traces.errors[slot]!,
        name: state.nameOf(rootHandle(state, slot)),
      };
    },
    rootOf: (trace) => entryOf(trace, rootHandle(state, slots[trace]!)),
    parentOf: (entry) => {
      const segment = state.segmentOf(handle[entry]!);
      if (segment === undefined) return -1;
      const { spans } = segment;
      const index = handle[entry]! - segment.base;
      const [hi, lo] = [spans.parentHi[index]!, spans.parentLo[index]!];
      if ((hi | lo) === 0) return -1;
      const slot = spans.trace[index]!;
      return entryOf(traceOf.get(slot) ?? -1, state.handleIn(slot, hi, lo));
    },
    treeOf: (trace) => {
      let tree = trees.get(trace);
      if (tree === undefined) {
        tree = buildDisplayTree(state.columns.columnsOnce(slots[trace]!, ids[trace]!), state.seed);
        trees.set(trace, tree);
      }
      return tree;
    },
    known: new Map(),
  };
}

function rootHandle(state: StoreState, slot: number): number {
  const root = state.traces.root[slot]!;
  return root === NONE ? topmostKnown(state, slot) : root;
}
