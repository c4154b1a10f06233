import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeMessage, encodeMessage, WireFormatError } from '../../../src/protocol/wireCodec.ts';

const RUNS = Number(process.env['SPANLINE_FUZZ_RUNS'] ?? 300);

const numbers = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, -Infinity, -0, 0));
const arrays = fc.oneof(
  fc.int8Array(),
  fc.uint8Array(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
);
/** Keys as hostile attributes would choose them. */
const keys = fc.oneof(
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'toJSON', 'length', '0', 'hasOwnProperty', 'k', '\ud800'),
);
const messages = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    numbers,
    arrays,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

function roundTrip(message: unknown): unknown {
  return decodeMessage(encodeMessage(message));
}

describe('a message on the wire', () => {
  it('comes back as it was, whatever text, number or typed array it holds', () => {
    fc.assert(
      fc.property(messages, (message) => {
        assert.deepStrictEqual(roundTrip(message), message);
      }),
      { numRuns: RUNS },
    );
  });

  it('comes back from the middle of a larger buffer, with arrays on buffers of their own', () => {
    const bytes = encodeMessage({ rows: new Float64Array([1.5, -2]), text: 'é' });
    const larger = new Uint8Array(bytes.length + 13);
    larger.set(bytes, 5);
    const back = decodeMessage(larger.subarray(5, 5 + bytes.length)) as { rows: Float64Array };
    assert.deepEqual(back, { rows: new Float64Array([1.5, -2]), text: 'é' });
    assert.equal(back.rows.buffer.byteLength, 16);
  });

  it("comes back from Node's Buffer, whose slices are views", () => {
    const back = decodeMessage(Buffer.from(encodeMessage([new Uint16Array([1, 2])]))) as Uint16Array[];
    assert.deepEqual(back, [new Uint16Array([1, 2])]);
    assert.equal(back[0]?.buffer.byteLength, 4);
  });

  it('takes a window of a larger array, not the whole of it', () => {
    const all = new Uint16Array([1, 2, 3, 4]);
    assert.deepEqual(roundTrip({ depth: all.subarray(1, 3) }), { depth: new Uint16Array([2, 3]) });
  });

  it('leaves out what is undefined and does not touch the original', () => {
    const message = { a: undefined, b: { nan: NaN }, c: [undefined] };
    assert.deepEqual(roundTrip(message), { b: { nan: NaN }, c: [null] });
    assert.deepEqual(message, { a: undefined, b: { nan: NaN }, c: [undefined] });
  });

  it('is refused when it holds what no transport carries', () => {
    for (const bad of [1n, new Map(), new Set(), new Date(0), Symbol('x'), () => 1, new DataView(new ArrayBuffer(1))]) {
      assert.throws(() => encodeMessage({ bad }), WireFormatError);
    }
    let deep: unknown = 0;
    for (let level = 0; level < 5000; level++) deep = [deep];
    assert.throws(() => encodeMessage(deep), WireFormatError);
  });
});

describe('bytes that are no message', () => {
  const text = new TextEncoder();

  function framed(header: unknown, body: readonly number[] = []): Uint8Array {
    const json = text.encode(JSON.stringify(header));
    const bytes = new Uint8Array(Math.ceil((4 + json.length) / 8) * 8 + body.length);
    new DataView(bytes.buffer).setUint32(0, json.length, true);
    bytes.set(json, 4);
    bytes.set(body, bytes.length - body.length);
    return bytes;
  }

  it('are read when they are well formed, so that the refusals below mean something', () => {
    assert.deepEqual(decodeMessage(framed([{ a: 0 }, [[['a'], 'u8', 1]]], [7, 0, 0, 0, 0, 0, 0, 0])), {
      a: new Uint8Array([7]),
    });
  });

  const bad: Readonly<Record<string, Uint8Array>> = {
    'too short': new Uint8Array([1, 0]),
    'a header beyond the end': new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0]),
    'no JSON': new Uint8Array([2, 0, 0, 0, 123, 91, 0, 0]),
    'no UTF-8': new Uint8Array([2, 0, 0, 0, 0xc3, 0x28, 0, 0]),
    'no pair': framed({ a: 0 }),
    'parts that are no list': framed([0, 0]),
    'a part that is no triple': framed([0, [[[], 'u8']]]),
    'an unknown kind': framed([0, [[[], 'constructor', 0]]]),
    'a length below 0': framed([0, [[[], 'u8', -8]]]),
    'an array beyond the end': framed([0, [[[], 'f64', 2]]], [0, 0, 0, 0, 0, 0, 0, 0]),
    'an array of half the memory': framed([0, [[[], 'f64', 2 ** 31]]]),
    'bytes that belong to nothing': framed([0, []], [0, 0, 0, 0, 0, 0, 0, 0]),
    'a place that is not kept': framed([{ a: 1 }, [[['a'], 'u8', 0]]]),
    'a place that is not there': framed([{ a: 0 }, [[['b'], 'u8', 0]]]),
    'a place of the prototype': framed([{ a: 0 }, [[['__proto__', 'x'], 'nan', 0]]]),
    'a place inside text': framed(['text', [[['length'], 'nan', 0]]]),
    'a place twice': framed([
      { a: 0 },
      [
        [['a'], 'u8', 0],
        [['a'], 'u8', 0],
      ],
    ]),
    'a place inside an array it has just put': framed([
      [0],
      [
        [[0], 'u8', 0],
        [[0, 'length'], 'u8', 0],
      ],
    ]),
    'the length of a list': framed([[0], [[['length'], 'nan', 0]]]),
  };
  for (const [title, bytes] of Object.entries(bad)) {
    it(`are refused: ${title}`, () => {
      assert.throws(() => decodeMessage(bytes), WireFormatError);
    });
  }

  it('are refused or read, and nothing else, when a message was damaged anywhere', () => {
    const sound = encodeMessage({ k: 'a', id: 7, r: { rows: new Uint32Array([1, 2, 3]), n: NaN, names: ['x', 'y'] } });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(sound.length),
        (changes, end) => {
          const bytes = sound.slice(0, end < 8 ? sound.length : end);
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
          try {
            decodeMessage(bytes);
          } catch (error) {
            assert.ok(error instanceof WireFormatError, String(error));
          }
        },
      ),
      { numRuns: RUNS * 10 },
    );
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });
});
