/** How the (decompressed) bytes of a trace file are laid out. */
export type FileLayout =
  /** JSON values one after the other, with or without lines between. */
  | 'json'
  /** One protobuf export request, or several that follow each other without a mark. */
  | 'protobuf'
  /** Protobuf requests with their length in four bytes in front, as the Collector's file exporter writes `format: proto`. */
  | 'sizedProtobuf';

export type Compression = 'gzip' | 'zstd';

/** Bytes that {@link sniffLayout} wants to see. */
export const SNIFF_BYTES = 4096;

/** The compression whose magic number stands at the beginning. */
export function sniffCompression(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  return undefined;
}

/**
 * The layout of a file that begins with `head`, undefined when it is none that is read. A line feed is also the tag of
 * a request's first field, and a length may look like a brace: JSON shows a name, a bracket or nothing behind it.
 */
export function sniffLayout(head: Uint8Array): FileLayout | undefined {
  const text = Buffer.from(head).toString('latin1');
  if (/^(?:\u00ef\u00bb\u00bf)?[\s\u001e]*(?:\{\s*(?:"[A-Za-z_]|\}|$)|\[\s*(?:\{|\]|$))/.test(text)) return 'json';
  // A brace or bracket first is no protobuf: JSON that is wrong further on is told as such.
  if (/^[\s\u001e]*[{[]/.test(text) && head[0] !== 0x0a) return 'json';
  if (head[0] === 0x0a) return 'protobuf';
  if (head.length > 4 && head[4] === 0x0a && head[0] === 0) return 'sizedProtobuf';
  return undefined;
}
