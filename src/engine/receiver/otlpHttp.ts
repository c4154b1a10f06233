import { encodeExportResponse, encodeStatus } from '../../core/otlp/responses.ts';
import type { OtlpEncoding, OtlpSignal } from '../../core/otlp/responses.ts';
import { BodySlab } from './bodySlab.ts';
import { ACCEPTED_CODINGS, contentCoding, decompress } from './decompress.ts';
import type { ContentCoding } from './decompress.ts';
import { guessSignal } from './guessSignal.ts';
import type { HttpExchange } from './httpExchange.ts';
import type { BodyFormat, IngestResult, Intake } from './intake.ts';
import { budgetUsedUp, GRPC_STATUS, isRefusal, refusal, tooLarge, tooSlow } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { normalPath, routeOf } from './requestPaths.ts';
import { checkCaller } from './requestRules.ts';
import { plainText, senderName } from './senderName.ts';

/** What `server:` says; another Spanline that finds a port taken recognises us by it. */
export const SERVER_NAME = 'Spanline';

const PATHS = 'POST /v1/traces, /v1/logs or /v1/metrics';
const CONTENT_TYPE: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};
const TEXT = 'text/plain; charset=utf-8';
const PAGE =
  'Spanline receives OpenTelemetry traces, logs and metrics here, for the editor on this machine.\n\n' +
  `OTLP/HTTP: ${PATHS} (protobuf or JSON). OTLP/gRPC works on this port too.\n` +
  'Zipkin: POST /api/v2/spans (v2 JSON).\n' +
  'Point a program here with OTEL_EXPORTER_OTLP_ENDPOINT. Nothing can be read back over this port.\n';

/**
 * Gives the memory of a piece of a body back at once, instead of with the next collection of garbage, which tens of KiB a
 * piece would make frequent. Only where the piece is all of its buffer, as Node's HTTP/1 parser hands it out: nobody else
 * can have a view of it then. Node 20, which the command may run on, cannot.
 */
function freeChunk({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && 'transfer' in buffer) buffer.transfer(0);
}

/** A request that passed every rule that can be told from its head. */
interface Admitted {
  readonly signal: OtlpSignal | 'guess';
  readonly format: BodyFormat;
  /** Of the answer. */
  readonly encoding: OtlpEncoding;
  readonly coding: ContentCoding;
  readonly declaredLength: number | undefined;
}

/**
 * OTLP/HTTP 1.11: admission by the request's head, then the body into one slab, inflated and handed to the sink,
 * answered in the request's own encoding. Which paths are taken, and for what, is told by `requestPaths.ts`; a POST to
 * one without a signal (a per-signal endpoint variable without a path) is taken for the signal its content shows.
 */
export class OtlpHttp {
  readonly #intake: Intake;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  handle(exchange: HttpExchange): void {
    const { headers } = exchange;
    const encoding = encodingOf(headers['content-type']);
    const forbidden = checkCaller(headers.origin, exchange.authority, this.#intake.allowedHosts);
    if (forbidden !== undefined) {
      this.#refuse(exchange, forbidden, encoding);
      return;
    }
    const path = normalPath(exchange.url);
    if (exchange.method === 'OPTIONS' && headers.origin !== undefined) {
      this.#preflight(exchange);
      return;
    }
    if (path === '/' && (exchange.method === 'GET' || exchange.method === 'HEAD')) {
      this.#answer(exchange, 200, TEXT, Buffer.from(PAGE));
      return;
    }
    const admitted = this.#admit(exchange, path, encoding);
    if (isRefusal(admitted)) this.#refuse(exchange, admitted, encoding);
    else this.#receive(exchange, admitted);
  }

  #admit(exchange: HttpExchange, path: string, encoding: OtlpEncoding | undefined): Admitted | Refusal {
    const { headers, method } = exchange;
    const route = routeOf(path);
    if (route === undefined) {
      return refusal(
        'notFound',
        404,
        GRPC_STATUS.notFound,
        `${plainText(method, 16)} ${plainText(path, 80)} is not served here; OTLP/HTTP is sent as ${PATHS}. ` +
          'OTEL_EXPORTER_OTLP_ENDPOINT takes the address without a path.',
      );
    }
    if (method !== 'POST') {
      return refusal(
        'other',
        405,
        GRPC_STATUS.unimplemented,
        `${plainText(method, 16)} ${plainText(path, 80)} is not served here; OTLP/HTTP is sent as ${PATHS}.`,
        { allow: path === '/' ? 'GET, HEAD, POST, OPTIONS' : 'POST, OPTIONS' },
      );
    }
    if (route.format === 'zipkinV1') return zipkinV1();
    if (route.format === 'zipkin' && encoding !== 'json') return unsupportedZipkin(headers['content-type']);
    if (encoding === undefined) return unsupportedType(headers['content-type']);
    const coding = contentCoding(headers['content-encoding']);
    if (coding === undefined) {
      return refusal(
        'unsupportedType',
        415,
        GRPC_STATUS.unimplemented,
        `Content-Encoding ${plainText(headers['content-encoding'] ?? '', 40)} is not taken; send ` +
          `${ACCEPTED_CODINGS.join(', ')} (OTEL_EXPORTER_OTLP_COMPRESSION=gzip).`,
        { 'accept-encoding': ACCEPTED_CODINGS.join(', ') },
      );
    }
    const length = headers['content-length'];
    const declaredLength = length === undefined ? undefined : Number(length);
    const limit = this.#intake.maxBodyBytes;
    if (declaredLength !== undefined && declaredLength > limit) {
      return tooLarge(limit, { bytes: declaredLength, compressed: coding !== 'identity' });
    }
    const wait = this.#intake.pressure.check();
    if (wait !== undefined) return wait;
    if (route.format === 'zipkin') return { signal: 'traces', format: 'zipkin', encoding, coding, declaredLength };
    if (!route.known) this.#intake.unknownPath(path, senderName(headers['user-agent']));
    return { signal: route.signal, format: encoding, encoding, coding, declaredLength };
  }

  #receive(exchange: HttpExchange, admitted: Admitted): void {
    const intake = this.#intake;
    const slab = new BodySlab(intake.memory, intake.maxBodyBytes, admitted.declaredLength);
    const stream = exchange.body;
    const stop = (): void => {
      unlisten();
      slab.release();
    };
    const unlisten = (): void => {
      clearTimeout(deadline);
      stream.removeListener('data', onData);
      stream.removeListener('end', onEnd);
      stream.removeListener('close', stop);
    };
    const onData = (chunk: Uint8Array): void => {
      const outcome = slab.append(chunk);
      freeChunk(chunk);
      if (outcome === 'ok') return;
      stop();
      const why =
        outcome === 'busy'
          ? budgetUsedUp(intake.memory.limit)
          : tooLarge(intake.maxBodyBytes, { bytes: undefined, compressed: admitted.coding !== 'identity' });
      this.#refuse(exchange, why, admitted.encoding);
    };
    const onEnd = (): void => {
      if (exchange.aborted) {
        stop();
        return;
      }
      // Its bytes count as in flight until they were read.
      unlisten();
      intake.turns.run(() => {
        const body = slab.take();
        slab.release();
        this.#deliver(exchange, admitted, body);
      });
    };
    const deadline = setTimeout(() => {
      stop();
      this.#refuse(exchange, tooSlow(), admitted.encoding);
    }, intake.limits.requestTimeoutMs);
    deadline.unref();
    stream.on('data', onData);
    stream.once('end', onEnd);
    stream.once('close', stop);
    exchange.proceed();
  }

  #deliver(exchange: HttpExchange, admitted: Admitted, sent: Uint8Array<ArrayBuffer>): void {
    const { format, encoding, coding } = admitted;
    const inflated = decompress(coding, sent, this.#intake.maxBodyBytes);
    if ('failed' in inflated) {
      const why =
        inflated.failed === 'tooLarge'
          ? tooLarge(this.#intake.maxBodyBytes, { bytes: sent.byteLength, compressed: true, inflates: true })
          : refusal('malformed', 400, GRPC_STATUS.invalidArgument, `The body is not valid ${coding}.`);
      this.#refuse(exchange, why, encoding);
      return;
    }
    const signal = admitted.signal === 'guess' ? guessSignal(encoding, inflated.body) : admitted.signal;
    if (signal === undefined) {
      this.#refuse(
        exchange,
        refusal(
          'notFound',
          404,
          GRPC_STATUS.notFound,
          `What was posted to ${plainText(normalPath(exchange.url), 80)} is neither traces nor logs nor metrics; ` +
            `OTLP/HTTP is sent as ${PATHS}.`,
        ),
        encoding,
      );
      return;
    }
    const result = this.#intake.accept(signal, format, inflated.body, exchange.headers['user-agent']);
    if (isRefusal(result)) this.#refuse(exchange, result, encoding);
    else if (format === 'zipkin') this.#acceptZipkin(exchange);
    else this.#answer(exchange, 200, CONTENT_TYPE[encoding], exportResponse(signal, encoding, result));
  }

  #answer(
    exchange: HttpExchange,
    status: number,
    contentType: string,
    body: Uint8Array,
    extra?: Readonly<Record<string, string>>,
  ): void {
    const origin = exchange.headers.origin;
    exchange.respond(
      status,
      {
        server: SERVER_NAME,
        'content-type': contentType,
        ...(contentType === TEXT && { 'x-content-type-options': 'nosniff' }),
        ...(origin !== undefined && status !== 403 && { 'access-control-allow-origin': origin, vary: 'Origin' }),
        ...extra,
      },
      body,
    );
  }

  /** As Zipkin's collector answers; there is no place for a partial success, which is reported here alone. */
  #acceptZipkin(exchange: HttpExchange): void {
    this.#answer(exchange, 202, TEXT, new Uint8Array(0));
  }

  #refuse(exchange: HttpExchange, why: Refusal, encoding: OtlpEncoding | undefined): void {
    const { retryAfterSeconds: seconds } = why;
    const headers = seconds === undefined ? why.headers : { ...why.headers, 'retry-after': String(seconds) };
    const [type, body] =
      encoding === undefined
        ? [TEXT, Buffer.from(`${why.message}\n`)]
        : [CONTENT_TYPE[encoding], encodeStatus(encoding, why.grpcStatus, why.message)];
    this.#intake.refusedRequest(why, exchange.headers['user-agent'], exchange.connection, () =>
      this.#answer(exchange, why.httpStatus, type, body, headers),
    );
  }

  /** CORS preflight (Fetch standard) of a page on loopback; others were refused before. */
  #preflight(exchange: HttpExchange): void {
    const { headers } = exchange;
    const requested = headers['access-control-request-headers'] ?? '';
    const wanted = /^[\w!#$%&'*+.^`|~, -]{1,2000}$/.test(requested) ? requested : 'content-type';
    exchange.respond(
      204,
      {
        server: SERVER_NAME,
        'access-control-allow-origin': headers.origin ?? '',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': wanted,
        'access-control-max-age': '7200',
        vary: 'Origin',
        ...(headers['access-control-request-private-network'] === 'true' && {
          'access-control-allow-private-network': 'true',
        }),
      },
      new Uint8Array(0),
    );
  }
}

function exportResponse(signal: OtlpSignal, encoding: OtlpEncoding, result: IngestResult): Uint8Array {
  return encodeExportResponse(signal, encoding, { rejected: result.rejected, message: result.message });
}

/** By media type; parameters such as `charset` are allowed and ignored. */
function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === CONTENT_TYPE.protobuf) return 'protobuf';
  return mediaType === CONTENT_TYPE.json ? 'json' : undefined;
}

function unsupportedZipkin(contentType: string | undefined): Refusal {
  const sent = contentType === undefined ? 'No Content-Type' : `Content-Type ${plainText(contentType, 60)}`;
  return refusal(
    'unsupportedType',
    415,
    GRPC_STATUS.invalidArgument,
    `${sent} is not taken for Zipkin spans: send v2 JSON (${CONTENT_TYPE.json}), not protobuf or thrift.`,
  );
}

function zipkinV1(): Refusal {
  return refusal(
    'unsupportedType',
    415,
    GRPC_STATUS.unimplemented,
    'Zipkin v1 (JSON and thrift) is not taken: send v2 JSON to /api/v2/spans.',
  );
}

function unsupportedType(contentType: string | undefined): Refusal {
  const sent = contentType === undefined ? 'No Content-Type' : `Content-Type ${plainText(contentType, 60)}`;
  const cure = contentType?.toLowerCase().startsWith('application/grpc')
    ? 'gRPC needs HTTP/2; this came over HTTP/1.1 or as gRPC-Web.'
    : 'OTLP/HTTP is sent as application/x-protobuf or application/json.';
  return refusal('unsupportedType', 415, GRPC_STATUS.invalidArgument, `${sent} is not taken. ${cure}`);
}
