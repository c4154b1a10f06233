import type { CallTiming } from '../core/inference/callPhases.ts';
import type { StreamTiming } from '../core/inference/streamTiming.ts';
import type { TraceId } from '../core/model/ids.ts';
import type { SpanRef } from '../core/model/span.ts';
import type { ModelUsage } from '../core/model/modelUsage.ts';

/** Where the time inside one span went, whether it is a model call or not. */
export interface SpanTiming {
  /** As the span's attributes and events tell it; null when they tell nothing. */
  readonly timing: CallTiming | null;
  /** Its answer piece by piece: from the messages of an ASGI server, or from events; null when nothing was streamed. */
  readonly stream: StreamTiming | null;
}

/** Tokens of a trace's leaf calls by model, most first; empty for a trace without any. */
export interface TraceUsage {
  readonly models: readonly ModelUsage[];
  /** There are more calls or models than were counted. */
  readonly partial: boolean;
}

/** Times inside spans, and tokens of traces. */
export interface TimingMethods {
  'timing/span': readonly [SpanRef, SpanTiming];
  /** Counts leaf calls only: agents and chains repeat the sums of what they call. */
  'timing/usage': readonly [{ readonly traceId: TraceId }, TraceUsage];
}
