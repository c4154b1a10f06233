import { lastField } from '../otlp/fieldCursor.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import { KeyTable } from './keyTable.ts';
import { LinkColumns } from './linkColumns.ts';
import { LogColumns } from './logColumns.ts';
import type { Age } from './age.ts';
import type { ReadCache } from './blockCodec.ts';
import { RangeTable } from './rangeTable.ts';
import type { ByteRange } from './rangeTable.ts';
import { RecordBlocks } from './recordBlocks.ts';
import { SpanColumns, NONE } from './spanColumns.ts';
import { StringTable } from './stringTable.ts';
import type { StringTableMark } from './stringTable.ts';
import { TupleTable } from './tupleTable.ts';

/** Distinct span names worth sharing in one segment; services have tens, ids in names make thousands. */
const MAX_NAMES = 8192;
const MAX_KEYS = 16384;
const MAX_CODE_HINTS = 16384;
const UNBOUNDED = NONE - 1;

/** A segment as it was before a message; {@link Segment.rollback} goes back there. */
export interface SegmentMark {
  readonly blocks: number;
  readonly spans: number;
  readonly logs: number;
  readonly links: number;
  readonly names: StringTableMark;
  readonly keys: StringTableMark;
  readonly resources: number;
  readonly scopes: number;
  readonly origins: number;
  readonly codes: number;
}

/**
 * About 64k spans and the log records that came between them, with everything they need: columns, strings, resources,
 * scopes, and the bodies they came in. Dropped as a whole; nothing in it is referred to from outside by anything but
 * handles.
 */
export class Segment {
  /** The bytes of spans and log records. */
  readonly blocks: RecordBlocks;
  readonly names = new StringTable(MAX_NAMES);
  readonly keys = new KeyTable(MAX_KEYS);
  readonly resources = new RangeTable();
  readonly scopes = new RangeTable();
  /** Pairs of resource and scope. */
  readonly origins = new TupleTable(2, UNBOUNDED);
  /** Distinct code hints; the layout of a tuple is CodeHintReader's. */
  readonly codes = new TupleTable(7, MAX_CODE_HINTS);
  readonly spans = new SpanColumns();
  readonly logs = new LogColumns();
  readonly links = new LinkColumns();
  /** `service.name` by resource. */
  readonly services: string[] = [];
  /** Handle of the first span and of the first log record. */
  readonly base: number;
  /** Larger is newer: what a segment holds arrived after all that those of smaller order hold. */
  readonly order: number;

  readonly age: Age;

  constructor(base: number, age: Age, order: number, cache: ReadCache) {
    this.base = base;
    this.age = age;
    this.order = order;
    this.blocks = new RecordBlocks(cache);
  }

  /** Bytes this segment holds outside the JavaScript heap. */
  get byteLength(): number {
    return (
      this.blocks.byteLength +
      this.names.byteLength +
      this.keys.byteLength +
      this.resources.byteLength +
      this.scopes.byteLength +
      this.origins.byteLength +
      this.codes.byteLength +
      this.spans.byteLength +
      this.logs.byteLength +
      this.links.byteLength
    );
  }

  mark(): SegmentMark {
    return {
      blocks: this.blocks.count,
      spans: this.spans.count,
      logs: this.logs.count,
      links: this.links.count,
      names: this.names.mark(),
      keys: this.keys.mark(),
      resources: this.resources.count,
      scopes: this.scopes.count,
      origins: this.origins.count,
      codes: this.codes.count,
    };
  }

  /** Forgets everything read since `mark`, and gives back the room a large message took. */
  rollback(mark: SegmentMark): void {
    this.spans.count = mark.spans;
    this.logs.count = mark.logs;
    this.links.rollback(mark.links);
    if (this.spans.capacity > 2048 && this.spans.capacity > 4 * mark.spans) this.spans.trim();
    if (this.logs.capacity > 2048 && this.logs.capacity > 4 * mark.logs) this.logs.trim();
    this.names.rollback(mark.names);
    this.keys.rollback(mark.keys);
    this.resources.rollback(mark.resources);
    this.scopes.rollback(mark.scopes);
    this.origins.rollback(mark.origins);
    this.codes.rollback(mark.codes);
    this.services.length = mark.resources;
    this.blocks.truncate(mark.blocks);
  }

  /** No more will be added: gives back spare room. */
  seal(): void {
    this.spans.trim();
    this.logs.trim();
    this.links.trim();
    this.resources.trim();
    this.scopes.trim();
  }

  /** Span `index` as it was sent. */
  spanRange(index: number): ByteRange {
    const { spans } = this;
    return this.blocks.range(spans.block[index]!, spans.start[index]!, spans.end[index]!);
  }

  /** Log record `index` as it was sent. */
  logRange(index: number): ByteRange {
    const { logs } = this;
    return this.blocks.range(logs.block[index]!, logs.start[index]!, logs.end[index]!);
  }

  /**
   * Keeps the values at `large` (pairs of start and end in the body added last) apart, once each. `columns` are those
   * of the body's records, which are `from .. count`.
   */
  shareLarge(large: readonly number[], columns: SpanColumns | LogColumns, from: number): void {
    if (large.length === 0 || !this.blocks.canShare) return;
    const placeOf = this.blocks.share(large);
    for (let index = from; index < columns.count; index++) {
      columns.start[index] = placeOf(columns.start[index]!);
      columns.end[index] = placeOf(columns.end[index]!);
    }
  }

  serviceOf(span: number): string {
    return this.services[this.origins.get(this.spans.origin[span]!, 0)]!;
  }

  /** Name of span `index`: interned, or from its bytes. */
  nameOf(index: number): string {
    const name = this.spans.name[index]!;
    if (name !== NONE) return this.names.text(name);
    const { bytes, start, end } = this.spanRange(index);
    const range = lastField(bytes, start, end, 5);
    return range === undefined ? '' : decodeUtf8(bytes, range.start, range.end);
  }
}
