import { OtlpDecodeError } from '../otlp/decodeError.ts';
import { ANY_VALUE, KEY_VALUE, LOGS_REQUEST, METRICS_REQUEST, TRACES_REQUEST } from '../otlp/messageShapes.ts';
import type { MessageShape } from '../otlp/messageShapes.ts';
import { MAX_NESTING, WireReader } from '../otlp/wireReader.ts';
import { isMask } from './mask.ts';
import { KeyVerdicts } from './keyVerdicts.ts';
import type { KeyPattern } from './keyVerdicts.ts';
import { NO_SECRET } from './secretKeys.ts';
import type { KeyVerdict, RedactPresets } from './secretKeys.ts';
import { maskUnderKey } from './textSecrets.ts';
import { ValueMasker } from './valueMasker.ts';
import type { ValuePattern } from './valueMasker.ts';

/** What is masked. The patterns are the user's, in the order of the settings. */
export interface RedactRules {
  readonly presets: RedactPresets;
  readonly keys: readonly KeyPattern[];
  readonly values: readonly ValuePattern[];
}

/** What to do with a length-delimited field; 0 is to pass it. */
const TEXT = 1;
const VALUE = 2;
const ATTRIBUTE = 3;
const MESSAGE = 4;

/** Texts of people and programs besides attributes and log bodies. */
const TEXT_FIELDS: ReadonlySet<string> = new Set([
  'Span.name',
  'Span.Event.name',
  'Status.message',
  'LogRecord.event_name',
  'Metric.description',
]);

/** A message shape as the masker walks it: by field number below 16, what to do. */
interface Route {
  readonly shape: MessageShape;
  readonly actions: Uint8Array;
  readonly inside: (Route | undefined)[];
}

const ANY_FIELDS: MessageShape = { name: 'AnyValue', fields: [], nests: false };
const ROUTES = new Map<MessageShape, Route>();

function routeOf(shape: MessageShape): Route {
  const known = ROUTES.get(shape);
  if (known !== undefined) return known;
  const route: Route = { shape, actions: new Uint8Array(16), inside: [] };
  ROUTES.set(shape, route);
  shape.fields.forEach((field, number) => {
    if (field === undefined) return;
    const { message } = field;
    if (message === KEY_VALUE) route.actions[number] = ATTRIBUTE;
    else if (message === ANY_VALUE) route.actions[number] = VALUE;
    else if (message !== undefined) {
      route.actions[number] = MESSAGE;
      route.inside[number] = routeOf(message);
    } else if (TEXT_FIELDS.has(`${shape.name}.${field.name}`)) route.actions[number] = TEXT;
  });
  return route;
}

const REQUESTS = {
  traces: routeOf(TRACES_REQUEST),
  logs: routeOf(LOGS_REQUEST),
  metrics: routeOf(METRICS_REQUEST),
} as const;

/**
 * Masks the secrets of export requests in place. Runs before a reader has checked the body: what it cannot walk it refuses
 * as the reader would, and never writes outside of a text's range, so that a message keeps its structure and its length.
 * Masked are texts and byte values; numbers and booleans stay, whatever their key.
 */
export class MessageMasker extends WireReader {
  private readonly verdicts: KeyVerdicts;
  private readonly values: ValueMasker;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private maskedValues = 0;

  constructor(rules: RedactRules) {
    super();
    this.verdicts = new KeyVerdicts(rules.presets, rules.keys);
    this.values = new ValueMasker(rules.presets, this.verdicts, rules.values);
  }

  /**
   * Masks in a protobuf export request.
   * @returns how many values hold something that was masked now
   * @throws OtlpDecodeError when the body is malformed; it is to be refused then, parts of it may be masked
   */
  mask(signal: 'traces' | 'logs' | 'metrics', body: Uint8Array): number {
    this.bytes = body;
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.maskedValues = 0;
    try {
      this.message(REQUESTS[signal], 0, body.length);
      return this.maskedValues;
    } finally {
      this.bytes = new Uint8Array(0);
      this.view = new DataView(this.bytes.buffer);
    }
  }

  private message(route: Route, pos: number, end: number): void {
    const bytes = this.bytes;
    const { actions } = route;
    while (pos < end) {
      const tag = bytes[pos]!;
      if (tag >= 0x80 || tag < 0x08) {
        pos = this.checkField(route.shape, pos, end, 0);
        continue;
      }
      switch (tag & 7) {
        case 2: {
          let length = bytes[pos + 1]!;
          let start = pos + 2;
          if (length >= 0x80) {
            length = this.length(pos + 1, end);
            start = this.next;
          }
          const stop = start + length;
          if (!(stop <= end)) throw this.pastEnd(route, pos);
          const action = actions[tag >> 3]!;
          if (action === ATTRIBUTE) this.attribute(start, stop, NO_SECRET, 0);
          else if (action === MESSAGE) this.message(route.inside[tag >> 3]!, start, stop);
          else if (action === VALUE) this.value(start, stop, NO_SECRET, 0);
          else if (action === TEXT) this.text(start, stop, NO_SECRET);
          pos = stop;
          break;
        }
        case 1:
          pos += 9;
          break;
        case 0:
          pos++;
          while (pos < end && bytes[pos]! >= 0x80) pos++;
          pos++;
          break;
        default:
          pos = this.checkField(route.shape, pos, end, 0);
      }
    }
    if (pos > end) throw this.pastEnd(route, end);
  }

  /** One KeyValue; `outer` is the verdict on the list it stands in, if that is secret. */
  private attribute(begin: number, end: number, outer: KeyVerdict, depth: number): void {
    const bytes = this.bytes;
    const keyLength = bytes[begin + 1]!;
    const valueTag = begin + 2 + keyLength;
    // Key first and value second, as every exporter writes it.
    if (
      begin + 2 <= end &&
      bytes[begin] === 0x0a &&
      keyLength < 0x80 &&
      valueTag + 1 < end &&
      bytes[valueTag] === 0x12
    ) {
      let start = valueTag + 2;
      let length = bytes[valueTag + 1]!;
      if (length >= 0x80) {
        length = this.length(valueTag + 1, end);
        start = this.next;
      }
      if (start + length === end) {
        // A number alone says nothing.
        if (isNumber(bytes, start, end)) return;
        const found = outer !== NO_SECRET ? outer : this.verdicts.of(bytes, this.view, begin + 2, keyLength);
        this.value(start, end, found, depth);
        return;
      }
    }
    this.unusualAttribute(begin, end, outer, depth);
  }

  /** A KeyValue in any other order: the last key counts, every value is masked by it. */
  private unusualAttribute(begin: number, end: number, outer: KeyVerdict, depth: number): void {
    const bytes = this.bytes;
    let keyAt = begin;
    let keyLength = 0;
    for (let pos = begin; pos < end;) {
      if (bytes[pos] === 0x0a) {
        keyLength = this.length(pos + 1, end);
        keyAt = this.next;
        pos = keyAt + keyLength;
      } else pos = this.passField(pos, end);
    }
    const found = outer !== NO_SECRET ? outer : this.verdicts.of(bytes, this.view, keyAt, keyLength);
    for (let pos = begin; pos < end;) {
      if (bytes[pos] === 0x12) {
        const length = this.length(pos + 1, end);
        const start = this.next;
        pos = start + length;
        this.value(start, pos, found, depth);
      } else pos = this.passField(pos, end);
    }
  }

  /** One AnyValue under a key with the verdict `found`. Only the last field of it counts, but all are masked. */
  private value(begin: number, end: number, found: KeyVerdict, depth: number): void {
    // A little more than the reader allows, so that it is the one to say what is wrong.
    if (depth > MAX_NESTING + 1)
      throw new OtlpDecodeError(`Values are nested deeper than ${String(MAX_NESTING)} levels`, begin);
    const bytes = this.bytes;
    for (let pos = begin; pos < end;) {
      const tag = bytes[pos]!;
      if (tag !== 0x0a && tag !== 0x2a && tag !== 0x32 && tag !== 0x3a) {
        pos = this.passField(pos, end);
        continue;
      }
      const length = this.length(pos + 1, end);
      const start = this.next;
      pos = start + length;
      if (tag === 0x0a || tag === 0x3a) this.text(start, pos, found);
      else this.list(start, pos, found, depth, tag === 0x32);
    }
  }

  /** An ArrayValue or a KeyValueList. */
  private list(begin: number, end: number, found: KeyVerdict, depth: number, ofAttributes: boolean): void {
    for (let pos = begin; pos < end;) {
      if (this.bytes[pos] !== 0x0a) {
        pos = this.passField(pos, end);
        continue;
      }
      const length = this.length(pos + 1, end);
      const start = this.next;
      pos = start + length;
      if (ofAttributes) this.attribute(start, pos, found, depth + 1);
      else this.value(start, pos, found, depth + 1);
    }
  }

  private text(start: number, end: number, found: KeyVerdict): void {
    if (found !== NO_SECRET) {
      if (isMask(this.bytes, start, end)) return;
      if (maskUnderKey(this.bytes, start, end, found)) {
        this.maskedValues++;
        return;
      }
    }
    if (this.values.mask(this.bytes, this.view, start, end)) this.maskedValues++;
  }

  /** Where the field at `pos` ends, that holds nothing to mask. Whether it may be there is the reader's to say. */
  private passField(pos: number, end: number): number {
    const tag = this.bytes[pos]!;
    if (tag < 0x80 && tag >= 0x08 && (tag & 7) === 2) {
      const length = this.length(pos + 1, end);
      return this.next + length;
    }
    return this.checkField(ANY_FIELDS, pos, end, 0);
  }

  private pastEnd(route: Route, pos: number): OtlpDecodeError {
    return new OtlpDecodeError(`A field of ${route.shape.name} runs past the end of its message`, pos);
  }
}

/** Whether the AnyValue is one integer, boolean or double, with nothing behind it. */
function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  const tag = bytes[start];
  if (tag === 0x21) return start + 9 === end;
  if (tag !== 0x18 && tag !== 0x10) return false;
  let last = start + 1;
  while (last < end && bytes[last]! >= 0x80) last++;
  return last + 1 === end;
}
