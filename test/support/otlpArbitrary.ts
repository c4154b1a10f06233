import fc from 'fast-check';
import protobuf from 'protobufjs';
import { encodeOtlp, otlpType } from './otlpProto.ts';

const ID_BYTES: Readonly<Record<string, number>> = { traceId: 16, spanId: 8, parentSpanId: 8 };
const MAX_DEPTH = 9;

const text = fc.string({ unit: 'binary', maxLength: 30 });
const bytes = fc.uint8Array({ maxLength: 20 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const SCALARS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: text,
  bytes,
  bool: fc.boolean(),
  int32: fc.integer({ min: 0, max: 24 }),
  sint32: fc.integer(),
  uint32: fc.nat(2 ** 32 - 1),
  fixed32: fc.nat(2 ** 32 - 1),
  int64,
  uint64,
  fixed64: uint64,
  sfixed64: int64,
  double: fc.double(),
};

/** Bytes of any message of that type as protobufjs writes it: every field, every kind of value, at random. */
export function otlpMessage(name: string): fc.Arbitrary<Uint8Array> {
  return fc.gen().map((gen) => {
    const make = (type: protobuf.Type, depth: number): Record<string, unknown> => {
      const message: Record<string, unknown> = {};
      const skipped = new Set<protobuf.Field>();
      for (const group of type.oneofsArray) {
        const chosen = gen(fc.nat, group.fieldsArray.length - 1);
        group.fieldsArray.forEach((field, index) => {
          if (index !== chosen) skipped.add(field);
        });
      }
      for (const field of type.fieldsArray) {
        // Fields of profiles and entities are no part of the JSON that is written.
        if (skipped.has(field) || /strindex|entityRefs/i.test(field.name) || gen(fc.nat, 3) === 0) continue;
        if (depth > MAX_DEPTH && field.resolve().resolvedType instanceof protobuf.Type) continue;
        const one = (): unknown => {
          const { resolvedType } = field.resolve();
          if (resolvedType instanceof protobuf.Type) return make(resolvedType, depth + 1);
          if (resolvedType) return gen(fc.constantFrom, ...Object.values(resolvedType.values));
          const idBytes = field.type === 'bytes' ? ID_BYTES[field.name] : undefined;
          if (idBytes !== undefined) return gen(fc.uint8Array, { minLength: idBytes, maxLength: idBytes });
          return gen(() => SCALARS[field.type]!);
        };
        const count = field.repeated ? gen(fc.nat, depth > 5 ? 1 : 3) : 1;
        message[field.name] = field.repeated ? Array.from({ length: count }, one) : one();
      }
      return message;
    };
    return encodeOtlp(name, make(otlpType(name), 0));
  });
}
