import type { Attribute } from '../model/attributes.ts';
import type { TraceId } from '../model/ids.ts';
import type { LogDetails, SpanRef } from '../model/span.ts';
import { readAnyValue, readKeyValue } from '../otlp/anyValue.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import { MessageBudget } from './messageBudget.ts';
import type { PageBounds } from './messageBudget.ts';
import type { Segment } from './segment.ts';
import { scopeNameOf } from './signatureTable.ts';
import { NONE } from './spanColumns.ts';
import { SPAN_BIT } from './storeReader.ts';
import { hexWord, traceIdWords } from './storeState.ts';
import type { StoreState } from './storeState.ts';
import { cutting } from './valueRefs.ts';

/** Log records that carry the span's ids, ordered by time, within the bounds of a page. */
export function readLogs(state: StoreState, ref: SpanRef, inlineBytes: number, page: PageBounds): LogDetails[] {
  const { from, limit, maxBytes } = page;
  const handles = byTime(state, logHandles(state, ref)).slice(from, from + limit);
  return readAll(state, handles, startOf(state, ref), inlineBytes, new MessageBudget(maxBytes));
}

/** At most `limit` log records of the span, ordered by time: those that carry model content before all others. */
export function readModelLogs(state: StoreState, ref: SpanRef, inlineBytes: number, limit: number): LogDetails[] {
  const handles = byTime(state, logHandles(state, ref));
  const hasModel = (handle: number): boolean => {
    const segment = state.ring.segmentOf(handle)!;
    return (segment.logs.bits[handle - segment.base]! & SPAN_BIT.hasModel) !== 0;
  };
  let room = Math.max(0, limit - handles.filter(hasModel).length);
  const read = handles.filter((handle) => hasModel(handle) || room-- > 0).slice(0, limit);
  return readAll(state, read, startOf(state, ref), inlineBytes, new MessageBudget(Infinity));
}

function startOf(state: StoreState, ref: SpanRef): bigint | undefined {
  const spanHandle = state.handleOf(ref);
  const spanSegment = state.segmentOf(spanHandle);
  return spanSegment === undefined
    ? undefined
    : timeOf(
        spanSegment.spans.startHi[spanHandle - spanSegment.base]!,
        spanSegment.spans.startLo[spanHandle - spanSegment.base]!,
      );
}

/** Log records of the trace that name no span, ordered by time; `offsetNs` counts from `traceStart`. */
export function readTraceLogs(
  state: StoreState,
  traceId: TraceId,
  traceStart: bigint,
  inlineBytes: number,
): LogDetails[] {
  const handles = byTime(state, chain(state, traceId, 0, 0));
  return readAll(state, handles, traceStart, inlineBytes, new MessageBudget(Infinity));
}

/** How many log records carry the span's ids. */
export function countLogs(state: StoreState, ref: SpanRef): number {
  return logHandles(state, ref).length;
}

/** Place of each log record of a span, by its handle, in the order in which they are read. */
export function logPlaces(state: StoreState, ref: SpanRef): ReadonlyMap<number, number> {
  return new Map(byTime(state, logHandles(state, ref)).map((handle, place) => [handle, place]));
}

/** Handles of the log records that carry the span's ids, newest first. */
export function logHandles(state: StoreState, ref: SpanRef): number[] {
  return chain(state, ref.traceId, hexWord(ref.spanId, 0), hexWord(ref.spanId, 8));
}

function chain(state: StoreState, traceId: TraceId, spanHi: number, spanLo: number): number[] {
  const handles: number[] = [];
  const at = state.findLogs(...traceIdWords(traceId), spanHi, spanLo);
  if (at < 0) return handles;
  for (let handle = state.logIndex.handleAt(at); handle !== NONE;) {
    const segment = state.ring.segmentOf(handle);
    // Older records of the chain may have been evicted.
    if (segment === undefined) break;
    handles.push(handle);
    handle = segment.logs.previous[handle - segment.base]!;
  }
  return handles;
}

/** Oldest first. Handles come newest arrival first; records of the same nanosecond stay in order of arrival. */
function byTime(state: StoreState, handles: readonly number[]): number[] {
  const timed = handles.toReversed().map((handle) => {
    const { base, logs } = state.ring.segmentOf(handle)!;
    return { handle, hi: logs.timeHi[handle - base]!, lo: logs.timeLo[handle - base]! };
  });
  return timed.sort((a, b) => a.hi - b.hi || a.lo - b.lo).map(({ handle }) => handle);
}

/** Reads records until the budget is spent, at least one. */
function readAll(
  state: StoreState,
  handles: readonly number[],
  origin: bigint | undefined,
  inlineBytes: number,
  budget: MessageBudget,
): LogDetails[] {
  const logs: LogDetails[] = [];
  for (const handle of handles) {
    const segment = state.ring.segmentOf(handle)!;
    const index = handle - segment.base;
    const time = timeOf(segment.logs.timeHi[index]!, segment.logs.timeLo[index]!);
    logs.push(readLog(segment, index, time, origin ?? time, inlineBytes, budget));
    if (budget.isSpent) break;
  }
  return logs;
}

function readLog(
  segment: Segment,
  index: number,
  time: bigint,
  origin: bigint,
  inlineBytes: number,
  budget: MessageBudget,
): LogDetails {
  const { logs } = segment;
  const { bytes, start: begin, end } = segment.logRange(index);
  const limit = cutting('l', segment.base + index, begin, inlineBytes, budget);
  const cursor = new FieldCursor(bytes, begin, end);
  const attributes: Attribute[] = [];
  let body: Attribute['value'] = { type: 'empty' };
  let severityNumber = 0;
  let severityText = '';
  let eventName = '';
  let droppedAttributesCount = 0;
  while (cursor.next()) {
    switch (cursor.field) {
      case 2:
        severityNumber = cursor.smallNumber();
        break;
      case 3:
        severityText = decodeUtf8(bytes, cursor.start, cursor.end);
        break;
      case 5:
        body = readAnyValue(bytes, cursor.start, cursor.end, limit);
        break;
      case 6:
        attributes.push(readKeyValue(bytes, cursor.start, cursor.end, limit));
        break;
      case 7:
        droppedAttributesCount = cursor.smallNumber();
        break;
      case 12:
        eventName = decodeUtf8(bytes, cursor.start, cursor.end);
        break;
      default:
        break;
    }
  }
  const origins = logs.origin[index]!;
  budget.takeRecord(severityText, eventName);
  return {
    time: time.toString(),
    offsetNs: Number(time - origin),
    severityNumber,
    severityText,
    eventName,
    body,
    attributes,
    droppedAttributesCount,
    resource: { serviceName: segment.services[segment.origins.get(origins, 0)]! },
    scopeName: scopeNameOf(segment, origins),
  };
}

function timeOf(hi: number, lo: number): bigint {
  return (BigInt(hi) << 32n) | BigInt(lo);
}
