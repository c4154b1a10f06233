import type { Attribute } from '../model/attributes.ts';
import type {
  ResourceDetails,
  ScopeDetails,
  SpanDetails,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanRef,
  StatusCode,
} from '../model/span.ts';
import { spanIdText } from '../model/ids.ts';
import { readKeyValue } from '../otlp/anyValue.ts';
import type { ValueLimit } from '../otlp/anyValue.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import { decodeUtf8, hexOf } from '../otlp/utf8.ts';
import { MessageBudget } from './messageBudget.ts';
import type { DetailsBounds, PageBounds } from './messageBudget.ts';
import type { ByteRange } from './rangeTable.ts';
import type { Segment } from './segment.ts';
import { NONE, PENDING } from './spanColumns.ts';
import { countLogs } from './spanLogs.ts';
import type { StoreState } from './storeState.ts';
import { linksTo } from './linksTo.ts';
import { cutting, headRange } from './valueRefs.ts';

/** Spans that link to one, told of one. */
const MOST_LINKING = 100;
/** Share of a message that events may fill; attributes, links, resource and scope have the rest. */
const EVENTS_SHARE = 0.25;

/**
 * Everything the sender said of a span, decoded from its bytes; strings longer than `inlineBytes` are cut, and earlier
 * when all would weigh more than `maxBytes`. Of the events the first `limit` that find room.
 */
export function readDetails(
  state: StoreState,
  ref: SpanRef,
  inlineBytes: number,
  { limit: maxEvents, maxBytes }: DetailsBounds,
): SpanDetails | undefined {
  const handle = state.handleOf(ref);
  const segment = state.segmentOf(handle);
  if (handle === NONE || segment === undefined) return undefined;
  const index = handle - segment.base;
  const { spans } = segment;
  const { bytes, start: begin, end: stop } = segment.spanRange(index);
  const budget = new MessageBudget(maxBytes === Infinity ? Infinity : maxBytes * (1 - EVENTS_SHARE));
  const eventBudget = new MessageBudget(maxBytes === Infinity ? Infinity : maxBytes * EVENTS_SHARE);
  const limit = cutting('s', handle, begin, inlineBytes, budget);
  const start = (BigInt(spans.startHi[index]!) << 32n) | BigInt(spans.startLo[index]!);
  const attributes: Attribute[] = [];
  const events: SpanEvent[] = [];
  const links: SpanLink[] = [];
  let eventCount = 0;
  const dropped = { attributes: 0, events: 0, links: 0 };
  let statusMessage = '';
  let traceState = '';
  let flags = 0;
  let end = 0n;
  const cursor = new FieldCursor(bytes, begin, stop);
  while (cursor.next()) {
    switch (cursor.field) {
      case 3:
        traceState = decodeUtf8(bytes, cursor.start, cursor.end);
        break;
      case 8:
        end = cursor.fixed64();
        break;
      case 9:
        attributes.push(readKeyValue(bytes, cursor.start, cursor.end, limit));
        break;
      case 10:
        dropped.attributes = cursor.smallNumber();
        break;
      case 11:
        eventCount++;
        if (events.length < maxEvents && !eventBudget.isSpent) {
          events.push(
            readEvent(cursor.inside(), start, cutting('s', handle, begin, inlineBytes, eventBudget), eventBudget),
          );
        }
        break;
      case 12:
        dropped.events = cursor.smallNumber();
        break;
      case 13:
        links.push(readLink(state, cursor.inside(), limit, budget));
        break;
      case 14:
        dropped.links = cursor.smallNumber();
        break;
      case 15:
        statusMessage = readStatusMessage(cursor.inside(), statusMessage);
        break;
      case 16:
        flags = cursor.fixed32();
        break;
      default:
        break;
    }
  }
  const linkedFrom = linksTo(state, ref, MOST_LINKING);
  const parentHi = spans.parentHi[index]!;
  const parentLo = spans.parentLo[index]!;
  const hasParent = (parentHi | parentLo) !== 0;
  const origin = spans.origin[index]!;
  return {
    traceId: ref.traceId,
    spanId: ref.spanId,
    parentSpanId: hasParent ? spanIdText(parentHi, parentLo) : '',
    orphan: hasParent && state.handleIn(spans.trace[index]!, parentHi, parentLo) === NONE,
    name: segment.nameOf(index),
    kind: spans.kind[index]! as SpanKind,
    status: { code: spans.status[index]! as StatusCode, message: statusMessage },
    start: start.toString(),
    end: end === 0n || (spans.bits[index]! & PENDING) !== 0 ? '' : end.toString(),
    durationNs: spans.durationNs[index]!,
    traceState,
    flags,
    resource: readResource(segment, origin, cuttingHead(segment, 'r', handle, origin, inlineBytes, budget)),
    scope: readScope(segment, origin, cuttingHead(segment, 'c', handle, origin, inlineBytes, budget)),
    attributes,
    droppedAttributesCount: dropped.attributes,
    events,
    eventCount,
    droppedEventsCount: dropped.events,
    links,
    droppedLinksCount: dropped.links,
    ...(linkedFrom.total > 0 && { linkedFrom }),
    logCount: countLogs(state, ref),
  };
}

/** A page of a span's events in the sender's order, and how many there are. */
export function readEvents(
  state: StoreState,
  ref: SpanRef,
  inlineBytes: number,
  { from, limit, maxBytes }: PageBounds,
): { readonly events: readonly SpanEvent[]; readonly total: number } | undefined {
  const handle = state.handleOf(ref);
  const segment = state.segmentOf(handle);
  if (handle === NONE || segment === undefined) return undefined;
  const index = handle - segment.base;
  const { spans } = segment;
  const { bytes, start: begin, end: stop } = segment.spanRange(index);
  const start = (BigInt(spans.startHi[index]!) << 32n) | BigInt(spans.startLo[index]!);
  const budget = new MessageBudget(maxBytes);
  const cut = cutting('s', handle, begin, inlineBytes, budget);
  const cursor = new FieldCursor(bytes, begin, stop);
  const events: SpanEvent[] = [];
  let total = 0;
  while (cursor.next()) {
    if (cursor.field !== 11) continue;
    const isInPage = total >= from && events.length < limit && !budget.isSpent;
    if (isInPage) events.push(readEvent(cursor.inside(), start, cut, budget));
    total++;
  }
  return { events, total };
}

/** Event times from `traceStart` in nanoseconds, ascending, at most `limit`. */
export function readEventOffsets(
  segment: Segment,
  index: number,
  traceStart: bigint,
  limit: number,
  name = '',
): number[] {
  const { bytes, start, end } = segment.spanRange(index);
  const cursor = new FieldCursor(bytes, start, end);
  const offsets: number[] = [];
  while (cursor.next()) {
    if (cursor.field !== 11) continue;
    let time = 0n;
    let isNamed = name === '';
    const event = cursor.inside();
    while (event.next()) {
      if (event.field === 1) time = event.fixed64();
      else if (event.field === 2 && name !== '') isNamed = decodeUtf8(bytes, event.start, event.end) === name;
    }
    if (time !== 0n && isNamed) offsets.push(Number(time - traceStart));
  }
  return offsets.sort((a, b) => a - b).slice(0, limit);
}

function cuttingHead(
  segment: Segment,
  owner: 'r' | 'c',
  handle: number,
  origin: number,
  inlineBytes: number,
  budget: MessageBudget,
): ValueLimit {
  return cutting(owner, handle, headRange(segment, origin, owner === 'r' ? 0 : 1).start, inlineBytes, budget);
}

function textOf({ bytes, start, end }: ByteRange): string {
  return decodeUtf8(bytes, start, end);
}

function readResource(segment: Segment, origin: number, limit: ValueLimit): ResourceDetails {
  const index = segment.origins.get(origin, 0);
  const { bytes, start, end } = headRange(segment, origin, 0);
  const cursor = new FieldCursor(bytes, start, end);
  const attributes: Attribute[] = [];
  let droppedAttributesCount = 0;
  while (cursor.next()) {
    if (cursor.field === 1) attributes.push(readKeyValue(bytes, cursor.start, cursor.end, limit));
    else if (cursor.field === 2) droppedAttributesCount = cursor.smallNumber();
  }
  return {
    serviceName: segment.services[index]!,
    attributes,
    droppedAttributesCount,
    schemaUrl: textOf(segment.resources.schemaUrl(index)),
  };
}

function readScope(segment: Segment, origin: number, limit: ValueLimit): ScopeDetails {
  const index = segment.origins.get(origin, 1);
  const { bytes, start, end } = headRange(segment, origin, 1);
  const cursor = new FieldCursor(bytes, start, end);
  const attributes: Attribute[] = [];
  let name = '';
  let version = '';
  let droppedAttributesCount = 0;
  while (cursor.next()) {
    if (cursor.field === 1) name = decodeUtf8(bytes, cursor.start, cursor.end);
    else if (cursor.field === 2) version = decodeUtf8(bytes, cursor.start, cursor.end);
    else if (cursor.field === 3) attributes.push(readKeyValue(bytes, cursor.start, cursor.end, limit));
    else if (cursor.field === 4) droppedAttributesCount = cursor.smallNumber();
  }
  return {
    name,
    version,
    attributes,
    droppedAttributesCount,
    schemaUrl: textOf(segment.scopes.schemaUrl(index)),
  };
}

function readEvent(cursor: FieldCursor, spanStart: bigint, limit: ValueLimit, budget: MessageBudget): SpanEvent {
  const { bytes } = cursor;
  const attributes: Attribute[] = [];
  let name = '';
  let time = 0n;
  let droppedAttributesCount = 0;
  while (cursor.next()) {
    if (cursor.field === 1) time = cursor.fixed64();
    else if (cursor.field === 2) name = decodeUtf8(bytes, cursor.start, cursor.end);
    else if (cursor.field === 3) attributes.push(readKeyValue(bytes, cursor.start, cursor.end, limit));
    else if (cursor.field === 4) droppedAttributesCount = cursor.smallNumber();
  }
  budget.takeRecord(name);
  return { name, time: time.toString(), offsetNs: Number(time - spanStart), attributes, droppedAttributesCount };
}

function readLink(state: StoreState, cursor: FieldCursor, limit: ValueLimit, budget: MessageBudget): SpanLink {
  const { bytes } = cursor;
  let traceId = '';
  let spanId = '';
  let traceState = '';
  let droppedAttributesCount = 0;
  const attributes: Attribute[] = [];
  while (cursor.next()) {
    if (cursor.field === 1) traceId = hexOf(bytes, cursor.start, cursor.end);
    else if (cursor.field === 2) spanId = hexOf(bytes, cursor.start, cursor.end);
    else if (cursor.field === 3) traceState = decodeUtf8(bytes, cursor.start, cursor.end);
    else if (cursor.field === 4) attributes.push(readKeyValue(bytes, cursor.start, cursor.end, limit));
    else if (cursor.field === 5) droppedAttributesCount = cursor.smallNumber();
  }
  budget.takeRecord(traceState);
  const known = traceId.length === 32 && state.slotOf(traceId as SpanRef['traceId']) >= 0;
  return { traceId, spanId, traceState, attributes, droppedAttributesCount, known };
}

function readStatusMessage(cursor: FieldCursor, before: string): string {
  let message = before;
  while (cursor.next()) if (cursor.field === 2) message = decodeUtf8(cursor.bytes, cursor.start, cursor.end);
  return message;
}
