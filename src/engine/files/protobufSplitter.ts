import { FileProblem, type FilePlace } from './fileProblem.ts';
import { PendingBytes } from './pendingBytes.ts';

const MAX_PIECE_BYTES = 1024 * 1024 * 1024;

/** A request, or a part of one, of a protobuf file. */
export interface ProtobufPiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly place: FilePlace;
}

/**
 * Cuts a stream of protobuf into requests: `sized` ones have their length as four bytes, big endian, in front; else the
 * whole stream is one message, and each of its fields (a resource with its spans) is a request of its own.
 */
export class ProtobufSplitter {
  readonly #pending = new PendingBytes(false);
  readonly #sized: boolean;

  constructor(sized: boolean) {
    this.#sized = sized;
  }

  /** Takes the next bytes; the pieces that are complete now. @throws FileProblem where no field begins. */
  push(chunk: Uint8Array): ProtobufPiece[] {
    this.#pending.append(chunk);
    const pieces: ProtobufPiece[] = [];
    for (;;) {
      const { bytes, offset } = this.#pending;
      const head = this.#sized ? sizedHead(bytes) : fieldHead(bytes, offset);
      if (head === undefined) return pieces;
      const size = head.start + head.length;
      if (size > MAX_PIECE_BYTES) {
        throw new FileProblem(`a length of ${head.length} bytes: this is no OTLP protobuf`, { byte: offset, line: 0 });
      }
      if (size > bytes.length) return pieces;
      const from = this.#sized ? head.start : 0;
      if (size > from) pieces.push({ bytes: bytes.slice(from, size), place: this.#pending.placeOf(from) });
      this.#pending.drop(size);
    }
  }

  /** @throws FileProblem when a piece is not complete. */
  end(): void {
    const { length, offset } = this.#pending;
    if (length > 0) {
      throw new FileProblem(`the file ends inside a message of which ${length} bytes are here; was it cut short?`, {
        byte: offset,
        line: 0,
      });
    }
  }
}

interface PieceHead {
  /** Where the payload begins, and its length. */
  readonly start: number;
  readonly length: number;
}

function sizedHead(bytes: Uint8Array): PieceHead | undefined {
  if (bytes.length < 4) return undefined;
  return { start: 4, length: new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) };
}

function fieldHead(bytes: Uint8Array, offset: number): PieceHead | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes[0] !== 0x0a) {
    throw new FileProblem('expected field 1 of an export request; this is no OTLP protobuf', { byte: offset, line: 0 });
  }
  let length = 0;
  for (let at = 1, scale = 1; at < bytes.length; at++, scale *= 128) {
    const byte = bytes[at] ?? 0;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) return { start: at + 1, length };
    if (at > 5) return { start: at + 1, length: Infinity };
  }
  return undefined;
}
