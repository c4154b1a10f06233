import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { encodeExportResponse, encodeRetryStatus } from '../../core/otlp/responses.ts';
import type { OtlpSignal } from '../../core/otlp/responses.ts';
import { BodySlab } from './bodySlab.ts';
import { ACCEPTED_CODINGS, contentCoding, decompress } from './decompress.ts';
import type { ContentCoding } from './decompress.ts';
import { grpcTimeoutMs } from './grpcTimeout.ts';
import { connectionOf, dropUnread, stopSender } from './httpExchange.ts';
import type { Intake } from './intake.ts';
import { budgetUsedUp, GRPC_STATUS, isRefusal, refusal, tooLarge, tooSlow } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { checkCaller } from './requestRules.ts';
import { plainText } from './senderName.ts';

const SIGNAL_OF_METHOD: ReadonlyMap<string, OtlpSignal> = new Map([
  ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', 'traces'],
  ['/opentelemetry.proto.collector.logs.v1.LogsService/Export', 'logs'],
  ['/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', 'metrics'],
]);
const CONTENT_TYPE = 'application/grpc';
const ACCEPT_ENCODING = ACCEPTED_CODINGS.join(',');
const PREFIX_BYTES = 5;
const OK_TRAILERS = { 'grpc-status': '0' };
const EMPTY_FRAME = new Uint8Array(PREFIX_BYTES);

/** Whether an HTTP/2 request is gRPC with protobuf messages; gRPC-Web and `+json` are not. */
export function isGrpc(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  return type === CONTENT_TYPE || type === `${CONTENT_TYPE}+proto`;
}

/** The three unary `Export` methods over node:http2 (gRPC over HTTP/2, PROTOCOL-HTTP2.md). */
export class OtlpGrpc {
  readonly #intake: Intake;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const call = new GrpcCall(this.#intake, stream, headers['user-agent']);
    const admitted = this.#admit(headers);
    if (isRefusal(admitted)) call.refuse(admitted);
    else call.receive(admitted.signal, admitted.coding, grpcTimeoutMs(singleValue(headers['grpc-timeout'])));
  }

  #admit(headers: IncomingHttpHeaders): { readonly signal: OtlpSignal; readonly coding: ContentCoding } | Refusal {
    const origin = headers.origin;
    const forbidden = checkCaller(origin, headers[':authority'] ?? headers.host, this.#intake.allowedHosts);
    if (forbidden !== undefined) return forbidden;
    const path = headers[':path'] ?? '';
    const signal = SIGNAL_OF_METHOD.get(path);
    if (signal === undefined || headers[':method'] !== 'POST') {
      return refusal(
        'notFound',
        404,
        GRPC_STATUS.unimplemented,
        `The gRPC method ${plainText(path, 100)} is not served here; the Export methods of OTLP's ` +
          'TraceService, LogsService and MetricsService are.',
      );
    }
    const named = headers['grpc-encoding'];
    const coding = contentCoding(typeof named === 'string' ? named : undefined);
    if (coding === undefined) {
      return refusal(
        'unsupportedType',
        415,
        GRPC_STATUS.unimplemented,
        `grpc-encoding ${plainText(String(named), 40)} is not taken; send ${ACCEPT_ENCODING} ` +
          '(OTEL_EXPORTER_OTLP_COMPRESSION=gzip).',
      );
    }
    return this.#intake.pressure.check() ?? { signal, coding };
  }
}

/** One call: collects the single request message, answers once. */
class GrpcCall {
  readonly #intake: Intake;
  readonly #stream: ServerHttp2Stream;
  readonly #userAgent: string | undefined;
  readonly #prefix = new Uint8Array(PREFIX_BYTES);
  #prefixLength = 0;
  /** Of the message, known with its prefix; -1 before. */
  #messageLength = -1;
  #compressed = false;
  #slab: BodySlab | undefined;
  #coding: ContentCoding = 'identity';
  #deadline: NodeJS.Timeout | undefined;
  #answered = false;

  constructor(intake: Intake, stream: ServerHttp2Stream, userAgent: string | undefined) {
    this.#intake = intake;
    this.#stream = stream;
    this.#userAgent = userAgent;
  }

  receive(signal: OtlpSignal, coding: ContentCoding, timeoutMs: number | undefined): void {
    this.#coding = coding;
    const stream = this.#stream;
    const limit = this.#intake.limits.requestTimeoutMs;
    this.#deadline = setTimeout(() => this.#expire(), Math.min(timeoutMs ?? limit, limit));
    this.#deadline.unref();
    stream.on('data', (chunk: Uint8Array) => {
      if (this.#answered) return;
      const failed = this.#append(chunk);
      if (failed !== undefined) this.refuse(failed);
    });
    stream.on('end', () => {
      // A cancelled call ends as if it were complete.
      if (this.#answered || stream.aborted) return;
      this.#intake.turns.run(() => {
        // Its deadline may have passed, or its sender have gone, while it waited.
        if (!this.#answered) this.#deliver(signal);
      });
    });
    stream.on('close', () => this.#settle());
  }

  refuse(why: Refusal): void {
    this.#settle();
    this.#intake.refusedRequest(why, this.#userAgent, connectionOf(this.#stream), () => this.#answerRefused(why));
  }

  #answerRefused(why: Refusal): void {
    const stream = this.#stream;
    if (stream.destroyed || stream.closed) return;
    stream.respond(
      {
        ':status': 200,
        'content-type': CONTENT_TYPE,
        'grpc-status': String(why.grpcStatus),
        'grpc-message': percentEncoded(why.message),
        'grpc-accept-encoding': ACCEPT_ENCODING,
        ...(why.retryAfterSeconds !== undefined && {
          'grpc-status-details-bin': unpaddedBase64(
            encodeRetryStatus(why.grpcStatus, why.message, why.retryAfterSeconds),
          ),
        }),
      },
      { endStream: true },
    );
    stopSender(stream, this.#intake.limits);
  }

  #append(chunk: Uint8Array): Refusal | undefined {
    let rest = chunk;
    if (this.#messageLength < 0) {
      const taken = Math.min(PREFIX_BYTES - this.#prefixLength, rest.byteLength);
      this.#prefix.set(rest.subarray(0, taken), this.#prefixLength);
      this.#prefixLength += taken;
      if (this.#prefixLength < PREFIX_BYTES) return undefined;
      rest = rest.subarray(taken);
      const failed = this.#begin();
      if (failed !== undefined) return failed;
    }
    if (rest.byteLength === 0) return undefined;
    switch (this.#slab?.append(rest)) {
      case 'busy':
        return budgetUsedUp(this.#intake.memory.limit);
      case 'tooLarge':
        return malformed('The call has more than one message, or more bytes than its length says.');
      default:
        return undefined;
    }
  }

  /** Reads the length prefix: one byte of flags, four of big-endian length. */
  #begin(): Refusal | undefined {
    const flags = this.#prefix[0] ?? 0;
    const length = new DataView(this.#prefix.buffer).getUint32(1);
    if (flags > 1) return malformed('The message frame has unknown flags.');
    this.#compressed = flags === 1;
    if (this.#compressed && this.#coding === 'identity') {
      return refusal(
        'malformed',
        400,
        GRPC_STATUS.internal,
        'The message is marked compressed, but grpc-encoding names no compression.',
      );
    }
    const limit = this.#intake.maxBodyBytes;
    if (length > limit) return tooLarge(limit, { bytes: length, compressed: this.#compressed });
    this.#messageLength = length;
    this.#slab = new BodySlab(this.#intake.memory, limit, length);
    return undefined;
  }

  #deliver(signal: OtlpSignal): void {
    const slab = this.#slab;
    if (slab === undefined || slab.length !== this.#messageLength) {
      this.refuse(malformed('The call ended before its message was complete.'));
      return;
    }
    const sent = slab.take();
    slab.release();
    const coding = this.#compressed ? this.#coding : 'identity';
    const inflated = decompress(coding, sent, this.#intake.maxBodyBytes);
    if ('failed' in inflated) {
      this.refuse(
        inflated.failed === 'tooLarge'
          ? tooLarge(this.#intake.maxBodyBytes, { bytes: sent.byteLength, compressed: true, inflates: true })
          : malformed(`The message is not valid ${coding}.`),
      );
      return;
    }
    const result = this.#intake.accept(signal, 'protobuf', inflated.body, this.#userAgent);
    if (isRefusal(result)) {
      this.refuse(result);
      return;
    }
    this.#settle();
    this.#succeed(encodeExportResponse(signal, 'protobuf', { rejected: result.rejected, message: result.message }));
  }

  #succeed(message: Uint8Array): void {
    const stream = this.#stream;
    if (stream.destroyed || stream.closed) return;
    stream.respond({ ':status': 200, 'content-type': CONTENT_TYPE }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(OK_TRAILERS));
    stream.end(framed(message));
    dropUnread(stream, this.#intake.limits);
  }

  #expire(): void {
    if (this.#answered) return;
    this.refuse(tooSlow());
  }

  /** From here on the call neither takes bytes nor waits. */
  #settle(): void {
    this.#answered = true;
    clearTimeout(this.#deadline);
    this.#slab?.release();
  }
}

function malformed(message: string): Refusal {
  return refusal('malformed', 400, GRPC_STATUS.invalidArgument, message);
}

function framed(message: Uint8Array): Uint8Array {
  if (message.byteLength === 0) return EMPTY_FRAME;
  const frame = new Uint8Array(PREFIX_BYTES + message.byteLength);
  new DataView(frame.buffer).setUint32(1, message.byteLength);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** As gRPC writes binary metadata. */
function unpaddedBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64').replace(/=+$/, '');
}

/** `grpc-message` as the gRPC protocol writes it: bytes outside printable ASCII, and `%`, percent-encoded. */
function percentEncoded(message: string): string {
  let encoded = '';
  for (const byte of Buffer.from(message)) {
    encoded +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** The first of a header that came several times; the types do not know that node joins or refuses such ones here. */
function singleValue(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
