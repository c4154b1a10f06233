import type { Random } from './random.ts';

/** A field of a message as it is on the wire; a payload that reads as a message is one to the mutator. */
interface Field {
  readonly number: number;
  readonly wireType: number;
  readonly payload: Uint8Array | readonly Field[];
}

const MAX_DEPTH = 12;
const NUMBERS = [0, 1, 2, 7, 127, 128, 255, 256, 2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 53];
const TEXTS = [
  '',
  'password',
  'gen_ai.prompt',
  'code.lineno',
  'exception.type',
  'service.name',
  '{"password": "x", "token": "aaaaaaaaaaaaaaaa1"}',
  'Bearer aaaa1111bbbb2222',
  `sk-${'sk-'.repeat(40)}`,
  'eyJ-eyJ-eyJ-eyJ.eyJ',
  '-----BEGIN PRIVATE KEY-----',
  'a://b:c@d',
  '\u001a\u000e\u007f\u007f',
  '\ud83d\ude00'.repeat(20),
  'x'.repeat(5000),
].map((text) => Buffer.from(text));

/** Of the few bodies that are mutated again and again. */
const PARSED = new WeakMap<Uint8Array, readonly Field[]>();

/** A body with one to six changes of its fields; now and then also of its bytes. */
export function mutateProtobuf(body: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let fields = PARSED.get(body) ?? readFields(body, 0);
  if (fields === undefined) return mutateBytes(body, random);
  PARSED.set(body, fields);
  for (let count = 1 + random.below(6); count > 0; count--) fields = changeSomewhere(fields, random, 0);
  const changed = writeFields(fields);
  return random.chance(0.3) ? mutateBytes(changed, random) : changed;
}

/** Flips, inserts, removes and repeats bytes, or cuts the end off. */
export function mutateBytes(body: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let bytes = joined(body);
  for (let count = 1 + random.below(4); count > 0; count--) {
    const at = random.below(bytes.length + 1);
    const length = random.below(random.chance(0.9) ? 9 : 400);
    switch (random.below(5)) {
      case 0:
        if (at < bytes.length) bytes[at] = random.chance(0.5) ? random.below(256) : bytes[at]! ^ (1 << random.below(8));
        break;
      case 1:
        bytes = joined(bytes.subarray(0, at), noise(length, random), bytes.subarray(at));
        break;
      case 2:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
        break;
      case 3:
        bytes = joined(bytes.subarray(0, at + length), bytes.subarray(at));
        break;
      default:
        if (random.chance(0.3)) bytes = bytes.slice(0, at);
    }
  }
  return bytes;
}

/** In a buffer of its own. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function noise(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function changeSomewhere(fields: readonly Field[], random: Random, depth: number): readonly Field[] {
  if (fields.length === 0) return [makeField(random)];
  const at = random.below(fields.length);
  const field = fields[at]!;
  // Mostly down: what stands deep is most of a message.
  if (typeof field.payload !== 'string' && isList(field.payload) && depth < MAX_DEPTH && random.chance(0.8)) {
    return fields.with(at, { ...field, payload: changeSomewhere(field.payload, random, depth + 1) });
  }
  const other = fields[random.below(fields.length)]!;
  switch (random.below(9)) {
    case 0:
      return fields.toSpliced(at, 1);
    case 1:
      return fields.toSpliced(at, 0, ...Array.from({ length: 1 + random.below(4) }, () => field));
    case 2:
      return fields.with(at, other).with(fields.indexOf(other), field);
    case 3:
      return fields.with(at, { ...field, number: random.chance(0.8) ? 1 + random.below(18) : random.pick(NUMBERS) });
    case 4:
      return fields.with(at, { ...field, wireType: random.below(8) });
    case 5:
      return fields.with(at, { ...field, payload: other.payload });
    case 6:
      return fields.toSpliced(at, 0, makeField(random));
    case 7:
      return fields.with(at, nested(field, 1 + random.below(random.chance(0.9) ? 4 : 120)));
    default:
      return fields.with(at, { ...field, payload: makePayload(field.wireType, random) });
  }
}

/** The field inside itself `levels` times. */
function nested(field: Field, levels: number): Field {
  let inside = field;
  for (let level = 0; level < levels; level++) inside = { number: field.number, wireType: 2, payload: [inside] };
  return inside;
}

function makeField(random: Random): Field {
  const wireType = random.pick([0, 1, 2, 2, 2, 3, 4, 5]);
  return { number: 1 + random.below(18), wireType, payload: makePayload(wireType, random) };
}

function makePayload(wireType: number, random: Random): Uint8Array {
  if (wireType === 0) return random.chance(0.8) ? varint(random.pick(NUMBERS)) : noise(random.below(12), random);
  if (wireType === 1) return noise(8, random);
  if (wireType === 5) return noise(4, random);
  return random.chance(0.6) ? random.pick(TEXTS) : noise(random.below(40), random);
}

function isList(payload: Field['payload']): payload is readonly Field[] {
  return Array.isArray(payload);
}

/** The fields of a message, or undefined when the bytes are none. */
function readFields(bytes: Uint8Array, depth: number): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10 && at < bytes.length; count++) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return NaN;
  };
  while (at < bytes.length) {
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (!(number >= 1 && number < 200)) return undefined;
    const start = at;
    if (wireType === 0) {
      if (Number.isNaN(readVarint())) return undefined;
    } else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = readVarint();
      if (!(length <= bytes.length - at)) return undefined;
      const payload = bytes.slice(at, at + length);
      at += length;
      fields.push({ number, wireType, payload: (depth < MAX_DEPTH && readFields(payload, depth + 1)) || payload });
      continue;
    } else return undefined;
    if (at > bytes.length) return undefined;
    fields.push({ number, wireType, payload: bytes.slice(start, at) });
  }
  return fields.length === 0 ? undefined : fields;
}

function writeFields(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const { number, wireType, payload } of fields) {
    const bytes = isList(payload) ? writeFields(payload) : payload;
    parts.push(varint(number * 8 + wireType));
    if (wireType === 2) parts.push(varint(bytes.length));
    parts.push(bytes);
  }
  return joined(...parts);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
