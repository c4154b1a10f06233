import { isModelKey } from '../inference/modelKeys.ts';
import { isTimingKey } from '../inference/timingKeys.ts';
import { decodeUtf8 } from '../otlp/utf8.ts';
import { resized } from './resized.ts';
import { NOT_INTERNED, StringTable } from './stringTable.ts';
import type { StringTableMark } from './stringTable.ts';

/** The key makes its span a model call. */
export const ROLE_MODEL = 1;
/** The key tells of an exception. */
export const ROLE_EXCEPTION = 2;
/** The key tells of what kind the record is (`logfire.span_type`). */
export const ROLE_SPAN_TYPE = 4;
/** The key names the parent of the span that a pending one announces (`logfire.pending_parent_id`). */
export const ROLE_PENDING_PARENT = 8;
/** The key tells where the time inside its span went. */
export const ROLE_TIMING = 16;
/** `role >> ROLE_CODE_SHIFT` is 1 + the index of the key in {@link CODE_KEYS}, or 0. */
export const ROLE_CODE_SHIFT = 5;

/** What a `code.*` key says of the place a span was made. */
export type CodePart = 'filePath' | 'line' | 'column' | 'functionName' | 'bareFunction' | 'namespace';

/**
 * The attributes promoted into columns at ingest, both generations of the `code.*` conventions: for each part the
 * newest name first, which also wins when a span carries both. `code.module.name` is what Rust's tracing sends.
 */
export const CODE_KEYS: readonly { readonly key: string; readonly part: CodePart }[] = [
  { key: 'code.file.path', part: 'filePath' },
  { key: 'code.filepath', part: 'filePath' },
  { key: 'code.line.number', part: 'line' },
  { key: 'code.lineno', part: 'line' },
  { key: 'code.column.number', part: 'column' },
  { key: 'code.column', part: 'column' },
  { key: 'code.function.name', part: 'functionName' },
  { key: 'code.function', part: 'bareFunction' },
  { key: 'code.namespace', part: 'namespace' },
  { key: 'code.module.name', part: 'namespace' },
];

const EXCEPTION_KEYS: ReadonlySet<string> = new Set(['exception.type', 'exception.message', 'exception.stacktrace']);

/** Roles of a key, or-ed; asked once for each key of a segment. */
function roleOf(key: string): number {
  const code = key.startsWith('code.') ? CODE_KEYS.findIndex((entry) => entry.key === key) + 1 : 0;
  if (key === 'logfire.span_type') return ROLE_SPAN_TYPE;
  if (key === 'logfire.pending_parent_id') return ROLE_PENDING_PARENT;
  return (
    (isModelKey(key) ? ROLE_MODEL : 0) |
    (EXCEPTION_KEYS.has(key) ? ROLE_EXCEPTION : 0) |
    (isTimingKey(key) ? ROLE_TIMING : 0) |
    (code << ROLE_CODE_SHIFT)
  );
}

/** Attribute keys of one segment with what each means to the store. */
export class KeyTable {
  readonly strings: StringTable;
  /** Role of key i. */
  roles = new Uint16Array(64);

  constructor(maxCount: number) {
    this.strings = new StringTable(maxCount);
  }

  get byteLength(): number {
    return this.strings.byteLength + this.roles.byteLength;
  }

  /** Index of the key, added when new, or {@link NOT_INTERNED}. */
  intern(bytes: DataView, at: number, length: number): number {
    const before = this.strings.count;
    const index = this.strings.intern(bytes, at, length);
    if (index === before) {
      if (index === this.roles.length) {
        this.roles = resized(this.roles, index * 2);
      }
      this.roles[index] = roleOf(this.strings.text(index));
    }
    return index;
  }

  /** Role of the key at `at .. at + length` of `bytes`, which `view` shows too. */
  roleOf(bytes: Uint8Array, view: DataView, at: number, length: number): number {
    const key = this.intern(view, at, length);
    if (key !== NOT_INTERNED) return this.roles[key]!;
    // Only when the table is full, or for a key too long to mean anything.
    return length > 256 ? 0 : roleOf(decodeUtf8(bytes, at, at + length));
  }

  /** Role of a key that was stored, without adding one. */
  roleAt(bytes: Uint8Array, view: DataView, at: number, length: number): number {
    const key = this.strings.find(view, at, length);
    if (key !== NOT_INTERNED) return this.roles[key]!;
    return length > 256 ? 0 : roleOf(decodeUtf8(bytes, at, at + length));
  }

  /** The key as text, without decoding it again when it is known. */
  textOf(bytes: Uint8Array, at: number, length: number): string {
    const index = this.strings.find(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at, length);
    return index === NOT_INTERNED ? decodeUtf8(bytes, at, at + length) : this.strings.text(index);
  }

  mark(): StringTableMark {
    return this.strings.mark();
  }

  rollback(mark: StringTableMark): void {
    this.roles.fill(0, mark.count, this.strings.count);
    this.strings.rollback(mark);
  }
}
