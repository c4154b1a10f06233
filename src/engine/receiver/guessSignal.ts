import type { OtlpEncoding, OtlpSignal } from '../../core/otlp/responses.ts';

const JSON_KEYS: readonly (readonly [OtlpSignal, RegExp])[] = [
  ['traces', /"resource_?spans"\s*:/i],
  ['logs', /"resource_?logs"\s*:/i],
  ['metrics', /"resource_?metrics"\s*:/i],
];
const JSON_HEAD = 4096;

/**
 * The signal of a body that was posted without a signal's path. JSON: by the first top-level name near the start.
 * Protobuf, whose three requests have the same outer shape: by the fields of the first record that tells (a span has
 * its times as fixed64 in 7 and 8; a log record in 1 and 11; a metric has its data as a message in 5, 7, 9, 10 or 11). An empty request counts as traces. Undefined when nothing fits.
 */
export function guessSignal(encoding: OtlpEncoding, body: Uint8Array): OtlpSignal | undefined {
  if (encoding === 'json') return guessJson(body);
  if (body.byteLength === 0) return 'traces';
  try {
    for (const resourceGroup of lengthDelimited(body, 1)) {
      for (const scopeGroup of lengthDelimited(resourceGroup, 2)) {
        for (const record of lengthDelimited(scopeGroup, 2)) {
          const signal = guessRecord(record);
          if (signal !== undefined) return signal;
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

function guessRecord(record: Uint8Array): OtlpSignal | undefined {
  let metric = false;
  for (const { field, wireType } of fields(record)) {
    if ((field === 7 || field === 8) && wireType === 1) return 'traces';
    if ((field === 1 || field === 11) && wireType === 1) return 'logs';
    if ((field === 5 || field === 7 || (field >= 9 && field <= 11)) && wireType === 2) metric = true;
  }
  return metric ? 'metrics' : undefined;
}

function* lengthDelimited(message: Uint8Array, wanted: number): Generator<Uint8Array> {
  for (const { field, wireType, value } of fields(message)) if (field === wanted && wireType === 2) yield value;
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
    if (wireType === 0) varint();
    else if (wireType === 1) size = 8;
    else if (wireType === 5) size = 4;
    else if (wireType === 2) size = varint();
    else throw new RangeError('unknown wire type');
    yield { field: Math.floor(tag / 8), wireType, value: message.subarray(at, at + size) };
    at += size;
  }
}
