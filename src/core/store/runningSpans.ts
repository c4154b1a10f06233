import { readKeyValue, readKeyValues, scalarText, WHOLE } from '../otlp/anyValue.ts';
import { FieldCursor } from '../otlp/fieldCursor.ts';
import { encodeUtf8 } from '../otlp/jsonUtf8.ts';
import { RequestBuilder } from '../otlp/requestBuilder.ts';
import { fixed64, joinBytes, lengthDelimited, varint } from '../otlp/wireBytes.ts';
import { addRecord } from './exportSpans.ts';
import { PENDING, SUPERSEDED } from './spanColumns.ts';
import type { Segment } from './segment.ts';
import type { StoreState } from './storeState.ts';

/** Says on an announced span which process runs it: `PID@HOST`, on Linux with its namespace of processes behind a `/`. */
const PROCESS_KEY = 'spanline.process';
/** What only an announcement says; see `logfire.span_type` in Logfire's documentation of pending spans. */
const ANNOUNCEMENT_KEYS: ReadonlySet<string> = new Set(['logfire.span_type', 'logfire.pending_parent_id']);
const PARENT_KEY = 'logfire.pending_parent_id';

/** A span that was announced and has not ended. */
export interface RunningSpan {
  readonly handle: number;
  /** As the announcement says; empty when it does not. */
  readonly process: string;
}

/** The announced spans that have not ended, and forgets the others. */
export function runningSpans(state: StoreState): RunningSpan[] {
  const found: RunningSpan[] = [];
  const { processes } = state.running;
  for (const [handle, known] of processes) {
    const segment = state.segmentOf(handle);
    const index = segment === undefined ? 0 : handle - segment.base;
    if (segment === undefined || (segment.spans.bits[index]! & (PENDING | SUPERSEDED)) !== PENDING) {
      processes.delete(handle);
      continue;
    }
    const process = known ?? processOf(segment, index);
    processes.set(handle, process);
    found.push({ handle, process });
  }
  return found;
}

function processOf(segment: Segment, index: number): string {
  const { bytes, start, end } = segment.spanRange(index);
  const attributes = readKeyValues(new FieldCursor(bytes, start, end), ATTRIBUTES, WHOLE);
  const value = attributes.find(({ key }) => key === PROCESS_KEY)?.value;
  return value ? scalarText(value) : '';
}

const SPAN_ID = 2;
const PARENT_ID = 4;
const END_TIME = 8;
const ATTRIBUTES = 9;
const STATUS = 15;

/** `spanline.process_gone`: true. */
const GONE_ATTRIBUTE = joinBytes(
  lengthDelimited(1, encodeUtf8('spanline.process_gone')),
  lengthDelimited(2, Uint8Array.from([0x10, 1])),
);
/** An error, with what became of it. */
const GONE_STATUS = joinBytes(lengthDelimited(2, encodeUtf8('The process ended while this was running.')), [
  0x18,
  ...varint(2),
]);

/**
 * An `ExportTraceServiceRequest` in which the announced spans end at `endNs` (nanoseconds since the epoch) with an error
 * that says that their process is gone. Handles that are no longer held are passed over.
 */
export function endedRequest(state: StoreState, handles: readonly number[], endNs: bigint): Uint8Array<ArrayBuffer> {
  const builder = new RequestBuilder();
  for (const handle of handles) {
    const segment = state.segmentOf(handle);
    if (segment === undefined) continue;
    const index = handle - segment.base;
    const { bytes, start, end } = segment.spanRange(index);
    const record = endedSpan(bytes.slice(start, end), endNs);
    addRecord(builder, segment, segment.spans.origin[index]!, record);
  }
  return builder.finish();
}

/** The announced span itself, from its announcement: under its own id and parent, with an end. */
function endedSpan(record: Uint8Array, endNs: bigint): Uint8Array {
  const parts: Uint8Array[] = [];
  let parentId = '';
  let from = 0;
  const cursor = new FieldCursor(record, 0, record.length);
  for (; cursor.next(); from = cursor.end) {
    const { field } = cursor;
    const payload = record.subarray(cursor.start, cursor.end);
    if (field === SPAN_ID || field === END_TIME || field === STATUS) continue;
    if (field === PARENT_ID) {
      parts.push(lengthDelimited(SPAN_ID, payload));
      continue;
    }
    if (field === ATTRIBUTES) {
      const { key, value } = readKeyValue(record, cursor.start, cursor.end, WHOLE);
      if (key === PARENT_KEY) parentId = scalarText(value);
      if (ANNOUNCEMENT_KEYS.has(key)) continue;
    }
    parts.push(record.subarray(from, cursor.end));
  }
  const parent = idBytes(parentId);
  if (parent.some((byte) => byte !== 0)) parts.push(lengthDelimited(PARENT_ID, parent));
  parts.push(
    fixed64(END_TIME, endNs),
    lengthDelimited(ATTRIBUTES, GONE_ATTRIBUTE),
    lengthDelimited(STATUS, GONE_STATUS),
  );
  return joinBytes(...parts);
}

/** Eight bytes of 16 hex digits; zeros when they are none. */
function idBytes(id: string): Uint8Array {
  return Uint8Array.from({ length: 8 }, (_, at) => Number.parseInt(id.slice(2 * at, 2 * at + 2), 16) || 0);
}
