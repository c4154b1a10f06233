import { childLists } from '../layout/childLists.ts';
import type { DisplayTree } from '../layout/displayTree.ts';
import { spanIdText, type SpanId } from '../model/ids.ts';
import { readAnyValue, readKeyValues, scalarText } from '../otlp/anyValue.ts';
import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import { SPAN_BIT } from './storeReader.ts';
import { traceIdWords, type StoreState } from './storeState.ts';

/** What a line of the log is. */
export const LOG_KIND = { record: 0, event: 1 } as const;

/**
 * All log records of a trace and all events of its spans, by column, in order of time; those of the same time in order of
 * arrival, records before events.
 */
export interface TraceLogIndex {
  readonly count: number;
  /** Nanoseconds from the trace's start, as it is shown. */
  readonly offsetNs: Float64Array;
  readonly kind: Uint8Array;
  /** Handle of the log record, or of the event's span. */
  readonly handle: Uint32Array;
  /** Place of the event among its span's; 0 for records. */
  readonly place: Uint32Array;
  /** OTLP SeverityNumber; of exceptions that of errors, of other events none (0). */
  readonly severity: Uint8Array;
}

const SEVERITY_ERROR = 17;
const RECORDS_PER_STEP = 4096;
const MAX_CHARACTERS = 400;
const SHORT = { inlineBytes: 4 * MAX_CHARACTERS, ref: (): string => '' };
const EXCEPTION = 'exception';

/** Gathers them, in steps. Records and spans that went meanwhile are left out. */
export function* indexTraceLogs(state: StoreState, tree: DisplayTree): Generator<void, TraceLogIndex, void> {
  const [t0, t1, t2, t3] = traceIdWords(tree.traceId);
  const offset: number[] = [];
  const kind: number[] = [];
  const handles: number[] = [];
  const place: number[] = [];
  const severity: number[] = [];
  for (const segment of state.ring.segments.slice()) {
    const { logs } = segment;
    for (let index = 0; index < logs.count; index++) {
      if (logs.trace3[index] !== t3 || logs.trace2[index] !== t2) continue;
      if (logs.trace1[index] !== t1 || logs.trace0[index] !== t0) continue;
      if (handles.length % RECORDS_PER_STEP === RECORDS_PER_STEP - 1) yield;
      const time = (BigInt(logs.timeHi[index]!) << 32n) | BigInt(logs.timeLo[index]!);
      const { bytes, start, end } = segment.logRange(index);
      offset.push(Number(time - tree.start));
      kind.push(LOG_KIND.record);
      handles.push(segment.base + index);
      place.push(0);
      severity.push(Math.min(255, severityOf(new FieldCursor(bytes, start, end))));
    }
    yield;
  }
  for (let index = 0; index < tree.count; index++) {
    if (index % RECORDS_PER_STEP === RECORDS_PER_STEP - 1) yield;
    if ((tree.bits[index]! & SPAN_BIT.hasEvents) === 0) continue;
    const handle = tree.handle[index]!;
    const segment = state.segmentOf(handle);
    if (segment === undefined) continue;
    const { bytes, start, end } = segment.spanRange(handle - segment.base);
    const cursor = new FieldCursor(bytes, start, end);
    const skew = tree.skewNs?.[index] ?? 0;
    for (let at = 0; cursor.next();) {
      if (cursor.field !== 11) continue;
      const event = eventHead(cursor.inside());
      offset.push(Number(event.time - tree.start) + skew);
      kind.push(LOG_KIND.event);
      handles.push(handle);
      place.push(at++);
      severity.push(event.name === EXCEPTION ? SEVERITY_ERROR : 0);
    }
  }
  const count = offset.length;
  const { children: order } = childLists(count, new Uint32Array(count).fill(count), Float64Array.from(offset));
  yield;
  return {
    count,
    offsetNs: Float64Array.from(order, (at) => offset[at]!),
    kind: Uint8Array.from(order, (at) => kind[at]!),
    handle: Uint32Array.from(order, (at) => handles[at]!),
    place: Uint32Array.from(order, (at) => place[at]!),
    severity: Uint8Array.from(order, (at) => severity[at]!),
  };
}

/** One line of the log as text. */
export interface LogLine {
  readonly service: string;
  /** Empty for a record of the trace alone. */
  readonly spanId: SpanId | '';
  readonly spanName: string;
  readonly severityText: string;
  /** Of an event, or of a record that names one. */
  readonly eventName: string;
  /** At most 400 characters. */
  readonly text: string;
  /** It says where in the source it was made. */
  readonly hasLine: boolean;
}

/** Reads line `at` of an index; undefined when what it was made of is no longer held. */
export function readLogLine(state: StoreState, index: TraceLogIndex, at: number): LogLine | undefined {
  return index.kind[at] === LOG_KIND.record
    ? readRecord(state, index.handle[at]!)
    : readEvent(state, index.handle[at]!, index.place[at]!);
}

function readRecord(state: StoreState, handle: number): LogLine | undefined {
  const segment = state.ring.segmentOf(handle);
  if (segment === undefined || handle - segment.base >= segment.logs.count) return undefined;
  const index = handle - segment.base;
  const { logs } = segment;
  const { bytes, start, end } = segment.logRange(index);
  const cursor = new FieldCursor(bytes, start, end);
  let [severityText, eventName, text] = ['', '', ''];
  let hasLine = false;
  while (cursor.next()) {
    if (cursor.field === 3) severityText = decodeUtf8(bytes, cursor.start, Math.min(cursor.end, cursor.start + 64));
    else if (cursor.field === 12) eventName = decodeUtf8(bytes, cursor.start, Math.min(cursor.end, cursor.start + 256));
    else if (cursor.field === 5) text = bodyText(bytes, cursor.start, cursor.end);
    else if (cursor.field === 6) {
      const key = lastField(bytes, cursor.start, cursor.end, 1);
      const name = key === undefined ? '' : segment.keys.textOf(bytes, key.start, key.end - key.start);
      hasLine ||= name === 'code.file.path' || name === 'code.filepath';
    }
  }
  const [hi, lo] = [logs.spanHi[index]!, logs.spanLo[index]!];
  const slot = state.traces.find(logs.trace0[index]!, logs.trace1[index]!, logs.trace2[index]!, logs.trace3[index]!);
  return {
    service: segment.services[segment.origins.get(logs.origin[index]!, 0)]!,
    spanId: (hi | lo) === 0 ? '' : spanIdText(hi, lo),
    spanName: (hi | lo) === 0 || slot < 0 ? '' : state.nameOf(state.handleIn(slot, hi, lo)),
    severityText,
    eventName,
    text: text === '' ? eventName : text,
    hasLine,
  };
}

function readEvent(state: StoreState, handle: number, place: number): LogLine | undefined {
  const segment = state.segmentOf(handle);
  if (segment === undefined) return undefined;
  const span = handle - segment.base;
  const { bytes, start, end } = segment.spanRange(span);
  const cursor = new FieldCursor(bytes, start, end);
  for (let at = -1; cursor.next();) {
    if (cursor.field !== 11 || ++at < place) continue;
    const { name } = eventHead(cursor.inside());
    const attributes = readKeyValues(cursor.inside(), 3, SHORT).map(
      ({ key, value }) => [key, scalarText(value)] as const,
    );
    const valueOf = (key: string): string => attributes.find(([name]) => name === key)?.[1] ?? '';
    const thrown = [valueOf('exception.type'), valueOf('exception.message')].filter((part) => part !== '').join(': ');
    const others = attributes.filter(([, value]) => value !== '').map(([key, value]) => `${key}=${value}`);
    return {
      service: segment.serviceOf(span),
      spanId: spanIdText(segment.spans.idHi[span]!, segment.spans.idLo[span]!),
      spanName: segment.nameOf(span),
      severityText: '',
      eventName: name,
      text: shortened(thrown === '' ? [name, ...others].join(' ') : thrown),
      hasLine: false,
    };
  }
  return undefined;
}

function severityOf(cursor: FieldCursor): number {
  let severity = 0;
  while (cursor.next()) if (cursor.field === 2) severity = cursor.smallNumber();
  return severity;
}

function eventHead(cursor: FieldCursor): { readonly time: bigint; readonly name: string } {
  let time = 0n;
  let name = '';
  while (cursor.next()) {
    if (cursor.field === 1) time = cursor.fixed64();
    else if (cursor.field === 2)
      name = decodeUtf8(cursor.bytes, cursor.start, Math.min(cursor.end, cursor.start + 256));
  }
  return { time, name };
}

function bodyText(bytes: Uint8Array, start: number, end: number): string {
  const value = readAnyValue(bytes, start, end, SHORT);
  if (value.type === 'array' || value.type === 'kvlist') return shortened(JSON.stringify(value));
  return shortened(scalarText(value));
}

function shortened(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
