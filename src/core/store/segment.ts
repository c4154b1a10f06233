import { lastField } from '../otlp/fieldCursor.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import { KeyTable } from './keyTable.ts';
import { LogColumns } from './logColumns.ts';
import { RangeTable } from './rangeTable.ts';
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
  readonly names: StringTableMark;
  readonly keys: StringTableMark;
  readonly resources: number;
  readonly scopes: number;
  readonly origins: number;
  readonly codes: number;
  readonly rawBytes: number;
}

/**
 * About 64k spans and the log records that came between them, with everything they need: columns, strings, resources,
 * scopes, and the bodies they came in. Dropped as a whole; nothing in it is referred to from outside by anything but
 * handles.
 */
export class Segment {
  /** Bodies as they came; spans, resources, scopes and log records are ranges of them. */
  readonly blocks: Uint8Array[] = [];
  readonly names = new StringTable(MAX_NAMES);
  readonly keys = new KeyTable(MAX_KEYS);
  readonly resources = new RangeTable(this.blocks);
  readonly scopes = new RangeTable(this.blocks);
  /** Pairs of resource and scope. */
  readonly origins = new TupleTable(2, UNBOUNDED);
  /** Distinct code hints; the layout of a tuple is CodeHintReader's. */
  readonly codes = new TupleTable(7, MAX_CODE_HINTS);
  readonly spans = new SpanColumns();
  readonly logs = new LogColumns();
  /** `service.name` by resource. */
  readonly services: string[] = [];
  rawBytes = 0;
  /** Handle of the first span and of the first log record. */
  readonly base: number;

  constructor(base: number) {
    this.base = base;
  }

  /** Bytes this segment holds outside the JavaScript heap. */
  get byteLength(): number {
    return (
      this.rawBytes +
      this.names.byteLength +
      this.keys.byteLength +
      this.resources.byteLength +
      this.scopes.byteLength +
      this.origins.byteLength +
      this.codes.byteLength +
      this.spans.byteLength +
      this.logs.byteLength
    );
  }

  /** Adds a body and returns its number. */
  addBlock(body: Uint8Array): number {
    this.rawBytes += body.byteLength;
    return this.blocks.push(body) - 1;
  }

  mark(): SegmentMark {
    return {
      blocks: this.blocks.length,
      spans: this.spans.count,
      logs: this.logs.count,
      names: this.names.mark(),
      keys: this.keys.mark(),
      resources: this.resources.count,
      scopes: this.scopes.count,
      origins: this.origins.count,
      codes: this.codes.count,
      rawBytes: this.rawBytes,
    };
  }

  /** Forgets everything read since `mark`, and gives back the room a large message took. */
  rollback(mark: SegmentMark): void {
    this.spans.count = mark.spans;
    this.logs.count = mark.logs;
    if (this.spans.capacity > 2048 && this.spans.capacity > 4 * mark.spans) this.spans.trim();
    if (this.logs.capacity > 2048 && this.logs.capacity > 4 * mark.logs) this.logs.trim();
    this.names.rollback(mark.names);
    this.keys.rollback(mark.keys);
    this.resources.rollback(mark.resources);
    this.scopes.rollback(mark.scopes);
    this.origins.rollback(mark.origins);
    this.codes.rollback(mark.codes);
    this.services.length = mark.resources;
    this.blocks.length = mark.blocks;
    this.rawBytes = mark.rawBytes;
  }

  /** No more will be added: gives back spare room. */
  seal(): void {
    this.spans.trim();
    this.logs.trim();
  }

  serviceOf(span: number): string {
    return this.services[this.origins.get(this.spans.origin[span]!, 0)]!;
  }

  /** Name of span `index`: interned, or from its bytes. */
  nameOf(index: number): string {
    const name = this.spans.name[index]!;
    if (name !== NONE) return this.names.text(name);
    const bytes = this.blocks[this.spans.block[index]!]!;
    const range = lastField(bytes, this.spans.start[index]!, this.spans.end[index]!, 5);
    return range === undefined ? '' : decodeUtf8(bytes, range.start, range.end);
  }
}
