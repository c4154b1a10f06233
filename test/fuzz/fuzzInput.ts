import * as zlib from 'node:zlib';
import type { BodyFormat } from '../../src/engine/receiver/intake.ts';
import type { OtlpSignal } from '../../src/core/otlp/responses.ts';
import { SEEDS } from './fuzzSeeds.ts';
import { mutateJson } from './mutateJson.ts';
import { joined, mutateBytes, mutateProtobuf, noise } from './mutateProtobuf.ts';
import { Random } from './random.ts';

/** How a body is packed; the bytes of the input are packed already. */
export type Coding = 'identity' | 'gzip' | 'deflate' | 'zstd';

/** One input, complete: what `--replay` reads. */
export interface FuzzInput {
  /** `body`: handed in behind the transport. `http`, `http2`: every byte of a connection. */
  readonly lane: 'body' | 'http' | 'http2';
  readonly signal: OtlpSignal;
  readonly format: BodyFormat;
  readonly coding: Coding;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const CODINGS: readonly Coding[] = ['gzip', 'deflate', ...('zstdCompressSync' in zlib ? (['zstd'] as const) : [])];
const CONTENT_TYPE: Readonly<Record<BodyFormat, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
  zipkin: 'application/json',
};
const GRPC_PATHS: Readonly<Record<OtlpSignal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
};
/** One input in this many goes over a socket. */
const SOCKET_SHARE = 1 / 40;

/** Input number `index` of the run with this seed. */
export function makeInput(seed: number, index: number): FuzzInput {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const { signal, format, body } = random.pick(SEEDS);
  const changed = random.chance(0.03)
    ? body
    : format === 'protobuf'
      ? mutateProtobuf(body, random)
      : mutateJson(body, random);
  const coding = random.chance(0.15) ? random.pick(CODINGS) : 'identity';
  let bytes = packed(changed, coding);
  if (coding !== 'identity' && random.chance(0.5)) bytes = mutateBytes(bytes, random);
  if (!random.chance(SOCKET_SHARE)) return { lane: 'body', signal, format, coding, bytes };
  if (random.chance(0.5))
    return { lane: 'http', signal, format, coding, bytes: httpBytes(random, signal, format, coding, bytes) };
  return { lane: 'http2', signal, format, coding, bytes: grpcBytes(random, signal, coding, bytes) };
}

function packed(body: Uint8Array, coding: Coding): Uint8Array<ArrayBuffer> {
  switch (coding) {
    case 'identity':
      return joined(body);
    case 'gzip':
      return joined(zlib.gzipSync(body, { level: 1 }));
    case 'deflate':
      return joined(zlib.deflateSync(body, { level: 1 }));
    case 'zstd':
      return joined(zlib.zstdCompressSync(body));
  }
}

/** One to three HTTP/1.1 requests with sound or damaged framing, all that is written to a connection. */
function httpBytes(
  random: Random,
  signal: OtlpSignal,
  format: BodyFormat,
  coding: Coding,
  body: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (let count = random.chance(0.8) ? 1 : 3; count > 0; count--) {
    const length = random.chance(0.8)
      ? body.length
      : random.pick([0, 1, body.length - 1, body.length + 1, 2 ** 31, 1e15, -1]);
    const chunked = random.chance(0.2);
    const lines = [
      `${random.chance(0.95) ? 'POST' : random.pick(['GET', 'PUT', 'OPTIONS', 'PRI', ''])} ${format === 'zipkin' ? '/api/v2/spans' : random.chance(0.9) ? `/v1/${signal}` : random.pick(['/', '*', '/v1/%zz', 'http://x/v1/traces'])} HTTP/1.1`,
      `host: ${random.chance(0.95) ? 'localhost' : random.pick(['evil.example', '', '[::1'])}`,
      `content-type: ${random.chance(0.95) ? CONTENT_TYPE[format] : 'text/plain'}`,
      ...(coding === 'identity' && random.chance(0.95) ? [] : [`content-encoding: ${coding}`]),
      chunked ? 'transfer-encoding: chunked' : `content-length: ${length}`,
      ...(random.chance(0.05) ? ['expect: 100-continue'] : []),
      ...(random.chance(0.05) ? [`content-length: ${body.length}`] : []),
    ];
    parts.push(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
    if (chunked) parts.push(Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n'));
    else parts.push(body);
  }
  const bytes = Buffer.concat(parts);
  return random.chance(0.4) ? mutateBytes(bytes, random) : joined(bytes);
}

/** An HTTP/2 connection with one to three gRPC calls, their frames sound or damaged. */
function grpcBytes(random: Random, signal: OtlpSignal, coding: Coding, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), http2Frame(4, 0, 0, Buffer.alloc(0))];
  const calls = random.chance(0.8) ? 1 : 3;
  for (let call = 0; call < calls; call++) {
    const id = 1 + 2 * call;
    const header = literals([
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', random.chance(0.95) ? GRPC_PATHS[signal] : '/x/Export'],
      [':authority', 'localhost'],
      ['content-type', random.chance(0.95) ? 'application/grpc' : 'application/grpc+json'],
      ['te', 'trailers'],
      ...(coding === 'identity' ? [] : [['grpc-encoding', coding] as const]),
      ...(random.chance(0.1) ? [['grpc-timeout', random.pick(['1n', '99999999H', 'x', '0S'])] as const] : []),
    ]);
    const prefix = Buffer.alloc(5);
    prefix[0] = random.chance(0.95) ? Number(coding !== 'identity') : random.below(256);
    prefix.writeUInt32BE(random.chance(0.9) ? body.length : random.pick([0, 1, body.length + 1, 2 ** 32 - 1]));
    const message = Buffer.concat([prefix, body]);
    parts.push(http2Frame(1, random.chance(0.95) ? 4 : random.below(256), id, header));
    for (let at = 0; at < message.length; at += 16_000) {
      const isLast = at + 16_000 >= message.length;
      parts.push(http2Frame(0, isLast && random.chance(0.95) ? 1 : 0, id, message.subarray(at, at + 16_000)));
    }
    if (random.chance(0.1))
      parts.push(http2Frame(random.below(12), random.below(256), random.below(6), noise(random.below(20), random)));
  }
  const bytes = Buffer.concat(parts);
  return random.chance(0.4) ? mutateBytes(bytes, random) : joined(bytes);
}

function http2Frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** An HPACK block of literals without indexing (RFC 7541, 6.2.2). */
function literals(headers: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(
    headers.flatMap(([name, value]) => [
      Buffer.from([0, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]),
  );
}
