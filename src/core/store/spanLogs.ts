import type { Attribute } from '../model/attributes.ts';
import type { TraceId } from '../model/ids.ts';
import type { LogDetails, SpanRef } from '../model/span.ts';
import { readAnyValue, readKeyValue } from '../otlp/anyValue.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import type { Segment } from './segment.ts';
import { scopeNameOf } from './signatureTable.ts';
import { NONE } from './spanColumns.ts';
import { hexWord, traceIdWords } from './storeState.ts';
import type { StoreState } from './storeState.ts';
import { cutting } from './valueRefs.ts';

/** Log records that carry the span's ids, ordered by time. */
export function readLogs(state: StoreState, ref: SpanRef, inlineBytes: number): LogDetails[] {
  const handles = logHandles(state, ref);
  const spanHandle = state.handleOf(ref);
  const spanSegment = state.segmentOf(spanHandle);
  const origin =
    spanSegment === undefined
      ? undefined
      : timeOf(
          spanSegment.spans.startHi[spanHandle - spanSegment.base]!,
          spanSegment.spans.startLo[spanHandle - spanSegment.base]!,
        );
  return readAll(state, handles, origin, inlineBytes);
}

/** Log records of the trace that name no span, ordered by time; `offsetNs` counts from `traceStart`. */
export function readTraceLogs(
  state: StoreState,
  traceId: TraceId,
  traceStart: bigint,
  inlineBytes: number,
): LogDetails[] {
  return readAll(state, chain(state, traceId, 0, 0), traceStart, inlineBytes);
}

/** How many log records carry the span's ids. */
export function countLogs(state: StoreState, ref: SpanRef): number {
  return logHandles(state, ref).length;
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

function readAll(state: StoreState, handles: number[], origin: bigint | undefined, inlineBytes: number): LogDetails[] {
  const found = handles.reverse().map((handle) => {
    const segment = state.ring.segmentOf(handle)!;
    const index = handle - segment.base;
    const time = timeOf(segment.logs.timeHi[index]!, segment.logs.timeLo[index]!);
    return { time, log: readLog(segment, index, time, origin ?? time, inlineBytes) };
  });
  // Stable: records of the same nanosecond stay in order of arrival.
  found.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  return found.map((entry) => entry.log);
}

function readLog(segment: Segment, index: number, time: bigint, origin: bigint, inlineBytes: number): LogDetails {
  const { logs } = segment;
  const bytes = segment.blocks[logs.block[index]!]!;
  const begin = logs.start[index]!;
  const limit = cutting('l', segment.base + index, begin, inlineBytes);
  const cursor = new FieldCursor(bytes, begin, logs.end[index]!);
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
