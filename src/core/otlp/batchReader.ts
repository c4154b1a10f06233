import { RESOURCE, SCOPE } from './messageShapes.ts';
import type { MessageShape } from './messageShapes.ts';
import { RejectedRecords } from './rejectedRecords.ts';
import { readServiceName } from './serviceName.ts';
import { WireReader } from './wireReader.ts';
import type { Segment } from '../store/segment.ts';

/** Shapes of the three layers that trace and log exports have in common, field for field. */
export interface BatchShapes {
  readonly request: MessageShape;
  readonly resourceGroup: MessageShape;
  readonly scopeGroup: MessageShape;
}

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/**
 * The frame of a trace or log export: request → groups by resource → groups by scope → records. Resources and scopes
 * are checked and interned here; each record is left to the subclass. A resource or scope given twice in its group
 * counts with its last occurrence.
 */
export abstract class BatchReader extends WireReader {
  /** Records that are answered as accepted. */
  accepted = 0;
  /** Records written behind the segment's count. */
  written = 0;
  readonly rejected = new RejectedRecords();
  /** Long values of the body, as pairs of start and end, ascending. */
  readonly large: number[] = [];
  protected view: DataView = NO_VIEW;
  protected segment: Segment | undefined;
  protected block = 0;
  /** Index in the segment's origins for the records being read. */
  protected origin = 0;
  private readonly shapes: BatchShapes;
  private readonly pair = new Uint32Array(2);

  constructor(shapes: BatchShapes) {
    super();
    this.shapes = shapes;
  }

  /** Checks the record at `begin .. end` and writes it behind those before. */
  protected abstract record(begin: number, end: number): void;

  /** Gives the records written since the first `from` of this body the present {@link origin}. */
  protected abstract assignOrigin(from: number): void;

  /**
   * Reads block number `block` of `segment`.
   * @throws OtlpDecodeError when it is malformed; the segment is to be rolled back then.
   */
  read(segment: Segment, block: number): void {
    const body = segment.blocks.body(block);
    this.bytes = body;
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.segment = segment;
    this.block = block;
    this.accepted = 0;
    this.written = 0;
    this.rejected.reset();
    this.large.length = 0;
    const end = body.length;
    for (let pos = 0; pos < end;) {
      if (body[pos] === 0x0a) {
        const length = this.length(pos + 1, end);
        pos = this.next + length;
        this.resourceGroup(segment, this.next, pos);
      } else {
        pos = this.checkField(this.shapes.request, pos, end, 0);
      }
    }
  }

  /** Lets go of the body. */
  release(): void {
    this.bytes = NO_BYTES;
    this.view = NO_VIEW;
    this.segment = undefined;
  }

  private resourceGroup(segment: Segment, begin: number, end: number): void {
    const bytes = this.bytes;
    const shape = this.shapes.resourceGroup;
    let headStart = 0;
    let headEnd = 0;
    let schemaStart = 0;
    let schemaEnd = 0;
    // Fields may come in any order and records need their resource: it is looked for first.
    for (let pos = begin; pos < end;) {
      const tag = bytes[pos]!;
      if (tag !== 0x0a && tag !== 0x12 && tag !== 0x1a) {
        pos = this.checkField(shape, pos, end, 0);
        continue;
      }
      const length = this.length(pos + 1, end);
      const start = this.next;
      pos = start + length;
      if (tag === 0x0a) {
        this.check(RESOURCE, start, pos, 0);
        headStart = start;
        headEnd = pos;
      } else if (tag === 0x1a) {
        schemaStart = start;
        schemaEnd = pos;
      }
    }
    const known = segment.resources.count;
    const resource = segment.resources.intern(this.view, headStart, headEnd, schemaStart, schemaEnd);
    if (resource === known) segment.services.push(readServiceName(bytes, headStart, headEnd));
    for (let pos = begin; pos < end;) {
      if (bytes[pos] === 0x12) {
        const length = this.length(pos + 1, end);
        pos = this.next + length;
        this.scopeGroup(segment, resource, this.next, pos);
      } else {
        pos = this.checkField(shape, pos, end, 0);
      }
    }
  }

  /**
   * Reads a group by scope in one go: records are long, and stepping over them first would fetch each from memory twice.
   * A scope or schema that comes behind records (`schema_url` does, by its number) is put under them afterwards.
   */
  private scopeGroup(segment: Segment, resource: number, begin: number, end: number): void {
    const bytes = this.bytes;
    const firstRecord = this.written;
    let headStart = 0;
    let headEnd = 0;
    let schemaStart = 0;
    let schemaEnd = 0;
    let hasOrigin = false;
    for (let pos = begin; pos < end;) {
      const tag = bytes[pos]!;
      if (tag !== 0x0a && tag !== 0x12 && tag !== 0x1a) {
        pos = this.checkField(this.shapes.scopeGroup, pos, end, 0);
        continue;
      }
      const length = this.length(pos + 1, end);
      const start = this.next;
      pos = start + length;
      if (tag === 0x12) {
        if (!hasOrigin) {
          hasOrigin = true;
          this.origin = this.internOrigin(segment, resource, headStart, headEnd, schemaStart, schemaEnd);
        }
        this.record(start, pos);
      } else {
        hasOrigin = false;
        if (tag === 0x0a) {
          this.check(SCOPE, start, pos, 0);
          headStart = start;
          headEnd = pos;
        } else {
          schemaStart = start;
          schemaEnd = pos;
        }
      }
    }
    if (!hasOrigin && this.written > firstRecord) {
      this.origin = this.internOrigin(segment, resource, headStart, headEnd, schemaStart, schemaEnd);
      this.assignOrigin(firstRecord);
    }
  }

  private internOrigin(
    segment: Segment,
    resource: number,
    headStart: number,
    headEnd: number,
    schemaStart: number,
    schemaEnd: number,
  ): number {
    this.pair[0] = resource;
    this.pair[1] = segment.scopes.intern(this.view, headStart, headEnd, schemaStart, schemaEnd);
    return segment.origins.intern(this.pair);
  }
}
