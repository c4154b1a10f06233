import { idText } from './idText.ts';
import { FieldCursor, lastField } from '../otlp/fieldCursor.ts';
import { readServiceName } from '../otlp/serviceName.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import type { Exemplar, MetricHead, MetricTemporality, MetricType, PointInput } from './metricTypes.ts';
import { doubleAt, exponentialParts, histogramParts, summaryParts } from './pointParts.ts';

const NO_BYTES = new Uint8Array(0);
const MAX_NAME_BYTES = 1024;
/** Attributes of a point that is kept: they are part of each series' key. */
const MAX_ATTRIBUTE_BYTES = 8 * 1024;
/** Bytes of a resource or scope that tell it from others. */
const MAX_IDENTITY_BYTES = 16 * 1024;

/** Takes what a request holds, in its order. */
export interface MetricVisitor {
  /** `resource` and `scope` are what tells two of them apart, for use as keys. */
  group(group: {
    readonly service: string;
    readonly resource: string;
    readonly scopeName: string;
    readonly scope: string;
  }): void;
  metric(head: MetricHead): void;
  /** `attributes`: KeyValue messages with tag and length, sorted. `exemplars` reads them from the point. */
  point(attributes: Uint8Array, point: PointInput, exemplars: () => readonly Exemplar[]): void;
  /** A point that is too large to keep. */
  tooLarge(): void;
}

interface Kind {
  readonly type: MetricType;
  readonly attributes: number;
  readonly exemplars: number;
}

/** By the field of Metric that holds its data; `attributes` and `exemplars` are fields of its points (0: none). */
const KINDS: ReadonlyMap<number, Kind> = new Map([
  [5, { type: 'gauge', attributes: 7, exemplars: 5 }],
  [7, { type: 'sum', attributes: 7, exemplars: 5 }],
  [9, { type: 'histogram', attributes: 9, exemplars: 8 }],
  [10, { type: 'exponentialHistogram', attributes: 1, exemplars: 11 }],
  [11, { type: 'summary', attributes: 7, exemplars: 0 }],
]);
const TEMPORALITY: readonly MetricTemporality[] = ['unspecified', 'delta', 'cumulative'];

/** Walks an `ExportMetricsServiceRequest` that was checked (`MetricsReader`). */
export function walkMetrics(body: Uint8Array, visitor: MetricVisitor): void {
  for (const resourceGroup of each(new FieldCursor(body, 0, body.length), 1)) {
    const resource = lastField(body, resourceGroup.start, resourceGroup.end, 1);
    const service = readServiceName(body, resource?.start ?? 0, resource?.end ?? 0);
    const resourceKey = identity(body, resource);
    for (const scopeGroup of each(resourceGroup.inside(), 2)) {
      const scope = lastField(body, scopeGroup.start, scopeGroup.end, 1);
      const name = scope && lastField(body, scope.start, scope.end, 1);
      visitor.group({
        service,
        resource: resourceKey,
        scopeName: name === undefined ? '' : shortText(body, name),
        scope: identity(body, scope),
      });
      for (const metric of each(scopeGroup.inside(), 2)) walkMetric(metric, visitor);
    }
  }
}

function walkMetric(metric: FieldCursor, visitor: MetricVisitor): void {
  const text = { 1: '', 2: '', 3: '' };
  const datas: { readonly kind: Kind; readonly start: number; readonly end: number }[] = [];
  const cursor = metric.inside();
  const { bytes } = cursor;
  while (cursor.next()) {
    const { field } = cursor;
    if (field === 1 || field === 2 || field === 3) text[field] = shortText(bytes, cursor);
    const kind = KINDS.get(field);
    if (kind !== undefined) datas.push({ kind, start: cursor.start, end: cursor.end });
  }
  for (const { kind, start, end } of datas) {
    let temporality: MetricTemporality = 'unspecified';
    let monotonic = false;
    const fields = new FieldCursor(bytes, start, end);
    while (fields.next()) {
      if (fields.field === 2 && fields.wireType === 0) temporality = TEMPORALITY[fields.smallNumber()] ?? 'unspecified';
      else if (fields.field === 3 && kind.type === 'sum') monotonic = fields.smallNumber() !== 0;
    }
    visitor.metric({ name: text[1], description: text[2], unit: text[3], type: kind.type, temporality, monotonic });
    for (const point of each(new FieldCursor(bytes, start, end), 1)) walkPoint(point, kind, visitor);
  }
}

function walkPoint(point: FieldCursor, kind: Kind, visitor: MetricVisitor): void {
  const { bytes } = point;
  const { start, end } = point;
  const exemplars = (): readonly Exemplar[] => {
    const read: Exemplar[] = [];
    if (kind.exemplars === 0) return read;
    for (const one of each(new FieldCursor(bytes, start, end), kind.exemplars)) read.push(readExemplar(one.inside()));
    return read;
  };
  const attributes = attributesOf(new FieldCursor(bytes, start, end), kind.attributes);
  const read = readPoint(point, kind.type);
  if (attributes === undefined || read === undefined) visitor.tooLarge();
  else visitor.point(attributes, read, exemplars);
}

/** Undefined for a point that is too large to keep. */
function readPoint(point: FieldCursor, type: MetricType): PointInput | undefined {
  const cursor = point.inside();
  const isNumber = type === 'gauge' || type === 'sum';
  let [start, time] = [0n, 0n];
  let value = NaN;
  let noValue = false;
  const flags = type === 'histogram' || type === 'exponentialHistogram' ? 10 : 8;
  while (cursor.next()) {
    if (cursor.field === 2 && cursor.wireType === 1) start = cursor.fixed64();
    else if (cursor.field === 3 && cursor.wireType === 1) time = cursor.fixed64();
    else if (cursor.field === flags && cursor.wireType === 0) noValue = (cursor.smallNumber() & 1) !== 0;
    else if (isNumber && cursor.field === 4) value = doubleAt(cursor);
    else if (isNumber && cursor.field === 6) value = Number(BigInt.asIntN(64, cursor.fixed64()));
    else if (!isNumber && cursor.field === 5) value = doubleAt(cursor);
  }
  // DATA_POINT_FLAGS_NO_RECORDED_VALUE
  if (noValue) return { start, time, value: NaN, parts: undefined };
  if (isNumber) return { start, time, value, parts: undefined };
  const read = { histogram: histogramParts, exponentialHistogram: exponentialParts, summary: summaryParts }[type];
  const parts = read(point.inside());
  return parts === undefined ? undefined : { start, time, value, parts };
}

function readExemplar(cursor: FieldCursor): Exemplar {
  let time = 0n;
  let value = NaN;
  let spanId = '';
  let traceId = '';
  while (cursor.next()) {
    if (cursor.field === 2) time = cursor.fixed64();
    else if (cursor.field === 3) value = doubleAt(cursor);
    else if (cursor.field === 6) value = Number(BigInt.asIntN(64, cursor.fixed64()));
    else if (cursor.field === 4) spanId = idText(cursor, 8);
    else if (cursor.field === 5) traceId = idText(cursor, 16);
  }
  return { time, value, traceId: traceId as Exemplar['traceId'], spanId: spanId as Exemplar['spanId'] };
}

/**
 * The point's KeyValues in an order of their own, so that a sender's order makes no other series. Undefined when they are
 * too large to keep.
 */
function attributesOf(cursor: FieldCursor, field: number): Uint8Array | undefined {
  const entries: Uint8Array[] = [];
  let length = 0;
  for (const { bytes, start, end } of each(cursor, field)) {
    length += end - start;
    if (length > MAX_ATTRIBUTE_BYTES) return undefined;
    entries.push(Uint8Array.from([0x0a, ...varint(end - start), ...bytes.subarray(start, end)]));
  }
  if (entries.length === 0) return NO_BYTES;
  length = entries.reduce((sum, entry) => sum + entry.length, 0);
  entries.sort(compareBytes);
  const all = new Uint8Array(length);
  let at = 0;
  for (const entry of entries) {
    all.set(entry, at);
    at += entry.length;
  }
  return all;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}

function* each(cursor: FieldCursor, field: number): Generator<FieldCursor> {
  while (cursor.next()) if (cursor.field === field && cursor.wireType === 2) yield cursor;
}

function shortText(bytes: Uint8Array, { start, end }: { readonly start: number; readonly end: number }): string {
  return decodeUtf8(bytes, start, Math.min(end, start + MAX_NAME_BYTES));
}

/** One character a byte. */
function identity(bytes: Uint8Array, range: { readonly start: number; readonly end: number } | undefined): string {
  return range === undefined
    ? ''
    : textOfBytes(bytes.subarray(range.start, Math.min(range.end, range.start + MAX_IDENTITY_BYTES)));
}

/** One character a byte, for use as a key. */
export function textOfBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
