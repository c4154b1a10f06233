import type { SpanId, TraceId } from './ids.ts';
import type { DurationNs, NanosText } from './time.ts';

/**
 * One line of the trace list. A trace is `assembling` until its root is here and nothing new came for 6 s (SDKs batch
 * for 5 s and parents end after children), or nothing came for 30 s: until then the duration is a lower bound.
 */
export interface TraceSummary {
  readonly traceId: TraceId;
  /** Name of the root span, or of what is known so far (the earliest span without a parent here). */
  readonly name: string;
  readonly rootSpanId: SpanId | '';
  readonly start: NanosText;
  readonly durationNs: DurationNs;
  readonly spanCount: number;
  readonly errorCount: number;
  /** In order of first appearance, at most 16. */
  readonly services: readonly string[];
  readonly assembling: boolean;
  /** Receiver clock, milliseconds since the epoch, of the last span that arrived. */
  readonly lastArrivalMs: number;
  /** Pinned by the user: eviction keeps it. */
  readonly pinned?: boolean;
}
