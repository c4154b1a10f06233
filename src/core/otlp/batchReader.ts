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
  /** Records read behind the segment's count. */
  accepted = 0;
  readonly rejected = new RejectedRecords();
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

  /** Checks and stores the record at `begin .. end`. */
  protected abstract record(begin: number, end: number): void;

  /**
   * Reads block number `block` of `segment`.
   * @throws OtlpDecodeError when it is malformed; the segment is to be rolled back then.
   */
  read(segment: Segment, block: number): void {
    const body = segment.blocks[block]!;
    this.bytes = body;
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.segment = segment;
    this.block = block;
    this.accepted = 0;
    this.rejected.reset();
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

  private headStart = 0;
  private headEnd = 0;
  private schemaStart = 0;
  private schemaEnd = 0;

  /** Fields may come in any order and records need their head (resource or scope): finds and checks it first. */
  private findHead(head: MessageShape, group: MessageShape, begin: number, end: number): void {
    const bytes = this.bytes;
    this.headStart = this.headEnd = this.schemaStart = this.schemaEnd = 0;
    for (let pos = begin; pos < end;) {
      const tag = bytes[pos]!;
      if (tag !== 0x0a && tag !== 0x12 && tag !== 0x1a) {
        pos = this.checkField(group, pos, end, 0);
        continue;
      }
      const length = this.length(pos + 1, end);
      const start = this.next;
      pos = start + length;
      if (tag === 0x0a) {
        this.check(head, start, pos, 0);
        this.headStart = start;
        this.headEnd = pos;
      } else if (tag === 0x1a) {
        this.schemaStart = start;
        this.schemaEnd = pos;
      }
    }
  }

  private resourceGroup(segment: Segment, begin: number, end: number): void {
    const shape = this.shapes.resourceGroup;
    this.findHead(RESOURCE, shape, begin, end);
    const known = segment.resources.count;
    const { headStart, headEnd } = this;
    const resource = segment.resources.intern(this.block, headStart, headEnd, this.schemaStart, this.schemaEnd);
    if (resource === known) segment.services.push(readServiceName(this.bytes, headStart, headEnd));
    for (let pos = begin; pos < end;) {
      if (this.bytes[pos] === 0x12) {
        const length = this.length(pos + 1, end);
        pos = this.next + length;
        this.scopeGroup(segment, resource, this.next, pos);
      } else {
        pos = this.checkField(shape, pos, end, 0);
      }
    }
  }

  private scopeGroup(segment: Segment, resource: number, begin: number, end: number): void {
    const bytes = this.bytes;
    const shape = this.shapes.scopeGroup;
    this.findHead(SCOPE, shape, begin, end);
    this.pair[0] = resource;
    this.pair[1] = segment.scopes.intern(this.block, this.headStart, this.headEnd, this.schemaStart, this.schemaEnd);
    this.origin = segment.origins.intern(this.pair);
    for (let pos = begin; pos < end;) {
      if (bytes[pos] === 0x12) {
        const length = this.length(pos + 1, end);
        const start = this.next;
        pos = start + length;
        this.record(start, pos);
      } else {
        pos = this.checkField(shape, pos, end, 0);
      }
    }
  }
}
