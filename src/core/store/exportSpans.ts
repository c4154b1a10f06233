import type { SpanId, TraceId } from '../model/ids.ts';
import { RequestBuilder } from '../otlp/requestBuilder.ts';
import type { OriginBytes } from '../otlp/requestBuilder.ts';
import type { ByteRange } from './rangeTable.ts';
import type { Segment } from './segment.ts';
import { logHandles } from './spanLogs.ts';
import { SPAN_BIT } from './storeReader.ts';
import type { ExportPart, ExportPlace } from './storeReader.ts';
import type { StoreState } from './storeState.ts';
import { spanIdOf } from './traceSummaries.ts';

/** Names what belongs to a trace but to no span of it. */
const NO_SPAN = '0000000000000000' as SpanId;
/** A place in log records is a span's position times this, plus the record's number among the span's. */
const LOGS_PER_SPAN = 2 ** 20;

/**
 * Spans of the traces as they were sent, grouped by resource and scope, from `from` on until they weigh `maxBytes`; at
 * least one. Traces that are not held are passed over. Valid between changes of the store only as far as positions go:
 * an eviction in between may leave out spans, never repeat one.
 */
export function exportSpans(
  state: StoreState,
  traceIds: readonly TraceId[],
  from: ExportPlace,
  maxBytes: number,
): ExportPart {
  const builder = new RequestBuilder();
  let { trace, at } = from;
  for (; trace < traceIds.length; trace++, at = 0) {
    const slot = state.slotOf(traceIds[trace]!);
    const count = slot < 0 ? 0 : state.traces.spans[slot]!;
    for (; at < count; at++) {
      if (builder.size >= maxBytes) return { body: builder.finish(), records: builder.records, next: { trace, at } };
      const handle = state.traces.handleAt(slot, at);
      const segment = state.segmentOf(handle)!;
      const index = handle - segment.base;
      addRecord(builder, segment, segment.spans.origin[index]!, copy(segment.spanRange(index)));
    }
  }
  return { body: builder.finish(), records: builder.records, next: { trace, at: 0 } };
}

/** Log records of the traces' spans, and those that name the trace alone, in the same way. */
export function exportLogs(
  state: StoreState,
  traceIds: readonly TraceId[],
  from: ExportPlace,
  maxBytes: number,
): ExportPart {
  const builder = new RequestBuilder();
  let { trace, at } = from;
  for (; trace < traceIds.length; trace++, at = 0) {
    const traceId = traceIds[trace]!;
    const slot = state.slotOf(traceId);
    // One place more than there are spans: for the records of the trace alone.
    const count = slot < 0 ? 0 : state.traces.spans[slot]! + 1;
    for (let position = Math.floor(at / LOGS_PER_SPAN); position < count; position++) {
      const handles = logsAt(state, slot, traceId, position);
      for (let i = at % LOGS_PER_SPAN; i < handles.length; i++) {
        if (builder.size >= maxBytes) {
          const next = { trace, at: position * LOGS_PER_SPAN + i };
          return { body: builder.finish(), records: builder.records, next };
        }
        const handle = handles[i]!;
        const segment = state.ring.segmentOf(handle)!;
        const index = handle - segment.base;
        addRecord(builder, segment, segment.logs.origin[index]!, copy(segment.logRange(index)));
      }
      at = 0;
    }
  }
  return { body: builder.finish(), records: builder.records, next: { trace, at: 0 } };
}

/** Spans `indexes` of one segment as an `ExportTraceServiceRequest`. */
export function exportSegmentSpans(segment: Segment, indexes: readonly number[]): Uint8Array {
  const builder = new RequestBuilder();
  for (const index of indexes) {
    addRecord(builder, segment, segment.spans.origin[index]!, copy(segment.spanRange(index)));
  }
  return builder.finish();
}

/** Log records `indexes` of one segment as an `ExportLogsServiceRequest`. */
export function exportSegmentLogs(segment: Segment, indexes: readonly number[]): Uint8Array {
  const builder = new RequestBuilder();
  for (const index of indexes) {
    addRecord(builder, segment, segment.logs.origin[index]!, copy(segment.logRange(index)));
  }
  return builder.finish();
}

/** Handles of the log records of the trace's span at `position`, or behind the last of those of the trace alone; oldest first. */
function logsAt(state: StoreState, slot: number, traceId: TraceId, position: number): number[] {
  const { traces } = state;
  let spanId = NO_SPAN;
  if (position < traces.spans[slot]!) {
    const handle = traces.handleAt(slot, position);
    const segment = state.segmentOf(handle)!;
    if ((segment.spans.bits[handle - segment.base]! & SPAN_BIT.hasLogs) === 0) return [];
    spanId = spanIdOf(state, handle);
  }
  return logHandles(state, { traceId, spanId }).reverse().slice(0, LOGS_PER_SPAN);
}

/** Adds a record of `segment` with the resource and scope it came under. */
export function addRecord(builder: RequestBuilder, segment: Segment, origin: number, record: Uint8Array): void {
  const resource = segment.origins.get(origin, 0);
  const scope = segment.origins.get(origin, 1);
  const key = String(segment.base);
  builder.add(`${key} ${String(resource)}`, String(scope), () => originBytes(segment, origin), record);
}

function originBytes(segment: Segment, origin: number): OriginBytes {
  const resource = segment.origins.get(origin, 0);
  const scope = segment.origins.get(origin, 1);
  return {
    resource: copy(segment.resources.message(resource)),
    scope: copy(segment.scopes.message(scope)),
    resourceSchemaUrl: copy(segment.resources.schemaUrl(resource)),
    scopeSchemaUrl: copy(segment.scopes.schemaUrl(scope)),
  };
}

/** Blocks are opened into memory that the next one may use again. */
function copy({ bytes, start, end }: ByteRange): Uint8Array {
  return bytes.slice(start, end);
}
