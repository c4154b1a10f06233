import { readCallTiming, type CallTiming } from '../inference/callPhases.ts';
import { isTimingEvent, type TimedEvent } from '../inference/eventPhases.ts';
import { streamOf, type StreamTiming } from '../inference/streamTiming.ts';
import type { Attribute } from '../model/attributes.ts';
import { readAnyValue } from '../otlp/anyValue.ts';
import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import { ROLE_TIMING } from './keyTable.ts';
import type { Segment } from './segment.ts';
import { readEventOffsets } from './spanDetails.ts';
import { SPAN_BIT } from './storeReader.ts';

/** Numbers and dates are short; what is longer is no figure. */
const LIMIT = { inlineBytes: 120, ref: (): string => '' };
/** Events of a span that are looked at; a stream may have one for every token. */
const MOST_EVENTS = 2000;
const MOST_TIMED = 200;
const MOST_CHUNKS = 100_000;
const OF_SPAN_ATTRIBUTES = 9;
const OF_SPAN_EVENTS = 11;

/** Where the time inside span `index` went. Reads nothing of spans that neither have events nor keys of timing. */
export function readSpanTiming(segment: Segment, index: number): CallTiming | undefined {
  const { spans } = segment;
  const bits = spans.bits[index]!;
  const hasTiming = (bits & SPAN_BIT.hasTiming) !== 0;
  const hasEvents = (bits & SPAN_BIT.hasEvents) !== 0;
  if (!hasTiming && !hasEvents) return undefined;
  const start = (BigInt(spans.startHi[index]!) << 32n) | BigInt(spans.startLo[index]!);
  const attributes: Attribute[] = [];
  const events: TimedEvent[] = [];
  const { bytes, start: from, end } = segment.spanRange(index);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor = new FieldCursor(bytes, from, end);
  let looked = 0;
  while (cursor.next()) {
    if (cursor.field === OF_SPAN_ATTRIBUTES && hasTiming) {
      const key = lastField(bytes, cursor.start, cursor.end, 1);
      if (key === undefined) continue;
      const length = key.end - key.start;
      if ((segment.keys.roleAt(bytes, view, key.start, length) & ROLE_TIMING) === 0) continue;
      const value = lastField(bytes, cursor.start, cursor.end, 2);
      if (value === undefined) continue;
      attributes.push({
        key: segment.keys.textOf(bytes, key.start, length),
        value: readAnyValue(bytes, value.start, value.end, LIMIT),
      });
    } else if (cursor.field === OF_SPAN_EVENTS && looked < MOST_EVENTS && events.length < MOST_TIMED) {
      looked++;
      const event = timedEvent(cursor, start);
      if (event !== undefined) events.push(event);
    }
  }
  if (attributes.length === 0 && events.length === 0) return undefined;
  return readCallTiming({ start: String(start), durationNs: spans.durationNs[index]!, attributes, events });
}

/** The pieces of a streamed answer that events of one name tell of; undefined when there are fewer than two. */
export function readEventStream(segment: Segment, index: number, name: string): StreamTiming | undefined {
  const { spans } = segment;
  const start = (BigInt(spans.startHi[index]!) << 32n) | BigInt(spans.startLo[index]!);
  const offsets = readEventOffsets(segment, index, start, MOST_CHUNKS + 1, name);
  const begins = offsets.slice(0, MOST_CHUNKS);
  return streamOf(begins, begins.at(-1) ?? 0, name, offsets.length > MOST_CHUNKS);
}

function timedEvent(cursor: FieldCursor, start: bigint): TimedEvent | undefined {
  const event = cursor.inside();
  let name = '';
  let time = 0n;
  while (event.next()) {
    if (event.field === 1) time = event.fixed64();
    else if (event.field === 2 && event.end - event.start <= 120)
      name = decodeUtf8(cursor.bytes, event.start, event.end);
  }
  return time !== 0n && isTimingEvent(name) ? { name, offsetNs: Number(time - start) } : undefined;
}
