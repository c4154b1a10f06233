import type { OtlpEncoding, OtlpSignal } from '../../core/otlp/responses.ts';

const JSON_KEYS: readonly (readonly [OtlpSignal, RegExp])[] = [
  ['traces', /"resource_?spans"\s*:/i],
  ['logs', /"resource_?logs"\s*:/i],
  ['metrics', /"resource_?metrics"\s*:/i],
];
const JSON_HEAD = 4096;
const VARINT = 0;
const FIXED64 = 1;
const LEN = 2;
const FIXED32 = 5;

/** Records that tell nothing are rare; a body of nothing else is not searched to its end before it is read. */
const MOST_RECORDS = 16;

/**
 * The signal of a body that was posted without a signal's path. JSON: by the first top-level name near the start.
 * Protobuf, whose three requests have the same outer shape: by the fields of the first record that tells. An empty
 * request counts as traces. Undefined when nothing fits.
 */
export function guessSignal(encoding: OtlpEncoding, body: Uint8Array): OtlpSignal | undefined {
  if (encoding === 'json') return guessJson(body);
  if (body.byteLength === 0) return 'traces';
  return firstTelling(body, (record) => sureOf(record) ?? (looksLikeMetric(record) ? 'metrics' : undefined));
}

/**
 * The signal of a protobuf body where a field leaves no doubt, so that a body may be turned away from another signal's
 * path: readers of the other signals would take some of them (a metric whose name has 16 bytes reads as a span).
 */
export function sureSignal(body: Uint8Array): OtlpSignal | undefined {
  return firstTelling(body, sureOf);
}

function firstTelling(body: Uint8Array, tell: (record: Uint8Array) => OtlpSignal | undefined): OtlpSignal | undefined {
  let left = MOST_RECORDS;
  try {
    for (const resourceGroup of lengthDelimited(body, 1)) {
      for (const scopeGroup of lengthDelimited(resourceGroup, 2)) {
        for (const record of lengthDelimited(scopeGroup, 2)) {
          const signal = tell(record);
          if (signal !== undefined) return signal;
          if (--left === 0) return undefined;
        }
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

function guessJson(body: Uint8Array): OtlpSignal | undefined {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, JSON_HEAD)).toString('latin1');
  if (/^\s*\{\s*\}\s*$/.test(head)) return 'traces';
  let found: OtlpSignal | undefined;
  let first = Infinity;
  for (const [signal, pattern] of JSON_KEYS) {
    const at = head.search(pattern);
    if (at >= 0 && at < first) {
      first = at;
      found = signal;
    }
  }
  return found;
}

/** By fields that only one of Span, LogRecord and Metric has with that number and wire type. */
function sureOf(record: Uint8Array): OtlpSignal | undefined {
  let named = false;
  for (const { field, wireType, value } of fields(record)) {
    if (wireType === FIXED64) {
      // Span: start and end. LogRecord: time and observed time.
      if (field === 7 || field === 8) return 'traces';
      if (field === 1 || field === 11) return 'logs';
    } else if (wireType === VARINT) {
      // Span: kind. LogRecord: severity.
      if (field === 6) return 'traces';
      if (field === 2) return 'logs';
    } else if (wireType === FIXED32) {
      // Flags.
      if (field === 16) return 'traces';
      if (field === 8) return 'logs';
    } else if (field === 1) {
      named = true;
    } else if (field === 6) {
      return 'logs'; // Its attributes.
    } else if (field === 15) {
      return 'traces'; // Its status.
    } else if (named && isMetricData(field) && holdsDataPoint(value)) {
      return 'metrics';
    }
  }
  return undefined;
}

/** gauge, sum, histogram, exponential_histogram, summary. */
function isMetricData(field: number): boolean {
  return field === 5 || field === 7 || (field >= 9 && field <= 11);
}

/**
 * Every kind of data point has its time as fixed64 in field 3; text or attributes in its place do not read so. Data points
 * come first. A span's name is looked at here in each body: most are told by their first byte, without an error's cost.
 */
function holdsDataPoint(data: Uint8Array): boolean {
  if (data[0] !== 0x0a) return false;
  try {
    for (const point of lengthDelimited(data, 1)) {
      for (const { field, wireType } of fields(point)) if (field === 3 && wireType === FIXED64) return true;
      return false;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return false;
}

function looksLikeMetric(record: Uint8Array): boolean {
  for (const { field, wireType } of fields(record)) if (isMetricData(field) && wireType === LEN) return true;
  return false;
}

function* lengthDelimited(message: Uint8Array, wanted: number): Generator<Uint8Array> {
  for (const { field, wireType, value } of fields(message)) if (field === wanted && wireType === LEN) yield value;
}

interface Field {
  readonly field: number;
  readonly wireType: number;
  readonly value: Uint8Array;
}

/** Throws RangeError where the bytes are not protobuf. A value that is cut short is told as it is: decoding refuses it. */
function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('truncated');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError('varint too long');
  };
  while (at < message.byteLength) {
    const tag = varint();
    const wireType = tag % 8;
    let size = 0;
    if (wireType === VARINT) varint();
    else if (wireType === FIXED64) size = 8;
    else if (wireType === FIXED32) size = 4;
    else if (wireType === LEN) size = varint();
    else throw new RangeError('unknown wire type');
    yield { field: Math.floor(tag / 8), wireType, value: message.subarray(at, at + size) };
    at += size;
  }
}
