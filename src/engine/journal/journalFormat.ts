import { crc32 } from 'node:zlib';

/**
 * Journal files, format 1, all numbers little endian.
 *
 *     file    header (32 bytes), then records (raw file) or blocks (rewritten file) up to the end
 *     record  header (32 bytes), then its body
 *     block   header (40 bytes), then whole records, compressed together
 *
 * Every header ends in a CRC-32 of itself that starts from the file's salt: bytes of a body, which a stranger chose,
 * cannot be taken for a header when the reader looks for the next one after damage. Bodies and blocks have a plain
 * CRC-32. A header tells its own length, so that later versions may add fields.
 */
const FORMAT_VERSION = 1;
export const FILE_HEADER_BYTES = 32;
export const RECORD_HEADER_BYTES = 32;
export const BLOCK_HEADER_BYTES = 40;

const MAGIC = Buffer.from('SPANJRNL', 'latin1');
const RECORD_MARKER = Buffer.from('SPNR', 'latin1');
const BLOCK_MARKER = Buffer.from('SPNB', 'latin1');
const HEADER_VERSION = 1;

/** What a body is. `state`: what was cleared and pinned, whole, as JSON ({@link JournalState}). */
export const RECORD_TYPE = { traces: 1, logs: 2, metrics: 3, state: 16 } as const;
/** How a file's content is arranged. */
export const FILE_KIND = { records: 0, blocks: 1 } as const;
/** How a block is compressed. */
export const CODEC = { none: 0, deflate: 1, zstd: 2 } as const;
export type Codec = (typeof CODEC)[keyof typeof CODEC];

/** Longest body a header is believed: requests are at most 1 GiB. */
const MAX_BODY_BYTES = 2 ** 31 - 1;

export interface FileHeader {
  readonly kind: number;
  readonly salt: number;
}

export interface RecordHeader {
  readonly headerBytes: number;
  readonly type: number;
  /** Which workspace sent it; 0 while that is not known. */
  readonly workspace: number;
  readonly bodyBytes: number;
  /** Milliseconds since the epoch by the receiver's clock, never less than that of the record before. */
  readonly arrivedMs: number;
  readonly bodyCrc: number;
}

export interface BlockHeader {
  readonly headerBytes: number;
  readonly codec: number;
  readonly storedBytes: number;
  readonly plainBytes: number;
  readonly records: number;
  readonly lastArrivedMs: number;
  readonly crc: number;
}

/** `newer`: written by a later version; `damaged`: not a header, or one with other bits than were written. */
export function readFileHeader(bytes: Buffer): FileHeader | 'newer' | 'damaged' {
  if (bytes.length < FILE_HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return 'damaged';
  if (bytes.readUInt32LE(28) !== crc32(bytes.subarray(0, 28))) return 'damaged';
  if (bytes.readUInt16LE(8) > FORMAT_VERSION) return 'newer';
  return { kind: bytes.readUInt8(10), salt: bytes.readUInt32LE(12) };
}

export function writeFileHeader({ kind, salt }: FileHeader): Buffer {
  const bytes = Buffer.alloc(FILE_HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt16LE(FORMAT_VERSION, 8);
  bytes.writeUInt8(kind, 10);
  bytes.writeUInt32LE(salt, 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 28)), 28);
  return bytes;
}

/** Kind by the first marker behind a file header that is damaged, or undefined. */
export function guessKind(bytes: Buffer): number | undefined {
  const marker = bytes.subarray(FILE_HEADER_BYTES, FILE_HEADER_BYTES + 4);
  if (marker.equals(RECORD_MARKER)) return FILE_KIND.records;
  return marker.equals(BLOCK_MARKER) ? FILE_KIND.blocks : undefined;
}

/** Header of a record with this body, ready to be written before it. */
export function writeRecordHeader(
  into: Buffer,
  record: { readonly type: number; readonly workspace: number; readonly arrivedMs: number; readonly body: Uint8Array },
  salt: number,
): void {
  RECORD_MARKER.copy(into);
  into.writeUInt8(HEADER_VERSION, 4);
  into.writeUInt8(RECORD_HEADER_BYTES, 5);
  into.writeUInt8(record.type, 6);
  into.writeUInt8(0, 7);
  into.writeUInt32LE(record.body.byteLength, 8);
  into.writeUInt32LE(record.workspace, 12);
  into.writeDoubleLE(record.arrivedMs, 16);
  into.writeUInt32LE(crc32(record.body), 24);
  into.writeUInt32LE(crc32(into.subarray(0, 28), salt), 28);
}

/** The record header at `at`, or undefined when there is none that can be trusted; at least 32 bytes must follow. */
export function readRecordHeader(bytes: Buffer, at: number, salt: number): RecordHeader | undefined {
  const headerBytes = headerLength(bytes, at, RECORD_MARKER, RECORD_HEADER_BYTES, salt);
  if (headerBytes === 0) return undefined;
  const bodyBytes = bytes.readUInt32LE(at + 8);
  if (bodyBytes > MAX_BODY_BYTES) return undefined;
  return {
    headerBytes,
    type: bytes.readUInt8(at + 6),
    bodyBytes,
    workspace: bytes.readUInt32LE(at + 12),
    arrivedMs: bytes.readDoubleLE(at + 16),
    bodyCrc: bytes.readUInt32LE(at + 24),
  };
}

export function writeBlockHeader(block: Omit<BlockHeader, 'headerBytes'>, salt: number): Buffer {
  const bytes = Buffer.alloc(BLOCK_HEADER_BYTES);
  BLOCK_MARKER.copy(bytes);
  bytes.writeUInt8(HEADER_VERSION, 4);
  bytes.writeUInt8(BLOCK_HEADER_BYTES, 5);
  bytes.writeUInt8(block.codec, 6);
  bytes.writeUInt32LE(block.storedBytes, 8);
  bytes.writeUInt32LE(block.plainBytes, 12);
  bytes.writeDoubleLE(block.lastArrivedMs, 16);
  bytes.writeUInt32LE(block.records, 24);
  bytes.writeUInt32LE(block.crc, 28);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 36), salt), 36);
  return bytes;
}

/** The block header at `at`, or undefined when there is none that can be trusted; at least 40 bytes must follow. */
export function readBlockHeader(bytes: Buffer, at: number, salt: number): BlockHeader | undefined {
  const headerBytes = headerLength(bytes, at, BLOCK_MARKER, BLOCK_HEADER_BYTES, salt);
  if (headerBytes === 0) return undefined;
  return {
    headerBytes,
    codec: bytes.readUInt8(at + 6),
    storedBytes: bytes.readUInt32LE(at + 8),
    plainBytes: bytes.readUInt32LE(at + 12),
    lastArrivedMs: bytes.readDoubleLE(at + 16),
    records: bytes.readUInt32LE(at + 24),
    crc: bytes.readUInt32LE(at + 28),
  };
}

/** Where the next record or block may begin, from `from` on; -1 when no marker is there. */
export function nextMarker(bytes: Buffer, from: number, kind: number): number {
  return bytes.indexOf(kind === FILE_KIND.blocks ? BLOCK_MARKER : RECORD_MARKER, from);
}

/** Bytes of the header at `at`, 0 when it is not one. The CRC stands in its last four bytes. */
function headerLength(bytes: Buffer, at: number, marker: Buffer, least: number, salt: number): number {
  if (bytes.compare(marker, 0, 4, at, at + 4) !== 0) return 0;
  const length = bytes.readUInt8(at + 5);
  if (length < least || at + length > bytes.length) return 0;
  return bytes.readUInt32LE(at + length - 4) === crc32(bytes.subarray(at, at + length - 4), salt) ? length : 0;
}
