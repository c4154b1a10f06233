import type { CallTiming } from '../core/inference/callPhases.ts';
import type { StreamTiming } from '../core/inference/streamTiming.ts';
import type { SpanRef } from '../core/model/span.ts';

/** Where the time inside one span went, whether it is a model call or not. */
export interface SpanTiming {
  /** As the span's attributes and events tell it; null when they tell nothing. */
  readonly timing: CallTiming | null;
  /** Its answer piece by piece: from the messages of an ASGI server, or from events; null when nothing was streamed. */
  readonly stream: StreamTiming | null;
}

/** Times inside spans. */
export interface TimingMethods {
  'timing/span': readonly [SpanRef, SpanTiming];
}
