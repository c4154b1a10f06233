import { CODE_KEYS } from './keyTable.ts';
import type { CodePart } from './keyTable.ts';
import type { Segment } from './segment.ts';
import { NONE } from './spanColumns.ts';
import { NOT_INTERNED } from './stringTable.ts';

/** Place of each part in a tuple of `Segment.codes`: texts as index into the segment's names + 1, 0 for absent. */
const PLACE: Readonly<Record<CodePart, number>> = {
  filePath: 0,
  line: 1,
  column: 2,
  functionName: 3,
  bareFunction: 4,
  namespace: 5,
};

/** Last place of the tuple: bit i is set when key i of CODE_KEYS was there with a usable value. */
const KEYS_PLACE = 6;

/** Keys and values behind a value of the `code` column, as they were sent. */
export function codeTextsOf(segment: Segment, code: number): string[] {
  const texts: string[] = [];
  const used = segment.codes.get(code - 1, KEYS_PLACE);
  CODE_KEYS.forEach(({ key, part }, index) => {
    if ((used & (1 << index)) === 0) return;
    texts.push(key);
    const value = segment.codes.get(code - 1, PLACE[part]);
    if (value !== 0) texts.push(part === 'line' || part === 'column' ? String(value) : segment.names.text(value - 1));
  });
  return texts;
}

/** Code hints of one kind of span as the editor reads them. */
export interface CodeHints {
  filePath?: string;
  line?: string;
  column?: string;
  functionName?: string;
  keys: string[];
}

/** Collects the `code.*` attributes of the span being read. Allocates nothing. */
export class CodeHintReader {
  /** Some `code.*` attribute was seen since {@link reset}. */
  used = false;
  private mask = 0;
  private readonly starts = new Uint32Array(CODE_KEYS.length);
  private readonly ends = new Uint32Array(CODE_KEYS.length);
  private readonly tuple = new Uint32Array(KEYS_PLACE + 1);

  reset(): void {
    this.used = false;
    this.mask = 0;
  }

  /** Remembers that key `index` of CODE_KEYS has the AnyValue at `start .. end`. */
  take(index: number, start: number, end: number): void {
    this.used = true;
    this.mask |= 1 << index;
    this.starts[index] = start;
    this.ends[index] = end;
  }

  /** Index + 1 of the collected hints in `segment.codes`, or NONE when they cannot be shared (too long, table full). */
  intern(bytes: Uint8Array, view: DataView, segment: Segment): number {
    const tuple = this.tuple;
    tuple.fill(0);
    let used = 0;
    // Newest names stand first: they are written last and so win.
    for (let index = CODE_KEYS.length - 1; index >= 0; index--) {
      if ((this.mask & (1 << index)) === 0) continue;
      const part = CODE_KEYS[index]!.part;
      const start = this.starts[index]!;
      const end = this.ends[index]!;
      let value: number;
      if (part === 'line' || part === 'column') {
        value = readSmallNumber(bytes, start, end);
      } else {
        value = internText(bytes, view, start, end, segment);
        if (value === NONE) return NONE;
      }
      if (value === 0) continue;
      tuple[PLACE[part]] = value;
      used |= 1 << index;
    }
    tuple[KEYS_PLACE] = used;
    const index = segment.codes.intern(tuple);
    return index === NONE ? NONE : index + 1;
  }
}

/** The hints behind a value of the `code` column. */
export function codeHintsOf(segment: Segment, code: number): CodeHints {
  if (code === 0 || code === NONE) return { keys: [] };
  const index = code - 1;
  const text = (place: number): string => {
    const value = segment.codes.get(index, place);
    return value === 0 ? '' : segment.names.text(value - 1);
  };
  const number = (place: number): string => {
    const value = segment.codes.get(index, place);
    return value === 0 ? '' : String(value);
  };
  const mask = segment.codes.get(index, KEYS_PLACE);
  return joinCodeHints(
    {
      filePath: text(PLACE.filePath),
      line: number(PLACE.line),
      column: number(PLACE.column),
      functionName: text(PLACE.functionName),
      bareFunction: text(PLACE.bareFunction),
      namespace: text(PLACE.namespace),
    },
    CODE_KEYS.filter((_, i) => (mask & (1 << i)) !== 0).map((entry) => entry.key),
  );
}

/** Parts as read (empty for absent) as hints: the old pair of namespace and function is joined with a dot. */
export function joinCodeHints(parts: Readonly<Record<CodePart, string>>, keys: string[]): CodeHints {
  const hints: CodeHints = { keys };
  if (parts.filePath !== '') hints.filePath = parts.filePath;
  if (parts.line !== '') hints.line = parts.line;
  if (parts.column !== '') hints.column = parts.column;
  const joined = [parts.namespace, parts.bareFunction].filter((part) => part !== '').join('.');
  const functionName = parts.functionName !== '' ? parts.functionName : parts.bareFunction === '' ? '' : joined;
  if (functionName !== '') hints.functionName = functionName;
  return hints;
}

function internText(bytes: Uint8Array, view: DataView, start: number, end: number, segment: Segment): number {
  if (start >= end || bytes[start] !== 0x0a) return 0;
  let length = bytes[start + 1]!;
  let at = start + 2;
  if (length >= 0x80) {
    length = (length & 0x7f) | (bytes[start + 2]! << 7);
    at = start + 3;
  }
  if (length === 0) return 0;
  if (at + length !== end) return NONE;
  const index = segment.names.intern(view, at, length);
  return index === NOT_INTERNED ? NONE : index + 1;
}

/** A line or column sent as int, as digits in a string (vLLM) or as a double; 0 for anything else. */
function readSmallNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  if (bytes[start] === 0x18) {
    let scale = 1;
    for (let at = start + 1; at < end; at++) {
      value += (bytes[at]! & 0x7f) * scale;
      scale *= 128;
    }
  } else if (bytes[start] === 0x0a) {
    for (let at = start + 2; at < end; at++) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return 0;
      value = value * 10 + digit;
    }
  } else if (bytes[start] === 0x21) {
    value = new DataView(bytes.buffer, bytes.byteOffset + start + 1, 8).getFloat64(0, true);
  }
  return Number.isInteger(value) && value > 0 && value < 0x7fffffff ? value : 0;
}
