import { mayBeMask } from '../redact/mask.ts';

/** Where in a span a text was found, as bits. */
export const FOUND = {
  name: 1,
  service: 2,
  /** The instrumentation scope's name. */
  scope: 4,
  attributes: 8,
  /** Names and attributes of events, exceptions among them. */
  events: 16,
  links: 32,
  /** The message of its status. */
  status: 64,
  /** Log records of the span: body, attributes, event name, severity text. */
  logs: 128,
  /** Its id or its trace's, by its beginning. */
  id: 256,
  traceState: 512,
  /** Values of its resource's attributes, as whole words: what all spans of a process share is seldom what is looked for. */
  resource: 1024,
} as const;

/** Kinds of field: of a message, what it holds. Numbers index {@link CHILD}. */
export const FIELD = {
  none: 0,
  text: 1,
  bytes: 2,
  bool: 3,
  int: 4,
  double: 5,
  anyValue: 6,
  arrayValue: 7,
  keyValueList: 8,
  keyValue: 9,
  event: 10,
  link: 11,
  status: 12,
  span: 13,
  log: 14,
} as const;

export const FIELDS = 17;

function fieldTable(messages: Readonly<Record<number, Readonly<Record<number, number>>>>): Uint16Array {
  const table = new Uint16Array(FIELDS * 15);
  for (const [message, fields] of Object.entries(messages)) {
    for (const [field, what] of Object.entries(fields)) table[Number(message) * FIELDS + Number(field)] = what;
  }
  return table;
}

/** What field `n` of a message of kind `k` holds, at `k * FIELDS + n`; numbers of opentelemetry-proto 1.11. */
export const CHILD = fieldTable({
  [FIELD.anyValue]: {
    1: FIELD.text,
    2: FIELD.bool,
    3: FIELD.int,
    4: FIELD.double,
    5: FIELD.arrayValue,
    6: FIELD.keyValueList,
    7: FIELD.bytes,
  },
  [FIELD.arrayValue]: { 1: FIELD.anyValue },
  [FIELD.keyValueList]: { 1: FIELD.keyValue },
  [FIELD.keyValue]: { 1: FIELD.text, 2: FIELD.anyValue },
  [FIELD.event]: { 2: FIELD.text, 3: FIELD.keyValue },
  [FIELD.link]: { 3: FIELD.text, 4: FIELD.keyValue },
  [FIELD.status]: { 2: FIELD.text },
  [FIELD.span]: {
    3: FIELD.text,
    5: FIELD.text,
    9: FIELD.keyValue,
    11: FIELD.event,
    13: FIELD.link,
    15: FIELD.status,
  },
  [FIELD.log]: { 3: FIELD.text, 5: FIELD.anyValue, 6: FIELD.keyValue, 12: FIELD.text },
});

/** {@link FOUND} of the fields of a span and of a log record. */
export const PLACE = fieldTable({
  [FIELD.span]: {
    3: FOUND.traceState,
    5: FOUND.name,
    9: FOUND.attributes,
    11: FOUND.events,
    13: FOUND.links,
    15: FOUND.status,
  },
  [FIELD.log]: { 3: FOUND.logs, 5: FOUND.logs, 6: FOUND.logs, 12: FOUND.logs },
});

/** Long values cut out of a record: pairs of position and length in bytes, ascending. */
export type Cuts = readonly number[];

/** Reads the fields of checked messages in which long values may be missing. */
export class RecordReader {
  bytes: Uint8Array;
  at = 0;
  cuts: Cuts | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  varint(): number {
    const { bytes } = this;
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  passVarint(): void {
    while (this.bytes[this.at++]! >= 0x80);
  }

  /** Passes a field that is not length-delimited. */
  pass(wireType: number): void {
    if (wireType === 0) this.passVarint();
    else if (wireType === 1) this.at += 8;
    else if (wireType === 5) this.at += 4;
    else if (wireType === 3) this.passGroup();
  }

  /** Where a field of `length` bytes from here ends, without what was cut out of it. */
  endOf(length: number): number {
    const { at, cuts } = this;
    let end = at + length;
    if (cuts === undefined) return end;
    // A cut lies behind a tag, so the next field's is never as near as it is long.
    for (let i = 0; i < cuts.length; i += 2) {
      if (cuts[i]! < at) continue;
      if (cuts[i]! > end - cuts[i + 1]!) break;
      end -= cuts[i + 1]!;
    }
    return end;
  }

  private passGroup(): void {
    for (let open = 1; open > 0;) {
      const wireType = this.varint() % 8;
      if (wireType === 2) {
        const length = this.varint();
        this.at += length;
      } else if (wireType === 3) open++;
      else if (wireType === 4) open--;
      else this.pass(wireType);
    }
  }
}

/** Finds the text of a record that a position lies in. */
export class RecordFields {
  /** The text found last. */
  start = 0;
  end = 0;
  private readonly reader = new RecordReader(new Uint8Array(0));

  /**
   * Whether `at .. at + length` lies within a text of the record at `start .. end`; then {@link start} and {@link end} are
   * the text's. `root` is FIELD.span or FIELD.log. Bytes count as a text where they begin with a mask.
   * @returns one of {@link FOUND}, or 0.
   */
  locate(
    bytes: Uint8Array,
    start: number,
    end: number,
    root: number,
    at: number,
    length: number,
    cuts: Cuts | undefined,
  ): number {
    const { reader } = this;
    reader.bytes = bytes;
    reader.cuts = cuts;
    reader.at = start;
    let message = root;
    let place = 0;
    let stop = end;
    while (reader.at < stop) {
      const tag = reader.varint();
      if ((tag & 7) !== 2) {
        reader.pass(tag & 7);
        if (reader.at > at) return 0;
        continue;
      }
      const size = reader.varint();
      if (reader.at > at) return 0;
      const past = reader.endOf(size);
      if (at >= past) {
        reader.at = past;
        continue;
      }
      const field = tag >>> 3;
      const child = field < FIELDS ? CHILD[message * FIELDS + field]! : FIELD.none;
      if (place === 0 && field < FIELDS) place = PLACE[message * FIELDS + field]!;
      if (child === FIELD.text || (child === FIELD.bytes && mayBeMask(bytes, reader.at))) {
        this.start = reader.at;
        this.end = past;
        return at + length <= past ? place : 0;
      }
      if (child < FIELD.anyValue) return 0;
      message = child;
      stop = past;
    }
    return 0;
  }
}
