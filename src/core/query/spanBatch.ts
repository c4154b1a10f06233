import type { DisplayTree } from '../layout/displayTree.ts';
import type { TraceId } from '../model/ids.ts';

/** What a filter may ask of a whole trace. */
export interface TraceFacts {
  readonly traceId: TraceId;
  readonly durationNs: number;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly name: string;
}

/**
 * Spans of whole traces, trace after trace, that a filter is asked of together. Columns that are left out are read by
 * handle. A handle that is no longer held matches nothing.
 */
export interface SpanBatch {
  readonly count: number;
  readonly handle: Uint32Array;
  readonly durationNs?: Float64Array;
  readonly status?: Uint8Array;
  readonly kind?: Uint8Array;
  readonly bits?: Uint16Array;
  /** Trace t has the entries `begin[t] .. begin[t + 1]`; one more than traces. */
  readonly begin: Uint32Array;
  facts(trace: number): TraceFacts;
  /** Entry of the trace's root, or of what stands in for it while it is not here. */
  rootOf(trace: number): number;
  /** Entry of the parent, or -1. */
  parentOf(entry: number): number;
  /** Laid out when first asked for; entry `begin[trace] + i` is its index i. */
  treeOf(trace: number): DisplayTree;
  /** What was found out of whole traces, by the step that asked. */
  readonly known: Map<object, Uint8Array>;
}
