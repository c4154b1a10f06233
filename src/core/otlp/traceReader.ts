import { BatchReader } from './batchReader.ts';
import { OtlpDecodeError } from './decodeError.ts';
import {
  ANY_VALUE,
  EVENT,
  KEY_VALUE,
  LINK,
  RESOURCE_SPANS,
  SCOPE_SPANS,
  SPAN,
  STATUS,
  TRACES_REQUEST,
} from './messageShapes.ts';
import { addLargeAttribute } from './largeValues.ts';
import { CodeHintReader } from '../store/codeHintReader.ts';
import {
  ROLE_CODE_SHIFT,
  ROLE_EXCEPTION,
  ROLE_MODEL,
  ROLE_PENDING_PARENT,
  ROLE_SPAN_TYPE,
  ROLE_TIMING,
} from '../store/keyTable.ts';
import { resized } from '../store/resized.ts';
import type { Segment } from '../store/segment.ts';
import { SHARED_BYTES } from '../store/recordBlocks.ts';
import { NONE, PENDING } from '../store/spanColumns.ts';
import { SPAN_BIT } from '../store/storeReader.ts';
import { NOT_INTERNED, sameBytes } from '../store/stringTable.ts';

/** Attributes of a span whose keys are predicted; further ones are looked up. */
const PREDICTED = 32;
/** Kinds of span (told apart by their names' ends) that have predictions of their own. */
const KINDS = 16;
/** In place of an attribute's ordinal: it is an event's, so its keys are not predicted and say nothing of source code. */
const OF_EVENT = 1 << 24;
/** In place of an ordinal: too many attributes to predict. */
const UNPREDICTED = OF_EVENT - 1;
/** A length that no predicted key has: those have one-byte lengths. */
const NOTHING_PREDICTED = 0xff;
const EXCEPTION_NAME = [0x65, 0x78, 0x63, 0x65, 0x70, 0x74, 0x69, 0x6f, 0x6e];
/** `pending_span`. */
const PENDING_SPAN = [0x70, 0x65, 0x6e, 0x64, 0x69, 0x6e, 0x67, 0x5f, 0x73, 0x70, 0x61, 0x6e];
const TWO_32 = 2 ** 32;

/**
 * One validating pass over an `ExportTraceServiceRequest` into the columns of a segment. Spans are written behind
 * `segment.spans.count`, which the caller moves once the whole body is read (or rolls the segment back). Attributes,
 * events and links are checked and left as bytes; only what lists, layout and the editor ask of every span is taken.
 *
 * The hot path allocates nothing per span, reads one- and two-byte lengths in place, and leaves everything unusual
 * (unknown fields, fields out of order, deep values) to WireReader.
 */
export class TraceReader extends BatchReader {
  /** Trace ids of the spans read, four words each, first span first. */
  traceIds = new Int32Array(4 * 1024);
  /** Where in this body the key was that stood in the same place of the last span of this kind, its length and role. */
  private readonly predictedAt = new Uint32Array(PREDICTED * KINDS);
  private readonly predictedLength = new Uint8Array(PREDICTED * KINDS);
  private readonly predictedRole = new Uint16Array(PREDICTED * KINDS);
  private readonly codeHints = new CodeHintReader();
  private keyAt = 0;
  private keyLength = 0;
  private valueAt = 0;
  private valueEnd = 0;

  /** The span being read says that it only started; see {@link pending}. */
  private pendingBit = 0;
  private pendingParentAt = 0;

  constructor() {
    super({ request: TRACES_REQUEST, resourceGroup: RESOURCE_SPANS, scopeGroup: SCOPE_SPANS });
  }

  override read(segment: Segment, block: number): void {
    this.predictedAt.fill(0);
    this.predictedLength.fill(NOTHING_PREDICTED);
    super.read(segment, block);
  }

  override release(): void {
    super.release();
    if (this.traceIds.length > 4 * 65536) this.traceIds = new Int32Array(4 * 1024);
  }

  protected override record(begin: number, end: number): void {
    const bytes = this.bytes;
    const view = this.view;
    const segment = this.segment!;
    let traceIdLength = 0;
    let trace0 = 0;
    let trace1 = 0;
    let trace2 = 0;
    let trace3 = 0;
    let idLength = 0;
    let idHi = 0;
    let idLo = 0;
    let parentLength = 0;
    let parentHi = 0;
    let parentLo = 0;
    let nameAt = 0;
    let nameLength = 0;
    let startHi = 0;
    let startLo = 0;
    let endHi = 0;
    let endLo = 0;
    let kind = 0;
    let status = 0;
    let bits = 0;
    let ordinal = 0;
    let lastOrdinal = PREDICTED;
    this.codeHints.reset();
    this.pendingBit = 0;
    this.pendingParentAt = 0;
    let pos = begin;
    while (pos < end) {
      const tag = bytes[pos]!;
      // Length-delimited fields with one- or two-byte lengths, and fixed64, are the body of every real span.
      if ((tag & 7) === 2 && tag < 0x80 && tag !== 0x02) {
        let length = bytes[pos + 1]!;
        let start = pos + 2;
        if (length >= 0x80) {
          const high = bytes[pos + 2]!;
          if (high < 0x80) {
            length = (length & 0x7f) | (high << 7);
            start = pos + 3;
          } else {
            length = this.length(pos + 1, end);
            start = this.next;
          }
        }
        const stop = start + length;
        if (!(stop <= end)) throw this.pastEnd(pos);
        switch (tag) {
          case 0x4a:
            bits |= this.attribute(start, stop, ordinal < lastOrdinal ? ordinal++ : UNPREDICTED);
            break;
          case 0x0a:
            traceIdLength = length;
            if (length === 16) {
              trace0 = view.getInt32(start);
              trace1 = view.getInt32(start + 4);
              trace2 = view.getInt32(start + 8);
              trace3 = view.getInt32(start + 12);
            }
            break;
          case 0x12:
            idLength = length;
            if (length === 8) {
              idHi = view.getInt32(start);
              idLo = view.getInt32(start + 4);
            }
            break;
          case 0x22:
            parentLength = length;
            parentHi = length === 8 ? view.getInt32(start) : 0;
            parentLo = length === 8 ? view.getInt32(start + 4) : 0;
            break;
          case 0x2a:
            nameAt = start;
            nameLength = length;
            // The name comes before the attributes, and spans of one name have the same ones.
            ordinal = ((length ^ (length > 1 ? bytes[stop - 2]! : 0)) & (KINDS - 1)) * PREDICTED;
            lastOrdinal = ordinal + PREDICTED;
            break;
          case 0x5a:
            bits |= SPAN_BIT.hasEvents | this.event(start, stop);
            break;
          case 0x6a:
            bits |= SPAN_BIT.hasLinks;
            this.check(LINK, start, stop, 0);
            break;
          case 0x7a:
            status = this.status(start, stop, status);
            break;
          case 0x1a:
            break;
          default:
            // Known fields of another wire type are refused, unknown ones skipped.
            this.checkField(SPAN, pos, end, 0);
        }
        pos = stop;
      } else if (tag === 0x39 || tag === 0x41) {
        if (pos + 9 > end) throw this.pastEnd(pos);
        if (tag === 0x39) {
          startLo = view.getInt32(pos + 1, true);
          startHi = view.getInt32(pos + 5, true);
        } else {
          endLo = view.getInt32(pos + 1, true);
          endHi = view.getInt32(pos + 5, true);
        }
        pos += 9;
      } else if (tag === 0x30) {
        kind = this.varint(pos + 1, end);
        if (kind > 5) kind = 0;
        pos = this.next;
      } else if (tag === 0x85 && bytes[pos + 1] === 0x01 && pos + 6 <= end) {
        pos += 6;
      } else {
        pos = this.checkField(SPAN, pos, end, 0);
      }
    }
    if (this.pendingBit !== 0 && parentLength === 8 && (parentHi | parentLo) !== 0) {
      // It names the span it announces as its parent, and that span's parent in an attribute.
      bits |= this.pendingBit;
      idHi = parentHi;
      idLo = parentLo;
      parentHi = parentLo = 0;
      parentLength = 0;
      endHi = endLo = 0;
      const parent = this.pendingParentAt;
      if (parent !== 0) {
        parentHi = hexWordAt(bytes, parent);
        parentLo = hexWordAt(bytes, parent + 8);
        parentLength = 8;
      }
    }
    if (traceIdLength !== 16 || idLength !== 8 || (trace0 | trace1 | trace2 | trace3) === 0 || (idHi | idLo) === 0) {
      this.rejected.addBadIds(traceIdLength, (trace0 | trace1 | trace2 | trace3) === 0, idLength);
      return;
    }
    if (parentLength !== 8 && parentLength !== 0) {
      // Kept without its parent it would be a root, and settle a trace whose root is still to come.
      this.rejected.addBadParent(parentLength);
      return;
    }
    const columns = segment.spans;
    const index = columns.count + this.written;
    if (index >= columns.capacity) columns.ensure(index + 1);
    const at = 4 * this.written;
    if (at === this.traceIds.length) this.growTraceIds();
    this.accepted++;
    this.written++;
    const traceIds = this.traceIds;
    traceIds[at] = trace0;
    traceIds[at + 1] = trace1;
    traceIds[at + 2] = trace2;
    traceIds[at + 3] = trace3;
    columns.idHi[index] = idHi;
    columns.idLo[index] = idLo;
    columns.parentHi[index] = parentHi;
    columns.parentLo[index] = parentLo;
    if ((endHi | endLo) === 0) {
      bits |= SPAN_BIT.unfinished;
      columns.durationNs[index] = 0;
    } else if ((startHi | startLo) === 0) {
      // Without a start the only time known is the end.
      startHi = endHi;
      startLo = endLo;
      columns.durationNs[index] = 0;
    } else {
      const durationNs = ((endHi >>> 0) - (startHi >>> 0)) * TWO_32 + ((endLo >>> 0) - (startLo >>> 0));
      columns.durationNs[index] = durationNs > 0 ? durationNs : 0;
    }
    columns.startHi[index] = startHi;
    columns.startLo[index] = startLo;
    const name = segment.names.intern(view, nameAt, nameLength);
    columns.name[index] = name === NOT_INTERNED ? NONE : name;
    columns.origin[index] = this.origin;
    columns.code[index] = this.codeHints.used ? this.codeHints.intern(bytes, view, segment) : 0;
    columns.block[index] = this.block;
    columns.start[index] = begin;
    columns.end[index] = end;
    columns.kind[index] = kind;
    columns.status[index] = status;
    columns.bits[index] = bits;
  }

  protected override assignOrigin(from: number): void {
    const { count, origin } = this.segment!.spans;
    origin.fill(this.origin, count + from, count + this.written);
  }

  /** Checks one attribute of a span and returns the bits its key sets. */
  private attribute(begin: number, end: number, ordinal: number): number {
    const bytes = this.bytes;
    let keyLength = bytes[begin + 1]!;
    let keyAt = begin + 2;
    let valueAt = keyAt + keyLength + 2;
    let valueEnd = end;
    // Key first and value second, both with short lengths and nothing else, is how every exporter writes it.
    let usual = false;
    if (bytes[begin] === 0x0a && keyLength < 0x80 && valueAt <= end && bytes[valueAt - 2] === 0x12) {
      let length = bytes[valueAt - 1]!;
      if (length >= 0x80) {
        length = (length & 0x7f) | (bytes[valueAt]! << 7);
        if (bytes[valueAt]! < 0x80) valueAt++;
        else length = -1;
      }
      usual = valueAt + length === end;
    }
    if (!usual) {
      this.check(KEY_VALUE, begin, end, 0);
      this.findKeyAndValue(begin, end);
      keyAt = this.keyAt;
      keyLength = this.keyLength;
      valueAt = this.valueAt;
      valueEnd = this.valueEnd;
    } else if (valueAt < end) {
      // The common scalars in place; the rest by shape.
      const kind = bytes[valueAt]!;
      const first = bytes[valueAt + 1]!;
      let fine = false;
      if (kind === 0x0a) {
        fine =
          first < 0x80
            ? valueAt + 2 + first === end
            : bytes[valueAt + 2]! < 0x80 && valueAt + 3 + ((first & 0x7f) | (bytes[valueAt + 2]! << 7)) === end;
      } else if (kind === 0x18 || kind === 0x10) {
        let last = valueAt + 1;
        while (bytes[last]! >= 0x80 && last < end) last++;
        fine = last + 1 === end && last - valueAt <= 10;
      } else if (kind === 0x21) {
        fine = valueAt + 9 === end;
      }
      if (!fine) this.check(ANY_VALUE, valueAt, end, 0);
    }
    let role: number;
    if (
      ordinal < PREDICTED * KINDS &&
      this.predictedLength[ordinal] === keyLength &&
      sameBytes(this.view, this.predictedAt[ordinal]!, this.view, keyAt, keyLength)
    ) {
      role = this.predictedRole[ordinal]!;
    } else {
      role = this.segment!.keys.roleOf(bytes, this.view, keyAt, keyLength);
      if (ordinal < PREDICTED * KINDS && keyLength < 0x80) {
        this.predictedAt[ordinal] = keyAt;
        this.predictedLength[ordinal] = keyLength;
        this.predictedRole[ordinal] = role;
      }
    }
    if (end - begin >= SHARED_BYTES) addLargeAttribute(bytes, begin, end, SHARED_BYTES, this.large);
    if (role === 0) return 0;
    if ((role & (ROLE_SPAN_TYPE | ROLE_PENDING_PARENT)) !== 0 && ordinal < OF_EVENT)
      this.pending(role, valueAt, valueEnd);
    if (role >> ROLE_CODE_SHIFT !== 0 && ordinal < OF_EVENT)
      this.codeHints.take((role >> ROLE_CODE_SHIFT) - 1, valueAt, valueEnd);
    return bitsOfRole(role);
  }

  /** Takes what Logfire says of a span that only started. A value that is not as agreed says nothing. */
  private pending(role: number, at: number, end: number): void {
    const bytes = this.bytes;
    if (bytes[at] !== 0x0a || at + 2 + bytes[at + 1]! !== end) return;
    const length = bytes[at + 1]!;
    if ((role & ROLE_SPAN_TYPE) !== 0) {
      const isPending = length === PENDING_SPAN.length && PENDING_SPAN.every((byte, i) => bytes[at + 2 + i] === byte);
      this.pendingBit = isPending ? PENDING : 0;
    } else if (length === 16) {
      this.pendingParentAt = at + 2;
    }
  }

  /** Last key and last value of a checked KeyValue, wherever they stand. */
  private findKeyAndValue(begin: number, end: number): void {
    this.keyAt = this.keyLength = this.valueAt = this.valueEnd = 0;
    for (let pos = begin; pos < end;) {
      const tag = this.bytes[pos]!;
      if (tag === 0x0a || tag === 0x12) {
        const length = this.length(pos + 1, end);
        pos = this.next + length;
        if (tag === 0x0a) {
          this.keyAt = this.next;
          this.keyLength = length;
        } else {
          this.valueAt = this.next;
          this.valueEnd = pos;
        }
      } else {
        pos = this.checkField(KEY_VALUE, pos, end, 0);
      }
    }
  }

  /** Checks one event and returns the bits its name and attributes set. */
  private event(begin: number, end: number): number {
    const bytes = this.bytes;
    let bits = 0;
    let isException = false;
    for (let pos = begin; pos < end;) {
      const tag = bytes[pos]!;
      if (tag === 0x12 || tag === 0x1a) {
        const length = this.length(pos + 1, end);
        const start = this.next;
        pos = start + length;
        if (tag === 0x12) {
          isException =
            length === EXCEPTION_NAME.length && EXCEPTION_NAME.every((byte, i) => bytes[start + i] === byte);
        } else {
          bits |= this.attribute(start, pos, OF_EVENT);
        }
      } else {
        pos = this.checkField(EVENT, pos, end, 0);
      }
    }
    return isException ? bits | SPAN_BIT.hasException : bits;
  }

  /** Checks a Status and returns its code; a Status given twice merges, as in protobuf. */
  private status(begin: number, end: number, before: number): number {
    let code = before;
    for (let pos = begin; pos < end;) {
      if (this.bytes[pos] === 0x18) {
        code = this.varint(pos + 1, end);
        if (code > 2) code = 0;
        pos = this.next;
      } else {
        pos = this.checkField(STATUS, pos, end, 0);
      }
    }
    return code;
  }

  private growTraceIds(): void {
    this.traceIds = resized(this.traceIds, this.traceIds.length * 2);
  }

  private pastEnd(pos: number): OtlpDecodeError {
    return new OtlpDecodeError('A field of Span runs past the end of its message', pos);
  }
}

/** Eight hex digits at `at` as a signed word; 0 when they are none. */
function hexWordAt(bytes: Uint8Array, at: number): number {
  let word = 0;
  for (let i = at; i < at + 8; i++) {
    const digit = bytes[i]!;
    const lower = digit | 0x20;
    const value =
      digit >= 0x30 && digit <= 0x39 ? digit - 0x30 : lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
    if (value < 0) return 0;
    word = (word << 4) | value;
  }
  return word;
}

function bitsOfRole(role: number): number {
  return (
    ((role & ROLE_MODEL) !== 0 ? SPAN_BIT.hasModel : 0) |
    ((role & ROLE_EXCEPTION) !== 0 ? SPAN_BIT.hasException : 0) |
    ((role & ROLE_TIMING) !== 0 ? SPAN_BIT.hasTiming : 0)
  );
}
